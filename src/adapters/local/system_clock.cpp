#include "adapters/local/system_clock.h"

#include <algorithm>
#include <chrono>
#include <ctime>

namespace scalper {
namespace {

// A wait counts CLOCK_MONOTONIC, which stands still in a suspend: the true clock is asked again this often.
constexpr Millis kLookAtClock{std::chrono::seconds{1}};

}  // namespace

WallTime SystemClock::wall_now() { return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now()); }

MonoTime SystemClock::mono_now() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return MonoTime{std::chrono::floor<Millis>(std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec})};
}

void SystemClock::sleep_until(const CallContext& context, MonoTime until) {
  std::unique_lock lock(mutex_);
  while (!context.stop.stop_requested()) {
    const Millis left = until - mono_now();
    if (left <= Millis{0}) return;
    stopped_.wait_for(lock, context.stop, std::min(left, kLookAtClock), [] { return false; });
  }
}

}  // namespace scalper
