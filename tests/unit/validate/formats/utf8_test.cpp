#include "validate/formats/utf8.h"

#include <gtest/gtest.h>

#include "base/escape.h"
#include "support/cuts.h"
#include "validate/formats/line_cursor.h"

namespace scalper::tests {
namespace {

// All sequences of up to three bytes from the edges of the table, with text around.
TEST(Utf8Stream, AgreesWithTheOneForWholeTextsWhereverItIsCut) {
  const std::string edges =
      "a\x7F\x80\x8F\x90\x9F\xA0\xBF\xC0\xC1\xC2\xDF\xE0\xE1\xEC\xED\xEE\xEF\xF0\xF1\xF3\xF4\xF5\xFF";
  const std::string front(70, 'x');
  for (const char a : edges) {
    for (const char b : edges) {
      for (const char c : edges) {
        const std::string text = front + a + b + c + '\x80';
        const std::size_t good = valid_utf8_prefix(text);
        for (const std::size_t cut :
             {std::size_t{0}, front.size(), front.size() + 1, front.size() + 2, front.size() + 3}) {
          Utf8Stream stream;
          auto found = stream.feed(std::string_view(text).substr(0, cut));
          if (!found.has_value()) found = stream.feed(std::string_view(text).substr(cut));
          if (!found.has_value()) found = stream.finish();
          ASSERT_EQ(found.value_or(text.size()), good) << escape_text(text, 200) << " cut at " << cut;
        }
      }
    }
  }
}

TEST(Utf8Stream, FindsACharacterThatTheEndCuts) {
  for_each_cut("ab\xF0\x9F\x98", [](const Chunks& chunks) {
    Utf8Stream stream;
    for (const std::string_view chunk : chunks) ASSERT_FALSE(stream.feed(chunk).has_value());
    ASSERT_EQ(stream.finish(), 2U);
  });
}

TEST(LineCursor, CountsLineFeedsForwardsAndBackwards) {
  std::string text;
  for (int i = 0; i < 10000; ++i) text += (i % 7 == 0) ? '\n' : 'x';
  LineCursor cursor;
  cursor.enter(text);
  EXPECT_EQ(cursor.line_of(0), 1U);
  EXPECT_EQ(cursor.line_of(1), 2U);
  EXPECT_EQ(cursor.line_of(7000), 1001U);
  EXPECT_EQ(cursor.line_of(14), 3U);
  cursor.leave();
  EXPECT_EQ(cursor.line_of(10000), 1430U);
  EXPECT_EQ(count_line_feeds(text), 1429U);
}

}  // namespace
}  // namespace scalper::tests
