#include "support/fake_clock.h"

namespace scalper {

WallTime FakeClock::wall_now() {
  const std::lock_guard lock(mutex_);
  return wall_;
}

MonoTime FakeClock::mono_now() {
  const std::lock_guard lock(mutex_);
  return mono_;
}

void FakeClock::sleep_until(const CallContext& context, MonoTime until) {
  std::unique_lock lock(mutex_);
  if (until <= mono_ || context.stop.stop_requested()) return;
  slept_ += until - mono_;
  if (sleep_ == Sleep::kWaits) {
    moved_.wait(lock, context.stop, [&] { return mono_ >= until; });
    return;
  }
  wall_ += until - mono_;
  mono_ = until;
  moved_.notify_all();
}

void FakeClock::advance(Millis by) {
  const std::lock_guard lock(mutex_);
  wall_ += by;
  mono_ += by;
  moved_.notify_all();
}

void FakeClock::set_wall(WallTime now) {
  const std::lock_guard lock(mutex_);
  wall_ = now;
}

Millis FakeClock::slept() {
  const std::lock_guard lock(mutex_);
  return slept_;
}

}  // namespace scalper
