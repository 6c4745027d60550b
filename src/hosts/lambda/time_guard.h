#pragma once
// Fires a stop token some time before the function's own time is up, so that what is in work is handed back in order
// instead of being cut off.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "base/time.h"

namespace scalper::lambda {

// One for a process; its thread sleeps between invocations. For one invocation at a time.
class TimeGuard {
 public:
  TimeGuard() = default;
  ~TimeGuard() { disarm(); }
  TimeGuard(const TimeGuard&) = delete;
  TimeGuard& operator=(const TimeGuard&) = delete;

  // A token that fires in `left`, at once if that is nothing, unless disarm() comes first.
  [[nodiscard]] std::stop_token arm(Millis left);
  void disarm();

 private:
  using Time = std::chrono::steady_clock::time_point;
  void watch(const std::stop_token& end);

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<Time> fires_at_;
  std::stop_source stop_;
  std::jthread thread_;
};

}  // namespace scalper::lambda
