#include "base/bytes.h"

#include <gtest/gtest.h>

namespace scalper {
namespace {

TEST(Bytes, AreEqualInConstantTimeWhereTheyAreEqual) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("0cf2392d", "0cf2392d"));
  EXPECT_FALSE(equal_in_constant_time("0cf2392d", "0cf2392e"));
  EXPECT_FALSE(equal_in_constant_time("0cf2392d", "1cf2392d"));
  EXPECT_FALSE(equal_in_constant_time("0cf2392d", "0cf2392"));
  EXPECT_FALSE(equal_in_constant_time(std::string_view("a\0b", 3), std::string_view("a\0c", 3)));
  EXPECT_FALSE(equal_in_constant_time("\x80", std::string_view("\0", 1)));
}

TEST(Bytes, ComeBackFromHexadecimal) {
  const std::string all("\x00\x7f\x80\xff", 4);
  EXPECT_EQ(to_hex(as_bytes(all)), "007f80ff");
  EXPECT_EQ(from_hex("007f80ff"), all);
  for (const char* const wrong : {"0", "0G", "FF", " 0", "0x"}) EXPECT_FALSE(from_hex(wrong)) << wrong;
}

}  // namespace
}  // namespace scalper
