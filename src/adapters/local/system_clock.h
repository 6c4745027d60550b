#pragma once

#include <condition_variable>
#include <mutex>

#include "ports/clock.h"

namespace scalper {

// The machine's clocks. Monotonic time is CLOCK_BOOTTIME (clock_gettime(2)): it goes on while the machine sleeps, so
// that a lease does not outlive its wall time on a laptop that was closed.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] WallTime wall_now() override;
  [[nodiscard]] MonoTime mono_now() override;
  void sleep_until(const CallContext& context, MonoTime until) override;

 private:
  std::mutex mutex_;
  std::condition_variable_any stopped_;
};

}  // namespace scalper
