#include "hosts/lambda/read_rate.h"

#include <gtest/gtest.h>

namespace scalper::lambda {
namespace {

constexpr std::uint64_t kLarge = std::uint64_t{64} << 20;
constexpr Millis kInvocation{std::chrono::minutes{15}};

TEST(ReadRate, FollowsWhatIsMeasured) {
  ReadRate rate(37.5e6);
  const std::uint64_t assumed = rate.bytes_in(kInvocation);
  EXPECT_EQ(assumed, static_cast<std::uint64_t>(37.5e6 * 0.75 * 900));
  rate.measured(1 << 20, Millis{60000});  // too small to tell
  EXPECT_EQ(rate.bytes_in(kInvocation), assumed);
  for (int i = 0; i < 20; ++i) rate.measured(kLarge, Millis{900});  // 75 MB/s
  EXPECT_GT(rate.bytes_in(kInvocation), assumed * 19 / 10);
  for (int i = 0; i < 20; ++i) rate.measured(kLarge, Millis{3600});
  EXPECT_LT(rate.bytes_in(kInvocation), assumed * 6 / 10);
}

// Files that are taken for too long are never read, and what is never read is never measured: a few slow ones would
// send every long file after them away.
TEST(ReadRate, NeverFallsSoFarThatNothingIsReadAnyMore) {
  ReadRate rate(37.5e6);
  const std::uint64_t assumed = rate.bytes_in(kInvocation);
  for (int i = 0; i < 100; ++i) rate.measured(kLarge, std::chrono::hours{1});
  EXPECT_EQ(rate.bytes_in(kInvocation), assumed / 8);
  rate.measured(kLarge, Millis{900});
  EXPECT_GT(rate.bytes_in(kInvocation), assumed / 2);
  EXPECT_EQ(rate.bytes_in(Millis{-1}), 0U);
}

}  // namespace
}  // namespace scalper::lambda
