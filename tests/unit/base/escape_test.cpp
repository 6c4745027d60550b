#include "base/escape.h"

#include <gtest/gtest.h>

namespace scalper {
namespace {

TEST(EscapeText, MakesHostileTextHarmless) {
  EXPECT_EQ(escape_text("plain \xC3\xBC"), "plain \xC3\xBC");
  EXPECT_EQ(escape_text("a\nb\tc\\"), "a\\nb\\tc\\\\");
  EXPECT_EQ(escape_text("\x1b[31mred"), "\\x1B[31mred");
  EXPECT_EQ(escape_text("\xE2\x80\xAE"
                        "abc"),
            "\\u{202E}abc");
  EXPECT_EQ(escape_text("\xC2\x9B"), "\\u{9B}");
  EXPECT_EQ(escape_text("\xFF\xC0\xAF"), "\\xFF\\xC0\\xAF");
}

TEST(EscapeText, CutsAtACharacter) {
  EXPECT_EQ(escape_text("abcdef", 3), "abc\xE2\x80\xA6");
  EXPECT_EQ(escape_text("abc", 3), "abc");
}

TEST(Utf8, KnowsTheForbiddenForms) {
  EXPECT_TRUE(is_valid_utf8("\xF0\x9F\x98\x80"));
  for (const char* bad : {"\xED\xA0\x80", "\xC0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\x80", "\xF5\x80\x80\x80"})
    EXPECT_FALSE(is_valid_utf8(bad));
  EXPECT_EQ(valid_utf8_prefix("ab\xFFzz"), 2U);
  for (std::size_t at = 0; at < 25; ++at) {
    std::string text(25, 'a');
    text[at] = '\x80';
    EXPECT_EQ(valid_utf8_prefix(text), at);
    EXPECT_EQ(valid_utf8_prefix(text.substr(0, at) + "\xC3\xBC" + text), 2 * at + 2);
  }
}

}  // namespace
}  // namespace scalper
