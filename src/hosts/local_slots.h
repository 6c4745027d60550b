#pragma once
// A number of places for work of which only so much may go on at once.

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

namespace scalper {

// Thread-safe.
class Slots {
 public:
  explicit Slots(unsigned count) : free_(count) {}

  // Holds a place until it is gone; holds none where `is_held()` is false.
  class Held {
   public:
    Held() = default;
    explicit Held(Slots& slots) : slots_(&slots) {}
    Held(Held&& other) noexcept : slots_(std::exchange(other.slots_, nullptr)) {}
    Held& operator=(Held&&) = delete;
    ~Held() {
      if (slots_ != nullptr) slots_->give_back();
    }
    [[nodiscard]] bool is_held() const { return slots_ != nullptr; }

   private:
    Slots* slots_ = nullptr;
  };

  // Waits for a place; without one once `stop` fires.
  [[nodiscard]] Held take(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    if (!freed_.wait(lock, stop, [&] { return free_ > 0; })) return {};
    --free_;
    return Held(*this);
  }

 private:
  void give_back() {
    {
      const std::lock_guard lock(mutex_);
      ++free_;
    }
    freed_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable_any freed_;
  unsigned free_;
};

// A file above one read's size waits for the processor, not for the disk: more of those at once make each slower, no
// gain, and each takes the memory of its checkers.
inline constexpr std::uint64_t kLarge = std::uint64_t{256} << 10U;
inline unsigned large_at_once() { return std::clamp(16 * std::thread::hardware_concurrency(), 32U, 64U); }

}  // namespace scalper
