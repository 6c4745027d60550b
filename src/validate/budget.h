#pragma once
// The memory that all checkers of one validation share (docs: 8 MiB, beside declared decoder windows). What is refused
// makes the file `limit.memory`, unverifiable. Belongs to one thread.

#include <cstddef>

namespace scalper {

class Budget {
 public:
  static constexpr std::size_t kCheckers = std::size_t{8} << 20U;

  explicit Budget(std::size_t bytes = kCheckers) : left_(bytes) {}

  [[nodiscard]] bool reserve(std::size_t bytes) {
    if (bytes > left_) return false;
    left_ -= bytes;
    return true;
  }
  void release(std::size_t bytes) { left_ += bytes; }

  // The machine itself had no memory left for a library that cannot throw: no verdict can be given.
  void exhaust() { exhausted_ = true; }
  [[nodiscard]] bool exhausted() const { return exhausted_; }

 private:
  std::size_t left_;
  bool exhausted_ = false;
};

}  // namespace scalper
