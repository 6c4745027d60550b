#pragma once
// What tests that tell a history need: a gate in memory, senders, operators and time.

#include <gtest/gtest.h>

#include "model/file_id.h"
#include "pipeline/review.h"
#include "pipeline/sweep.h"
#include "support/faulty_worker.h"

namespace scalper {

inline constexpr Fault kCrashAfter{Fault::Kind::kCrashAfter, {}};
inline constexpr Fault kCrashBefore{Fault::Kind::kCrashBefore, {}};
inline constexpr Fault kLater{Fault::Kind::kApplyLater, ErrorCode::kTimeout};
inline constexpr Fault kAppliedTimeout{Fault::Kind::kApplyThenFail, ErrorCode::kTimeout};
[[nodiscard]] inline Fault failing(ErrorCode code) { return {Fault::Kind::kFailBefore, code}; }

inline const std::string kGood = "plain text\n";
inline const std::string kBad = std::string("\x01\x02\x00\xFF no type that is known", 26);

class Story : public testing::Test {
 protected:
  explicit Story(MemoryObjectStoreOptions options = {}) : world(options) {}

  ObjectEvent announced(const std::string& key, const std::string& bytes) {
    const ObjectEvent event = world.upload(key, bytes);
    world.announce(event);
    return event;
  }
  void lease_runs_out() { world.clock.advance(std::chrono::minutes{7}); }
  Result<FileRecord> review(const ObjectEvent& event, ReviewAction action) {
    Gate gate = world.gate();
    return accept_review(gate, world.context(), {file_id(event.ref), action, "op", "because", {}});
  }
  SweepReport sweep_now() {
    Gate gate = world.gate();
    const auto report = sweep(gate, world.context());
    EXPECT_TRUE(report.ok());
    return report.ok() ? *report : SweepReport{};
  }
  // A sweep that has time for one page only.
  SweepReport sweep_one_page() {
    Gate gate = world.gate();
    CallContext context;
    context.deadline = world.clock.mono_now() + gate.settings.call_timeout / 2;
    const auto report = sweep(gate, context);
    EXPECT_TRUE(report.ok());
    return report.ok() ? *report : SweepReport{};
  }
  void settle() {
    for (int i = 0; i < 3; ++i) {
      world.run_until_idle();
      world.clock.advance(std::chrono::minutes{20});
      sweep_now();
    }
    world.run_until_idle();
  }
  FileStatus status(const ObjectEvent& event) { return world.record(event)->status; }
  bool is_in_input(const ObjectEvent& event) { return world.objects.head(world.context(), event.ref).ok(); }
  std::size_t in_output() { return world.versions(world.settings.output).size(); }
  std::size_t in_quarantine() { return world.versions(world.settings.quarantine).size(); }

  MemoryGate world;
};

}  // namespace scalper
