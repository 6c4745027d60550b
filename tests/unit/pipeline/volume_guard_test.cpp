#include "pipeline/volume_guard.h"

#include <gtest/gtest.h>

#include "adapters/memory/memory_statistics.h"
#include "contract/subject.h"
#include "support/memory_gate.h"
#include "support/records.h"

namespace scalper {
namespace {

using std::chrono::minutes;

struct Guarded : testing::Test {
  MemoryGate world;
  Gate gate = world.gate();
  MemoryStatistics statistics{world.records};
  VolumeGuard guard{&statistics, 3};
  int files = 0;

  void end_files(int count) {
    for (int i = 0; i < count; ++i)
      EXPECT_DONE(world.records.put(
          {}, final_record("k" + std::to_string(++files), "1", FileStatus::kValid, world.clock.wall_now()), {}));
  }
  bool paused_now() {
    const auto looked = guard.look(gate, world.context());
    EXPECT_DONE(looked);
    return looked.ok() && *looked;
  }
  PauseState state() { return *world.pause.read(gate, world.context()); }
  void set(bool paused) { EXPECT_DONE(world.pause.set(gate, world.context(), paused, "ops", "why")); }
};

TEST_F(Guarded, AsManyAsPlannedPassAndOneMorePauses) {
  end_files(3);
  EXPECT_FALSE(paused_now());
  EXPECT_FALSE(state().paused);
  end_files(1);
  EXPECT_TRUE(paused_now());
  EXPECT_TRUE(state().paused);
  const auto marker = world.records.get_marker(world.context(), kPauseMarker);
  ASSERT_TRUE(marker.ok() && *marker);
  EXPECT_NE((*marker)->value.find("\tvolume guard\t4 files since "), std::string::npos) << (*marker)->value;
  EXPECT_NE((*marker)->value.find("more than 3 an hour"), std::string::npos);
  EXPECT_FALSE(paused_now()) << "it is paused already";
}

TEST_F(Guarded, AnHourLaterTheyAreForgotten) {
  end_files(3);
  world.clock.advance(minutes{59});
  end_files(1);
  EXPECT_TRUE(paused_now()) << "all four lie within sixty minutes";
  set(false);
  world.clock.advance(minutes{2});
  end_files(2);
  EXPECT_FALSE(paused_now());
}

TEST_F(Guarded, WhatEndedBeforeItWasResumedDoesNotPauseItAgain) {
  end_files(4);
  EXPECT_TRUE(paused_now());
  set(false);
  EXPECT_FALSE(paused_now()) << "within the minute of the resume";
  world.clock.advance(minutes{5});
  end_files(3);
  EXPECT_FALSE(paused_now()) << "the four of before count no more";
  end_files(1);
  EXPECT_TRUE(paused_now());
}

TEST_F(Guarded, WithoutALimitNobodyIsAsked) {
  end_files(9);
  EXPECT_FALSE(*VolumeGuard({&statistics, 0}).look(gate, world.context()));
  EXPECT_FALSE(*VolumeGuard({}).look(gate, world.context()));
}

// Statistics that cannot be had.
class Broken final : public Statistics {
 public:
  Result<StatisticsAnswer> count(const CallContext&, const StatisticsQuery&) override {
    return Error(ErrorCode::kPermissionDenied, "no");
  }
};

TEST_F(Guarded, WhatItCannotKnowIsAnErrorAndPausesNothing) {
  Broken broken;
  EXPECT_TRUE(VolumeGuard({&broken, 3}).look(gate, world.context()).failed_with(ErrorCode::kPermissionDenied));
  EXPECT_FALSE(state().paused);
}

}  // namespace
}  // namespace scalper
