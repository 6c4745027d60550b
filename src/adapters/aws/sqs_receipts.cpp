#include "adapters/aws/sqs_receipts.h"

#include <algorithm>

#include "adapters/aws/sqs_calls.h"

namespace scalper::aws::sqs {
namespace {

// Our clock started a little later than that of the service, whose answer had to come here.
constexpr Millis kMargin{std::chrono::seconds{30}};
// How long others may have held a message before we heard of it, and how long somebody here may go on to extend one
// that was given back: what Lambda gathers a batch for (5 minutes) and the longest that a function runs (15).
constexpr Millis kInOtherHands{std::chrono::minutes{20}};

}  // namespace

MonoTime Receipts::Known::wanted_until() const { return given_back_at ? *given_back_at + kInOtherHands : since; }

void Receipts::make_room(MonoTime now) {
  if (known_.size() < kMost) return;
  std::erase_if(known_, [&](const auto& one) { return now - one.second.since >= kLongestVisibility; });
  if (known_.size() < kMost) return;
  known_.erase(std::min_element(known_.begin(), known_.end(), [](const auto& a, const auto& b) {
    return a.second.wanted_until() < b.second.wanted_until();
  }));
}

void Receipts::received(const std::string& receipt, MonoTime now) {
  const std::lock_guard lock(mutex_);
  make_room(now);
  known_[receipt] = {now, std::nullopt};
}

void Receipts::given_back(const std::string& receipt, MonoTime now) {
  const std::lock_guard lock(mutex_);
  if (!known_.contains(receipt)) make_room(now);
  known_.try_emplace(receipt, Known{now, now}).first->second.given_back_at = now;
}

void Receipts::acknowledged(const std::string& receipt) {
  const std::lock_guard lock(mutex_);
  known_.erase(receipt);
}

bool Receipts::is_given_back(const std::string& receipt) {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(receipt);
  return found != known_.end() && found->second.given_back_at.has_value();
}

Millis Receipts::time_left(const std::string& receipt, MonoTime now) {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(receipt);
  if (found == known_.end()) return kLongestVisibility - kInOtherHands;
  return std::max(Millis{0}, kLongestVisibility - kMargin - (now - found->second.since));
}

}  // namespace scalper::aws::sqs
