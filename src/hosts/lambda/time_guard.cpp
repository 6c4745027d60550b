#include "hosts/lambda/time_guard.h"

#include <algorithm>

namespace scalper::lambda {
namespace {

constexpr Millis kLongest{std::chrono::hours{24}};  // what is added to a time must not run over

}  // namespace

std::stop_token TimeGuard::arm(Millis left) {
  const std::lock_guard lock(mutex_);
  stop_ = std::stop_source();
  if (left <= Millis{0}) {
    stop_.request_stop();
    return stop_.get_token();
  }
  fires_at_ = std::chrono::steady_clock::now() + std::min(left, kLongest);
  if (!thread_.joinable()) thread_ = std::jthread([this](const std::stop_token& end) { watch(end); });
  changed_.notify_all();
  return stop_.get_token();
}

void TimeGuard::disarm() {
  const std::lock_guard lock(mutex_);
  fires_at_.reset();
}

void TimeGuard::watch(const std::stop_token& end) {
  std::unique_lock lock(mutex_);
  while (!end.stop_requested()) {
    if (!fires_at_) {
      changed_.wait(lock, end, [this] { return fires_at_.has_value(); });
      continue;
    }
    const Time at = *fires_at_;
    changed_.wait_until(lock, end, at, [&] { return fires_at_ != at; });
    if (fires_at_ != at || std::chrono::steady_clock::now() < at) continue;
    fires_at_.reset();
    std::stop_source stop = stop_;
    lock.unlock();
    stop.request_stop();  // callbacks run here: not under the lock
    lock.lock();
  }
}

}  // namespace scalper::lambda
