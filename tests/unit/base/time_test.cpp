#include "base/time.h"

#include <gtest/gtest.h>

namespace scalper {
namespace {

TEST(Rfc3339, RoundTripsMilliseconds) {
  const WallTime time{Millis{1'795'508'130'123}};
  const auto parsed = parse_rfc3339(format_rfc3339(time));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(*parsed, time);
}

TEST(Rfc3339, ReadsOffsetsAndFractions) {
  const auto a = parse_rfc3339("2026-11-22T08:15:30.5+01:30");
  ASSERT_TRUE(a);
  EXPECT_EQ(format_rfc3339(*a), "2026-11-22T06:45:30.500Z");
  EXPECT_EQ(format_rfc3339(*parse_rfc3339("2024-02-29T00:00:00Z")), "2024-02-29T00:00:00.000Z");
}

TEST(Rfc3339, WritesEveryPartWithItsDigits) {
  EXPECT_EQ(format_rfc3339(WallTime{Millis{0}}), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(format_rfc3339(WallTime{Millis{-1}}), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(format_rfc3339(WallTime{Millis{1'795'508'130'007}}), "2026-11-24T08:15:30.007Z");
  EXPECT_EQ(format_rfc3339(WallTime::min()), "0000-01-01T00:00:00.000Z");
  EXPECT_EQ(format_rfc3339(WallTime::max()), "9999-12-31T23:59:59.999Z");
}

TEST(Rfc3339, RefusesWhatIsNotATime) {
  for (const char* text :
       {"", "2026-11-22", "2026-02-29T00:00:00Z", "2026-11-22T24:00:00Z", "2026-11-22T08:15:30",
        "2026-11-22T08:15:30.Z", "2026-11-22 08:15:30Z", "2026-11-22T08:15:30+24:00", "2026-11-22T08:15:30Zx"})
    EXPECT_FALSE(parse_rfc3339(text)) << text;
}

}  // namespace
}  // namespace scalper
