#pragma once
// The contract of the Statistics port, for every adapter. How an adapter joins is said in object_store_suite.h.

#include "contract/subject.h"
#include "model/tally.h"
#include "ports/clock.h"
#include "ports/statistics.h"

namespace scalper {

class StatisticsSubject {
 public:
  virtual ~StatisticsSubject() = default;
  [[nodiscard]] virtual Statistics& statistics() = 0;
  [[nodiscard]] virtual Clock& clock() = 0;
  // One file more, as what feeds the adapter would add it.
  virtual void add(const Tally& tally) = 0;
  // Whether percentiles are told; an emulator may know none.
  [[nodiscard]] virtual bool tells_percentiles() { return true; }
  // Whether a bucket of an hour begins where it is asked to; an emulator may know whole hours only.
  [[nodiscard]] virtual bool begins_anywhere() { return true; }
};

using StatisticsCase = SubjectCase<StatisticsSubject>;

class StatisticsContract : public testing::TestWithParam<StatisticsCase> {
 protected:
  void SetUp() override {
    subject = GetParam().make();
    statistics = &subject->statistics();
    const auto now = subject->clock().wall_now().time_since_epoch();
    hour = WallTime{now - now % Millis{std::chrono::hours{1}} - std::chrono::hours{2}};
  }

  void add(FileStatus status, WallTime at, std::uint64_t bytes = 1, Millis took = Millis{10}) {
    subject->add({status, at, bytes, took});
  }
  [[nodiscard]] StatisticsAnswer count(WallTime begin, Millis width, std::size_t buckets) {
    const auto answer = statistics->count(context, {begin, width, buckets});
    EXPECT_DONE(answer);
    return answer.ok() ? *answer : StatisticsAnswer{std::vector<StatisticsBucket>(buckets), {}, 0};
  }

  std::unique_ptr<StatisticsSubject> subject;
  Statistics* statistics = nullptr;
  CallContext context;
  WallTime hour;  // a whole one, an hour or two ago
};

}  // namespace scalper
