#include "pipeline/alarm_watch.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "adapters/memory/memory_record_store.h"
#include "adapters/memory/memory_statistics.h"
#include "adapters/memory/memory_telemetry.h"
#include "contract/subject.h"
#include "model/telemetry_names.h"
#include "support/fake_clock.h"
#include "support/records.h"

namespace scalper {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

struct Watched : testing::Test {
  FakeClock clock;
  MemoryRecordStore records{clock};
  MemoryStatistics statistics{records};
  MemoryTelemetry telemetry;
  AlarmSample now{.throttles = 0,
                  .sweep_findings = 0,
                  .paused_sweeps = 0,
                  .process_durations = {0, 0, 0},
                  .duration_bounds = {1000, 60000},
                  .queue_age_seconds = 0,
                  .dead_letters = 0};
  std::vector<std::string> told;
  int files = 0;
  AlarmWatch watch = make();

  AlarmWatch make() {
    return AlarmWatch({statistics, records, telemetry, clock, "p", [this](const CallContext&) { return now; },
                       [this](const AlarmTransition& change) {
                         told.push_back(std::string(change.standing.rule->name) + " " +
                                        std::string(to_string(change.standing.state)));
                       }});
  }
  void pass_minutes(int count) {
    for (int i = 0; i < count; ++i) {
      clock.advance(minutes{1});
      EXPECT_DONE(watch.look({}));
    }
  }
  void add(FileStatus status, int count) {
    for (int i = 0; i < count; ++i)
      EXPECT_DONE(records.put({}, final_record("k" + std::to_string(++files), "1", status, clock.wall_now()), {}));
  }
  AlarmStanding standing(std::string_view name) {
    const auto all = watch.standings({});
    EXPECT_DONE(all);
    for (const AlarmStanding& one : *all)
      if (one.rule->name == name) return one;
    ADD_FAILURE() << "no alarm " << name;
    return {};
  }
  AlarmState state(std::string_view name) { return standing(name).state; }
};

TEST_F(Watched, NothingIsSaidBeforeTheFirstLook) {
  EXPECT_EQ(watch.standings({})->size(), all_alarm_rules().size());
  EXPECT_EQ(state("ErrorRate"), AlarmState::kInsufficient);
  pass_minutes(1);
  EXPECT_EQ(state("ErrorRate"), AlarmState::kOk);
  EXPECT_EQ(state("Silence"), AlarmState::kInsufficient) << "nobody has waited for a day yet";
  EXPECT_TRUE(told.empty()) << "a start is no news";
}

TEST_F(Watched, ErrorsAreAnAlarmAfterTwoPeriodsAndNoneWhenTheyEnd) {
  pass_minutes(1);
  for (int i = 0; i < 9; ++i) {
    add(FileStatus::kFailed, 1);
    add(FileStatus::kValid, 9);
    pass_minutes(1);
  }
  EXPECT_EQ(state("ErrorRate"), AlarmState::kAlarm);
  EXPECT_NEAR(*standing("ErrorRate").value, 10, 0.001);
  EXPECT_EQ(told, std::vector<std::string>{"ErrorRate ALARM"});
  EXPECT_EQ(telemetry.counted(names::kAlarms), 1);
  const auto lines = telemetry.events();
  const auto line = std::ranges::find_if(
      lines, [](const LogEvent& event) { return event.event == "alarm_changed" && event.level == LogLevel::kError; });
  ASSERT_NE(line, lines.end());
  EXPECT_EQ(std::get<std::string>(line->fields[0].second), "p-ErrorRate");
  const auto since = standing("ErrorRate").since;
  pass_minutes(2);
  EXPECT_EQ(standing("ErrorRate").since, since) << "it is so since it went off";
  pass_minutes(12);
  EXPECT_EQ(state("ErrorRate"), AlarmState::kOk);
  EXPECT_EQ(told.back(), "ErrorRate OK");
}

TEST_F(Watched, AFewInvalidFilesAreNoRatio) {
  pass_minutes(1);
  add(FileStatus::kInvalid, 19);
  pass_minutes(1);
  EXPECT_EQ(state("InvalidRatio"), AlarmState::kOk);
  add(FileStatus::kInvalid, 1);
  pass_minutes(1);
  EXPECT_EQ(state("InvalidRatio"), AlarmState::kAlarm);
  EXPECT_EQ(*standing("InvalidRatio").value, 100);
}

TEST_F(Watched, ADayWithoutAFileIsSilence) {
  pass_minutes(1);
  clock.advance(hours{24});
  pass_minutes(1);
  EXPECT_EQ(state("Silence"), AlarmState::kInsufficient) << "the hour in which it began to watch does not count";
  clock.advance(hours{1});
  pass_minutes(1);
  EXPECT_EQ(state("Silence"), AlarmState::kAlarm);
  add(FileStatus::kValid, 1);
  pass_minutes(1);
  EXPECT_EQ(state("Silence"), AlarmState::kOk);
}

TEST_F(Watched, WhatOnlyTheProcessKnows) {
  pass_minutes(1);
  now.dead_letters = 2;
  now.queue_age_seconds = 901;
  pass_minutes(1);
  EXPECT_EQ(state("DeadLetters"), AlarmState::kAlarm);
  EXPECT_EQ(*standing("DeadLetters").value, 2);
  EXPECT_EQ(state("QueueAge"), AlarmState::kOk) << "of five minutes only one";
  pass_minutes(4);
  EXPECT_EQ(state("QueueAge"), AlarmState::kAlarm);
  now.queue_age_seconds.reset();
  now.dead_letters.reset();
  pass_minutes(1);
  EXPECT_EQ(state("QueueAge"), AlarmState::kOk) << "a minute that nobody knows of does not breach";
  pass_minutes(5);
  EXPECT_EQ(state("DeadLetters"), AlarmState::kOk);

  for (int i = 0; i < 15; ++i) {
    now.throttles += 11;
    now.process_durations[2] += 1;
    now.sweep_findings += 1;
    now.paused_sweeps += 1;
    pass_minutes(1);
  }
  EXPECT_EQ(state("Throttles"), AlarmState::kAlarm);
  EXPECT_EQ(*standing("Throttles").value, 55);
  EXPECT_EQ(state("SlowProcessing"), AlarmState::kAlarm);
  EXPECT_EQ(state("SweepFindings"), AlarmState::kAlarm);
  EXPECT_EQ(*standing("SweepFindings").value, 15);
  EXPECT_EQ(state("Paused"), AlarmState::kAlarm);
  pass_minutes(15);
  EXPECT_EQ(state("Paused"), AlarmState::kOk) << "no sweep found it paused any more";
  now.process_durations[0] += 1000;
  pass_minutes(1);
  EXPECT_EQ(state("SlowProcessing"), AlarmState::kOk);
}

TEST_F(Watched, ARestartTellsNoAlarmAgain) {
  pass_minutes(1);
  now.dead_letters = 1;
  pass_minutes(1);
  const auto since = standing("DeadLetters").since;
  ASSERT_EQ(told.size(), 1U);
  AlarmWatch next = make();
  clock.advance(minutes{1});
  ASSERT_DONE(next.look({}));
  EXPECT_EQ(told.size(), 1U);
  const auto all = next.standings({});
  const auto letters = std::ranges::find_if(*all, [](const auto& one) { return one.rule->name == "DeadLetters"; });
  EXPECT_EQ(letters->state, AlarmState::kAlarm);
  EXPECT_EQ(letters->since, since);
}

TEST_F(Watched, LooksOnceAMinute) {
  clock.advance(Millis{(60000 - clock.wall_now().time_since_epoch().count() % 60000)});
  EXPECT_DONE(watch.look({}));
  now.dead_letters = 1;
  clock.advance(Millis{59999});
  EXPECT_DONE(watch.look({}));
  EXPECT_EQ(state("DeadLetters"), AlarmState::kOk);
  clock.advance(Millis{1});
  EXPECT_DONE(watch.look({}));
  EXPECT_EQ(state("DeadLetters"), AlarmState::kAlarm);
}

}  // namespace
}  // namespace scalper
