#include "adapters/aws/client/retry_rules.h"

#include <algorithm>
#include <charconv>
#include <random>

namespace scalper::aws {
namespace {

double usual_random() {
  thread_local std::mt19937_64 engine{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(engine);
}

}  // namespace

bool RetryBudget::take(int tokens) {
  const std::lock_guard lock(mutex_);
  if (tokens_ < tokens) return false;
  tokens_ -= tokens;
  return true;
}

void RetryBudget::give(int tokens) {
  const std::lock_guard lock(mutex_);
  tokens_ = std::min(most_, tokens_ + tokens);
}

Millis wait_before_next(const RetryRules& rules, Remedy remedy, int tries, Millis asked_for) {
  const Millis first = remedy == Remedy::kSlowDown ? rules.first_slow_down : rules.first_wait;
  const Millis most = std::min(rules.longest_wait, first * (1 << std::clamp(tries - 1, 0, 16)));
  const double part = rules.random ? rules.random() : usual_random();
  const Millis wait{static_cast<Millis::rep>(part * static_cast<double>(most.count()))};
  return std::clamp(asked_for, wait, rules.longest_wait);
}

Millis retry_after(const AwsResponse& answer, WallTime now) {
  const std::string_view text = answer.header("retry-after");
  if (const auto date = parse_http_date(text)) return std::max(Millis{0}, *date - now);
  std::uint32_t seconds = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (failed != std::errc() || end != text.data() + text.size()) return Millis{0};
  return std::chrono::seconds{seconds};
}

}  // namespace scalper::aws
