#include "contract/statistics_suite.h"

namespace scalper {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

}  // namespace

TEST_P(StatisticsContract, HasEveryBucketThoughThereIsNothing) {
  const auto answer = count(hour, minutes{5}, 12);
  ASSERT_EQ(answer.buckets.size(), 12U);
  for (std::size_t i = 0; i < answer.buckets.size(); ++i) {
    EXPECT_EQ(answer.buckets[i].begin, hour + minutes{5 * i});
    EXPECT_EQ(answer.buckets[i].files, FileCounts{});
    EXPECT_FALSE(answer.buckets[i].arrival_to_verdict);
  }
  EXPECT_EQ(answer.total.begin, hour);
  EXPECT_EQ(answer.total.files.all(), 0U);
  EXPECT_FALSE(answer.total.files.invalid_ratio());
}

TEST_P(StatisticsContract, CountsByOutcomeAndTime) {
  add(FileStatus::kValid, hour, 100);
  add(FileStatus::kValid, hour + seconds{59}, 10);
  add(FileStatus::kInvalid, hour + minutes{1}, 7);
  add(FileStatus::kUnverifiable, hour + minutes{9} + seconds{59});
  add(FileStatus::kFailed, hour + minutes{10});
  const auto by_minute = count(hour, minutes{1}, 12);
  EXPECT_EQ(by_minute.buckets[0].files, (FileCounts{2, 0, 0, 0}));
  EXPECT_EQ(by_minute.buckets[0].bytes, 110U);
  EXPECT_EQ(by_minute.buckets[1].files, (FileCounts{0, 1, 0, 0}));
  EXPECT_EQ(by_minute.buckets[9].files, (FileCounts{0, 0, 1, 0}));
  EXPECT_EQ(by_minute.buckets[10].files, (FileCounts{0, 0, 0, 1}));
  EXPECT_EQ(by_minute.total.files, (FileCounts{2, 1, 1, 1}));
  EXPECT_EQ(by_minute.total.bytes, 119U);
  EXPECT_DOUBLE_EQ(*by_minute.total.files.invalid_ratio(), 0.25);

  const auto by_five = count(hour, minutes{5}, 2);
  EXPECT_EQ(by_five.buckets[0].files, (FileCounts{2, 1, 0, 0}));
  EXPECT_EQ(by_five.buckets[1].files, (FileCounts{0, 0, 1, 0})) << "what ends a bucket begins the next";
  EXPECT_EQ(by_five.total.files, (FileCounts{2, 1, 1, 0}));
}

TEST_P(StatisticsContract, CountsHours) {
  add(FileStatus::kValid, hour - minutes{1});
  add(FileStatus::kValid, hour);
  add(FileStatus::kInvalid, hour + minutes{59});
  const auto by_hour = count(hour - hours{1}, hours{1}, 2);
  EXPECT_EQ(by_hour.buckets[0].files, (FileCounts{1, 0, 0, 0}));
  EXPECT_EQ(by_hour.buckets[1].files, (FileCounts{1, 1, 0, 0}));
}

TEST_P(StatisticsContract, CountsWindowsThatBeginWithinAnHour) {
  if (!subject->begins_anywhere()) GTEST_SKIP() << "buckets begin at whole hours here";
  add(FileStatus::kValid, hour - minutes{1});
  add(FileStatus::kValid, hour);
  const auto askew = count(hour - minutes{30}, hours{1}, 1);
  EXPECT_EQ(askew.buckets[0].files, (FileCounts{2, 0, 0, 0}));
}

TEST_P(StatisticsContract, TellsPercentilesWithinItsError) {
  if (!subject->tells_percentiles()) GTEST_SKIP() << "no percentiles here";
  for (int i = 1; i <= 100; ++i)
    add(FileStatus::kValid, hour + minutes{i % 3}, 1, Millis{i <= 90 ? 20 : i <= 98 ? 400 : 90000});
  const auto answer = count(hour, minutes{5}, 1);
  ASSERT_TRUE(answer.total.arrival_to_verdict);
  ASSERT_TRUE(answer.buckets[0].arrival_to_verdict);
  for (const auto& told : {*answer.total.arrival_to_verdict, *answer.buckets[0].arrival_to_verdict}) {
    EXPECT_NEAR(told.p50, 20, 20 * answer.error + 0.001);
    EXPECT_NEAR(told.p95, 400, 400 * answer.error + 0.001);
    EXPECT_NEAR(told.p99, 90000, 90000 * answer.error + 0.001);
  }
  EXPECT_LT(answer.error, 0.1);
}

TEST_P(StatisticsContract, RefusesWhatIsNoQuery) {
  for (const StatisticsQuery& bad :
       {StatisticsQuery{hour, minutes{5}, 0}, StatisticsQuery{hour, minutes{5}, Statistics::kMaxBuckets + 1},
        StatisticsQuery{hour, seconds{90}, 2}, StatisticsQuery{hour, seconds{0}, 2},
        StatisticsQuery{hour + seconds{1}, minutes{5}, 2}})
    EXPECT_CODE(kInvalidArgument, statistics->count(context, bad));
}

TEST_P(StatisticsContract, BeginsNothingWhenStoppedOrTooLate) {
  std::stop_source stop;
  stop.request_stop();
  CallContext stopped;
  stopped.stop = stop.get_token();
  CallContext late;
  late.deadline = subject->clock().mono_now() - Millis{1};
  EXPECT_CODE(kCancelled, statistics->count(stopped, {hour, minutes{5}, 2}));
  EXPECT_CODE(kTimeout, statistics->count(late, {hour, minutes{5}, 2}));
}

}  // namespace scalper
