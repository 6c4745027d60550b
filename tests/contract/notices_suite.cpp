#include "contract/notices_suite.h"

#include <algorithm>

#include "support/records.h"

namespace scalper {
namespace {

using Ids = std::vector<std::string>;

Notice notice_of(FileRecord record) {
  const std::string id = record.id.value() + "." + std::to_string(record.epoch);
  return {id, std::move(record)};
}

}  // namespace

TEST_P(NoticesContract, TellsInOrder) {
  EXPECT_EQ(subject->told(), Ids{});
  Ids expected;
  for (const char* key : {"b", "a", "c"}) {
    const Notice notice = notice_of(final_record(key, "1", FileStatus::kValid, WallTime{Millis{1}}));
    ASSERT_DONE(notices->publish(context, notice));
    expected.push_back(notice.id);
    EXPECT_EQ(subject->told(), expected) << "durable when it answers";
  }
}

TEST_P(NoticesContract, TellsTheSameIdTwiceWithSuccess) {
  const Notice first = notice_of(full_record());
  Notice later = first;
  later.record.last_error = "told again after more has happened";
  ASSERT_DONE(notices->publish(context, first));
  EXPECT_DONE(notices->publish(context, first));
  EXPECT_DONE(notices->publish(context, later));
  EXPECT_EQ(subject->told(), (Ids{first.id}));
}

TEST_P(NoticesContract, TellsEachEpochOfAFile) {
  FileRecord record = final_record("a", "1", FileStatus::kInvalid, WallTime{Millis{1}});
  const Notice first = notice_of(record);
  record.epoch = 1;
  const Notice second = notice_of(record);
  ASSERT_DONE(notices->publish(context, first));
  ASSERT_DONE(notices->publish(context, second));
  EXPECT_EQ(subject->told(), (Ids{first.id, second.id}));
}

TEST_P(NoticesContract, BeginsNothingWhenStoppedOrTooLate) {
  const Notice notice = notice_of(full_record());
  std::stop_source stop;
  stop.request_stop();
  CallContext stopped;
  stopped.stop = stop.get_token();
  CallContext late;
  late.deadline = subject->clock().mono_now() - Millis{1};
  EXPECT_CODE(kCancelled, notices->publish(stopped, notice));
  EXPECT_CODE(kTimeout, notices->publish(late, notice));
  EXPECT_EQ(subject->told(), Ids{});
}

TEST_P(NoticesContract, ThreadsTellTheSameAndEachIsToldOnce) {
  run_together(4, [&](int) {
    for (int n = 0; n < 25; ++n)
      EXPECT_DONE(notices->publish(
          context, notice_of(final_record("k" + std::to_string(n), "1", FileStatus::kValid, WallTime{Millis{1}}))));
  });
  Ids told = subject->told();
  EXPECT_EQ(told.size(), 25U);
  std::sort(told.begin(), told.end());
  EXPECT_EQ(std::unique(told.begin(), told.end()), told.end());
}

}  // namespace scalper
