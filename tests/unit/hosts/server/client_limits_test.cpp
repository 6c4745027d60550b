#include "hosts/server/client_limits.h"

#include <gtest/gtest.h>

namespace scalper::server {
namespace {

using std::chrono::seconds;

const IpAddress kOne = *parse_ip("192.0.2.1");
const IpAddress kTwo = *parse_ip("192.0.2.2");

ClientLimitOptions small() {
  ClientLimitOptions options;
  options.requests_per_second = 2;
  options.request_burst = 4;
  options.failures_per_second = 0.5;
  options.failure_burst = 3;
  options.all_failures_per_second = 1;
  options.all_failure_burst = 5;
  options.most_clients = 8;
  return options;
}

TEST(ClientLimits, AClientHasABurstAndThenItsRate) {
  ClientLimits limits(small());
  MonoTime now{seconds{100}};
  for (unsigned left = 4; left-- > 0;) {
    const auto taken = limits.take(kOne, now);
    EXPECT_TRUE(taken->allowed);
    EXPECT_EQ(taken->left, left);
  }
  EXPECT_FALSE(limits.take(kOne, now)->allowed);
  EXPECT_EQ(limits.take(kOne, now)->after, 1U);
  EXPECT_TRUE(limits.take(kTwo, now)->allowed) << "each for itself";
  now += seconds{1};
  EXPECT_TRUE(limits.take(kOne, now)->allowed);
  EXPECT_TRUE(limits.take(kOne, now)->allowed);
  EXPECT_FALSE(limits.take(kOne, now)->allowed);
  now += seconds{1000};
  EXPECT_EQ(limits.take(kOne, now)->left, 3U) << "no more than a burst is saved";
  now -= seconds{10};
  EXPECT_TRUE(limits.take(kOne, now)->allowed) << "a clock that went back does no harm";
  EXPECT_EQ(limits.window(), 2U);
  ClientLimitOptions none = small();
  none.requests_per_second = 0;
  EXPECT_FALSE(ClientLimits(none).take(kOne, now));
}

TEST(ClientLimits, TokensThatAreNoneAreSlowedAndThenRefused) {
  ClientLimits limits(small());
  MonoTime now{seconds{100}};
  EXPECT_EQ(limits.may_show_token(kOne, now), 0U);
  EXPECT_EQ(limits.token_failed(kOne, now).delay, Millis{100});
  const auto second = limits.token_failed(kOne, now);
  EXPECT_EQ(second.delay, Millis{200});
  EXPECT_FALSE(second.is_last);
  const auto third = limits.token_failed(kOne, now);
  EXPECT_EQ(third.delay, Millis{400});
  EXPECT_TRUE(third.is_last);
  EXPECT_EQ(limits.may_show_token(kOne, now), 2U);
  EXPECT_EQ(limits.may_show_token(kTwo, now), 0U);
  now += seconds{2};
  EXPECT_EQ(limits.may_show_token(kOne, now), 0U);
  for (int i = 0; i < 40; ++i) EXPECT_LE(limits.token_failed(kOne, now).delay, Millis{3200});
  limits.token_worked(kOne, now);
  EXPECT_EQ(limits.token_failed(kOne, now).delay, Millis{100}) << "not in a row any more";
}

TEST(ClientLimits, AllTogetherMayNotGuessWithoutEnd) {
  ClientLimits limits(small());
  MonoTime now{seconds{100}};
  limits.token_worked(kTwo, now);
  for (std::uint8_t i = 0; i < 5; ++i) {
    IpAddress other = kOne;
    other.bytes[15] = static_cast<std::uint8_t>(10 + i);
    EXPECT_EQ(limits.may_show_token(other, now), 0U);
    (void)limits.token_failed(other, now);
  }
  EXPECT_EQ(limits.may_show_token(kOne, now), 1U) << "it never guessed, but nobody knows it";
  EXPECT_EQ(limits.may_show_token(kTwo, now), 0U) << "it showed a good one lately";
  EXPECT_EQ(limits.may_show_token(kOne, now + seconds{1}), 0U);
  EXPECT_EQ(limits.may_show_token(kTwo, now + seconds{3601}), 0U);
}

TEST(ClientLimits, RemembersNoMoreClientsThanItMay) {
  ClientLimits limits(small());
  MonoTime now{seconds{100}};
  for (int i = 0; i < 3; ++i) (void)limits.token_failed(kOne, now);
  for (std::uint32_t i = 0; i < 1000; ++i) {
    IpAddress other = *parse_ip("2001:db8::");
    for (std::size_t byte = 0; byte < 4; ++byte) other.bytes.at(4 + byte) = static_cast<std::uint8_t>(i >> (8 * byte));
    (void)limits.take(other, now);
    EXPECT_LE(limits.clients(), 8U);
    EXPECT_GT(limits.may_show_token(kOne, now), 0U) << "who keeps coming is not forgotten";
  }
}

}  // namespace
}  // namespace scalper::server
