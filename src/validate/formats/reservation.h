#pragma once

#include <cstddef>

#include "validate/budget.h"

namespace scalper {

// A share of the memory of all checkers, for as long as this lives. `budget` outlives it; null = no limit.
class Reservation {
 public:
  Reservation(Budget* budget, std::size_t bytes) : budget_(budget), bytes_(bytes) {
    granted_ = budget == nullptr || budget->reserve(bytes);
  }
  ~Reservation() {
    if (granted_ && budget_ != nullptr) budget_->release(bytes_);
  }
  Reservation(const Reservation&) = delete;
  Reservation& operator=(const Reservation&) = delete;

  [[nodiscard]] bool granted() const { return granted_; }

 private:
  Budget* budget_;
  std::size_t bytes_;
  bool granted_ = false;
};

}  // namespace scalper
