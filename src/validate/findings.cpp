#include "validate/findings.h"

#include <algorithm>
#include <utility>

namespace scalper {

void Findings::count(Severity severity) {
  total_ += 1;
  has_error_ = has_error_ || severity == Severity::kError;
  has_unverifiable_ = has_unverifiable_ || severity == Severity::kUnverifiable;
}

void Findings::add(Finding finding) {
  count(finding.severity);
  if (kept_.size() == most_ && (most_ == 0 || !comes_before(finding, kept_.back()))) return;
  const auto place = std::upper_bound(kept_.begin(), kept_.end(), finding, comes_before);
  kept_.insert(place, std::move(finding));
  if (kept_.size() > most_) kept_.pop_back();
}

}  // namespace scalper
