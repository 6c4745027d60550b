#include "validate/formats/json_tokenizer.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/escape.h"
#include "support/json_grower.h"
#include "support/json_traces.h"

namespace scalper::tests {
namespace {

using namespace std::string_literals;

struct Case {
  std::string text;
  std::string fault;  // empty = none
  std::uint64_t byte = 0;
  std::uint64_t line = 1;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> list = {
      {"{}", ""},
      {" [1, -0, 0.5e+3, 1E9] \r\n", ""},
      {"{\"a\": {\"b\": [true, false, null]}, \"c\": \"\\u00e9\\n\"}", ""},
      {"\"\\uD834\\uDD1E \\uD834 \\uDD1E \\uD834\\n\"", ""},
      {"\xEF\xBB\xBF[]", ""},
      {"\"\xF0\x9F\x98\x80\xC3\xBC\"", ""},
      {"7", ""},
      {"", "empty", 0},
      {" \n\t", "empty", 3, 2},
      {"\xEF\xBB\xBF", "empty", 3},
      {"\xEF\xBB{}", "syntax", 0},
      {"\xEF\xBB", "syntax", 0},
      {"{'a':1}", "syntax", 1},
      {"{\"a\":1,}", "syntax", 7},
      {"{\"a\" 1}", "syntax", 5},
      {"{\"a\":}", "syntax", 5},
      {"[1,]", "syntax", 3},
      {"[1 2]", "syntax", 3},
      {"[1}", "syntax", 2},
      {"[\n1,\n\n2 3]", "syntax", 8, 4},
      {"nul!", "syntax", 3},
      {"[NaN]", "syntax", 1},
      {"[1] x", "trailing", 4},
      {"[1]]", "trailing", 3},
      {"[01]", "number", 2},
      {"[-]", "number", 2},
      {"[1.]", "number", 3},
      {"[1e+]", "number", 4},
      {"[1.0.1]", "syntax", 4},
      {"[+1]", "syntax", 1},
      {"-", "truncated", 1},
      {"1e", "truncated", 2},
      {"[1,", "truncated", 3},
      {"{\"a", "truncated", 3},
      {"{\"a\":\n\"b\\u12", "truncated", 12, 2},
      {"tru", "truncated", 3},
      {"[\"a\tb\"]", "string", 3},
      {"[\"a\nb\"]", "string", 3},
      {"[\"a\\x\"]", "string", 4},
      {"[\"\\u12G4\"]", "string", 6},
      {"[\"\xC3(\"]", "encoding", 2},
      {"[\"\xED\xA0\x80\"]", "encoding", 2},
      {"[\"ab\xE2\x82", "encoding", 4},
      {"[\"\xFF\"]", "encoding", 2},
      {"[\xFF]", "syntax", 1},
      {"[1,\0]"s, "syntax", 3},
      {"[\"\0\"]"s, "string", 2},
  };
  return list;
}

void expect_same(const JsonTrace& got, const JsonTrace& want, std::string_view text) {
  const std::string shown = escape_text(text, 200);
  ASSERT_EQ(got.events, want.events) << shown;
  ASSERT_EQ(got.fault.has_value(), want.fault.has_value()) << shown << " " << got.message;
  if (!got.fault.has_value()) return;
  ASSERT_EQ(to_string(*got.fault), to_string(*want.fault)) << shown << " " << got.message;
  ASSERT_EQ(got.byte, want.byte) << shown << " " << got.message;
  ASSERT_EQ(got.line, want.line) << shown;
}

void expect_as_reference(const std::string& text, JsonOptions options = {}, std::size_t every = 400) {
  const JsonTrace want = reference_trace(text, options);
  std::string message;
  for_each_cut(
      text,
      [&](const Chunks& chunks) {
        const JsonTrace got = trace_of(chunks, options);
        expect_same(got, want, text);
        if (message.empty()) message = got.message;
        ASSERT_EQ(got.message, message);
      },
      every);
}

// What JsonWants::kStructure leaves of the events of a text without long numbers.
bool is_structure(const std::string& event) {
  for (const char* value : {"string", "true", "false", "null"}) {
    if (event.starts_with(value)) return false;
  }
  return !event.starts_with("number") || event.find_first_of("eE", 7) != std::string::npos;
}

void expect_structure_as_reference(const std::string& text, std::size_t every) {
  JsonTrace want = reference_trace(text);
  std::erase_if(want.events, [](const std::string& event) { return !is_structure(event); });
  for_each_cut(
      text, [&](const Chunks& chunks) { expect_same(trace_of(chunks, {.wants = JsonWants::kStructure}), want, text); },
      every);
}

TEST(JsonTokenizer, FindsTheFaultAndItsPlace) {
  for (const Case& c : cases()) {
    const JsonTrace got = trace_of({c.text});
    const std::string shown = escape_text(c.text);
    EXPECT_EQ(got.fault.has_value() ? to_string(*got.fault) : "", c.fault) << shown;
    if (!got.fault.has_value()) continue;
    EXPECT_EQ(got.byte, c.byte) << shown;
    EXPECT_EQ(got.line, c.line) << shown;
    EXPECT_GT(got.message.size(), 20U) << shown;
    EXPECT_EQ(escape_text(got.message, 1000).find("\\x"), std::string::npos) << got.message;
  }
}

TEST(JsonTokenizer, DoesNotDependOnCuts) {
  for (const Case& c : cases()) expect_as_reference(c.text);
}

TEST(JsonTokenizer, DeliversEventsWithOffsetsAndUnescapedText) {
  const JsonTrace got = trace_of({"{\"a\\u0062\": [1.5, \"x\\ty\"], \"\\ud800\": true}"});
  const std::vector<std::string> want = {"{ 0 ",           "key 1 ab", "[ 12 ",   "number 13 1.5",
                                         "string 18 x\ty", "] 24 ",    "lone 28", "key 27 \xED\xA0\x80",
                                         "true 37 ",       "} 41 "};
  EXPECT_EQ(got.events, want);
}

TEST(JsonTokenizer, LongTextsComeInPieces) {
  const std::size_t piece = JsonTokenizer::kPiece;
  for (const std::size_t size : {piece - 1, piece, piece + 1, 3 * piece + 5}) {
    expect_as_reference("[\"" + std::string(size, 'x') + "\"]", {}, 0);
    expect_as_reference("[\"\\n" + std::string(size, 'x') + "\"]", {}, 0);
    expect_as_reference("[\"" + std::string(size, 'x') + "\n", {}, 0);
    expect_as_reference("[\"" + std::string(size - 1, 'x') + "\xC3\xBC\\ud800y\"]", {}, 0);
    expect_as_reference("[" + std::string(size, '1') + "]", {}, 0);
    expect_as_reference("[" + std::string(size, '1') + "e]", {}, 0);
  }
}

TEST(JsonTokenizer, LimitsTheDepth) {
  expect_as_reference("[[[]]]", {.depth = 3});
  expect_as_reference("[[{\"a\":[]}]]", {.depth = 3});
  const JsonTrace deep = trace_of({std::string(100000, '[')});
  ASSERT_TRUE(deep.fault.has_value());
  EXPECT_EQ(*deep.fault, JsonFaultKind::kDepth);
  EXPECT_EQ(deep.byte, 1000U);
}

TEST(JsonTokenizer, StructureOnlyLeavesOutValuesButChecksThem) {
  JsonOptions options;
  options.wants = JsonWants::kStructure;
  const std::vector<std::string> want = {"{ 0 ", "key 1 a", "[ 5 ", "number 7 1e5", "] 20 ", "} 21 "};
  EXPECT_EQ(trace_of({"{\"a\":[ 1e5,\"x\\ny\",2 ]}"}, options).events, want);
  for (const Case& c : cases()) {
    const JsonTrace all = trace_of({c.text});
    for_each_cut(c.text, [&](const Chunks& chunks) {
      const JsonTrace some = trace_of(chunks, options);
      EXPECT_EQ(some.fault, all.fault) << escape_text(c.text);
      EXPECT_EQ(some.byte, all.byte) << escape_text(c.text);
    });
  }
}

TEST(JsonTokenizer, StartsAgainForTheNextText) {
  class Silent final : public JsonSink {
    void on_event(JsonKind, std::uint64_t, std::string_view, bool) override {}
  } sink;
  JsonTokenizer tokenizer(sink, {.one_line = true});
  tokenizer.feed("{\"a\":");
  tokenizer.finish();
  ASSERT_TRUE(tokenizer.fault().has_value());
  tokenizer.restart(6, 2);
  EXPECT_FALSE(tokenizer.begun());
  tokenizer.feed("[1");
  tokenizer.feed("x");
  ASSERT_TRUE(tokenizer.fault().has_value());
  EXPECT_EQ(tokenizer.fault()->byte, 8U);
  EXPECT_EQ(tokenizer.fault()->line, 2U);
}

// Nothing where it stops for a reason that the grammar does not know: an exponent that it cannot hold.
std::optional<bool> boost_accepts(const std::string& text) {
  boost::json::error_code error;
  boost::json::parse_options options;
  options.max_depth = 1000;
  const boost::json::value value = boost::json::parse(text, error, {}, options);
  if (error == boost::json::error::exponent_overflow) return std::nullopt;
  return !error;
}

TEST(JsonTokenizer, AgreesWithTheReferenceOnGrownAndDamagedTexts) {
  int refused = 0;
  for (unsigned seed = 0; seed < 300; ++seed) {
    JsonGrower grower(seed);
    const std::string good = grower.document();
    ASSERT_FALSE(trace_of({good}).fault.has_value()) << good;
    expect_as_reference(good, {}, 60);
    expect_structure_as_reference(good, 60);
    for (int i = 0; i < 4; ++i) {
      const std::string bad = grower.damaged(good);
      expect_as_reference(bad, {}, 60);
      expect_structure_as_reference(bad, 60);
      if (HasFatalFailure()) FAIL() << "seed " << seed;
      refused += trace_of({bad}).fault.has_value() ? 1 : 0;
    }
  }
  EXPECT_GT(refused, 300);
}

// Boost.JSON refuses some lone surrogates and every byte order mark, and is asked about nothing else that is free.
TEST(JsonTokenizer, AgreesWithBoostOnGrownAndDamagedTexts) {
  int compared = 0;
  for (unsigned seed = 1000; seed < 3000; ++seed) {
    JsonGrower grower(seed);
    const std::string text = seed % 2 == 0 ? grower.document() : grower.damaged(grower.document());
    const JsonTrace got = trace_of({text});
    const bool free = text.find("\\uD8") != std::string::npos || text.find("\\uDC") != std::string::npos ||
                      text.find('\xEF') != std::string::npos || text.find("\\ud") != std::string::npos;
    const std::optional<bool> accepted = boost_accepts(text);
    if (free || !accepted.has_value()) continue;
    ++compared;
    EXPECT_EQ(!got.fault.has_value(), *accepted) << "seed " << seed << ": " << escape_text(text, 300);
  }
  EXPECT_GT(compared, 500);
}

}  // namespace
}  // namespace scalper::tests
