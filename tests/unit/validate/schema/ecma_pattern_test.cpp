// Patterns of ECMA-262 in the words of RE2: what they match, what they do not, and what is refused with its place.
#include "validate/schema/ecma_pattern.h"

#include <gtest/gtest.h>

#include <vector>

#include "validate/schema/pattern.h"

namespace scalper::schema {
namespace {

struct Match {
  std::string_view pattern;
  std::string_view text;
  bool found;
};

TEST(EcmaPattern, MatchesWhatEcmaScriptMatches) {
  const std::vector<Match> cases = {
      {"a", "bab", true},
      {"^a", "ba", false},
      {"a$", "a\n", false},
      {"^a$", "b\na", false},
      {"^.$", "\n", false},
      {"^.$", "\xE2\x80\xA8", false},  // U+2028 ends a line
      {"^.$", "\xF0\x9F\x98\x80", true},
      {"^[^]$", "\n", true},
      {"[]", "a", false},
      {"^\\d+$", "12", true},
      {"^\\d$", "\xE0\xA7\xAA", false},  // a Bengali digit
      {"^\\w$", "\xC3\xA9", false},
      {"^\\W$", "\xC3\xA9", true},
      {"^\\s$", "\xC2\xA0", true},
      {"^\\s$", "\xEF\xBB\xBF", true},
      {"^\\s$", "\v", true},
      {"^\\s$", "\xE1\xA0\x8E", false},  // U+180E is none since Unicode 6.3
      {"^\\S$", "\xC2\xA0", false},
      {"^[\\s\\d]+$", "1\xE3\x80\x80", true},
      {"^[^\\s]$", "\xE3\x80\x80", false},
      {"^[\\S]$", "\xC2\xA0", false},
      {"^[\\S\\n]$", "\n", true},
      {"^\\cC$", "\x03", true},
      {"^\\x41\\u0042$", "AB", true},
      {"^\\u{1F600}$", "\xF0\x9F\x98\x80", true},
      {"^\\uD83D\\uDE00$", "\xF0\x9F\x98\x80", true},
      {"^[\\uD83D\\uDE00-\\u{1F64F}]$", "\xF0\x9F\x98\x81", true},
      {"^\\p{Letter}+$", "\xC3\xA9t\xC3\xA9", true},
      {"^\\p{L}$", "1", false},
      {"^\\P{Lu}$", "A", false},
      {"^\\p{Script=Greek}$", "\xCE\xB1", true},
      {"^[\\p{Nd}x]+$", "\xE0\xA7\xAAx", true},
      {"^\\p{ASCII}$", "\xC3\xA9", false},
      {"^[\\p{ASCII}]$", "a", true},
      {"^(?<year>\\d{4})-(\\d\\d)$", "2026-11", true},
      {"^(?:ab){2,3}?$", "abab", true},
      {"^a{,2}$", "a{,2}", true},  // no quantifier: it stands for itself
      {"^a}]$", "a}]", true},
      {"^[[:alpha:]]$", ":]", true},  // no classes of POSIX
      {"^[a\\-z]$", "b", false},
      {"^[\\b]$", "\b", true},
      {"\\bfoo\\b", "a foo.", true},
      {"^\\/\\.\\-\\_$", "/.-_", true},
      {"^$", "", true},
      {"(", "", false},
  };
  for (const Match& one : cases) {
    const Pattern::Compiled compiled = Pattern::compile(one.pattern, 512 << 10);
    if (one.pattern == "(") {
      EXPECT_EQ(compiled.pattern, nullptr);
      continue;
    }
    ASSERT_NE(compiled.pattern, nullptr) << one.pattern << ": " << compiled.complaint;
    EXPECT_EQ(compiled.pattern->found_in(one.text), one.found) << one.pattern << " in " << one.text;
  }
}

TEST(EcmaPattern, RefusesWithThePlaceWhatCannotBeMatchedInLinearTime) {
  struct Refused {
    std::string_view pattern;
    std::string_view words;
    std::size_t byte;
  };
  const std::vector<Refused> cases = {
      {"a(?=b)", "look-around", 1},     {"a(?!b)", "look-around", 1},   {"(?<=a)b", "look-around", 0},
      {"(?<!a)b", "look-around", 0},    {"(a)\\1", "back-ref", 3},      {"(?<n>a)\\k<n>", "back-ref", 7},
      {"xa{1001}", "over 1,000", 2},    {"a{2,5000}", "over 1,000", 1}, {"a{3,2}", "out of order", 1},
      {"a**", "nothing to repeat", 2},  {"*a", "nothing to repeat", 0}, {"a|?", "nothing to repeat", 2},
      {"a)", "was not opened", 1},      {"(a", "not closed", 2},        {"[a", "not closed", 0},
      {"[z-a]", "out of order", 1},     {"\\a", "does not have", 0},    {"a\\", "nothing behind", 1},
      {"\\p{Nonsense}", "property", 0}, {"\\u12", "missing", 0},        {"\\uD83D", "surrogate", 0},
      {"\\Z", "does not have", 0},      {"(?i)a", "unknown kind", 0},   {"\\u{110000}", "\\u{...}", 0},
  };
  for (const Refused& one : cases) {
    const TranslatedPattern translated = translate_pattern(one.pattern);
    EXPECT_NE(translated.complaint.find(one.words), std::string::npos) << one.pattern << ": " << translated.complaint;
    EXPECT_EQ(translated.byte, one.byte) << one.pattern;
  }
  EXPECT_NE(translate_pattern(std::string(kMostPatternBytes + 1, 'a')).complaint, "");
}

TEST(EcmaPattern, LeavesNoPatternThatTakesMoreThanItsMemory) {
  EXPECT_NE(Pattern::compile("(x{1000}){50}", 512 << 10).complaint, "");
  EXPECT_NE(Pattern::compile("x{1000}", 512 << 10).pattern, nullptr);
}

}  // namespace
}  // namespace scalper::schema
