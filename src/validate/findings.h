#pragma once
// What a validation has found so far. All findings are counted; the first ones in the order of comes_before() are kept,
// whatever the order in which they come. Belongs to one thread.

#include <cstdint>
#include <vector>

#include "model/finding.h"
#include "model/verdict.h"

namespace scalper {

class Findings {
 public:
  explicit Findings(std::size_t most) : most_(most) {}

  void add(Finding finding);
  // One that would not be kept.
  void count(Severity severity);
  // No more are kept, but those that come before the last one.
  [[nodiscard]] bool full() const { return kept_.size() >= most_; }
  [[nodiscard]] const std::vector<Finding>& kept() const { return kept_; }
  [[nodiscard]] std::uint64_t total() const { return total_; }
  [[nodiscard]] bool has_error() const { return has_error_; }
  [[nodiscard]] VerdictKind verdict() const { return verdict_of(has_error_, has_unverifiable_); }

 private:
  std::size_t most_;
  std::vector<Finding> kept_;  // ordered
  std::uint64_t total_ = 0;
  bool has_error_ = false;
  bool has_unverifiable_ = false;
};

}  // namespace scalper
