#pragma once
// A number that threads sleep on until it is another: futex(2). Condition variables cost each of those who wait for one
// disk two or three calls more, and wake all of them where one is meant.

#include <atomic>
#include <cstdint>

#include "base/time.h"

namespace scalper {

// Thread-safe. Who sleeps and who wakes keep it alive.
class WakeWord {
 public:
  [[nodiscard]] std::uint32_t value() const { return value_.load(std::memory_order_acquire); }
  void set(std::uint32_t value) { value_.store(value, std::memory_order_release); }
  // True: it was `from` and is `to` now.
  [[nodiscard]] bool turn(std::uint32_t from, std::uint32_t to) { return value_.compare_exchange_strong(from, to); }

  // Returns once it is not `seen` and wake() was called, or without any reason, or after `most`: look again.
  void sleep(std::uint32_t seen);
  void sleep_for(std::uint32_t seen, Millis most);
  void wake_one();
  void wake_all();

 private:
  std::atomic<std::uint32_t> value_{0};
};

}  // namespace scalper
