#include "model/page_cursor.h"

#include <gtest/gtest.h>

namespace scalper {
namespace {

TEST(PageCursors, GiveBackThePosition) {
  const PageCursors cursors("secret");
  for (const std::vector<std::string>& position : std::vector<std::vector<std::string>>{
           {}, {""}, {"a", ""}, {"3:abc", std::string("\0\xff/%", 4), "12"}, {std::string(2000, 'x')}})
    EXPECT_EQ(cursors.decode("scope", cursors.encode("scope", position)), position);
}

TEST(PageCursors, RefuseWhatTheyDidNotGive) {
  const PageCursors cursors("secret");
  const std::string cursor = cursors.encode("scope", {"key", "7"});
  EXPECT_FALSE(cursors.decode("other scope", cursor));
  EXPECT_FALSE(PageCursors("other secret").decode("scope", cursor));
  EXPECT_FALSE(cursors.decode("scope", ""));
  EXPECT_FALSE(cursors.decode("scope", cursor + "00"));
  for (std::size_t i = 0; i < cursor.size(); ++i) {
    std::string altered = cursor;
    for (int byte = 0; byte < 256; ++byte) {
      altered[i] = static_cast<char>(byte);
      EXPECT_EQ(cursors.decode("scope", altered).has_value(), altered == cursor) << i << " " << byte;
    }
    EXPECT_FALSE(cursors.decode("scope", cursor.substr(0, i))) << i;
  }
}

}  // namespace
}  // namespace scalper
