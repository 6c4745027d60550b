#pragma once
// Checkers that ask for their memory before they take it.

#include <cstddef>
#include <memory>
#include <optional>

#include "validate/budget.h"
#include "validate/checker.h"

namespace scalper {

// A share of the memory of all checkers, for as long as this lives. `budget` outlives it.
class Reservation {
 public:
  Reservation(Budget& budget, std::size_t bytes) : budget_(budget), bytes_(budget.reserve(bytes) ? bytes : 0) {}
  ~Reservation() { budget_.release(bytes_); }
  Reservation(const Reservation&) = delete;
  Reservation& operator=(const Reservation&) = delete;

  [[nodiscard]] bool granted() const { return bytes_ > 0; }

 private:
  Budget& budget_;
  std::size_t bytes_;
};

// An Inner that lives within `bytes` of the layer's budget. Without them it says limit.memory and looks at nothing.
template <class Inner>
class WithinBudget final : public Checker {
 public:
  WithinBudget(const Layer& layer, std::size_t bytes) : reservation_(*layer.budget, bytes) {
    if (reservation_.granted()) {
      inner_.emplace(layer);
    } else {
      layer.report("limit.memory", "the checks around this content leave too little memory to check it");
    }
  }

  FeedAnswer feed(Bytes chunk) override { return inner_.has_value() ? inner_->feed(chunk) : FeedAnswer::kEnough; }
  void finish() override {
    if (inner_.has_value()) inner_->finish();
  }

 private:
  Reservation reservation_;
  std::optional<Inner> inner_;
};

template <class Inner>
[[nodiscard]] std::unique_ptr<Checker> within_budget(const Layer& layer, std::size_t bytes) {
  return std::make_unique<WithinBudget<Inner>>(layer, bytes);
}

}  // namespace scalper
