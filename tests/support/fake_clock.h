#pragma once
// A clock that stands still until told otherwise. Thread-safe.

#include <condition_variable>
#include <mutex>

#include "ports/clock.h"

namespace scalper {

class FakeClock final : public Clock {
 public:
  enum class Sleep : std::uint8_t {
    kAdvances,  // sleep_until() sets the clock to that time and returns: for tests of one thread
    kWaits,     // sleep_until() blocks until somebody advances the clock that far, or the stop token fires
  };
  // 2026-11-22T08:00:00Z, monotonic time one hour.
  explicit FakeClock(Sleep sleep = Sleep::kAdvances) : sleep_(sleep) {}

  [[nodiscard]] WallTime wall_now() override;
  [[nodiscard]] MonoTime mono_now() override;
  void sleep_until(const CallContext& context, MonoTime until) override;

  // Both times go on.
  void advance(Millis by);
  // Only the wall clock jumps, also backwards, as after a correction of the machine's time.
  void set_wall(WallTime now);
  // How much sleep_until() was asked to sleep in all.
  [[nodiscard]] Millis slept();

 private:
  std::mutex mutex_;
  std::condition_variable_any moved_;
  Sleep sleep_;
  WallTime wall_{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} + std::chrono::hours{8}};
  MonoTime mono_{std::chrono::hours{1}};
  Millis slept_{0};
};

}  // namespace scalper
