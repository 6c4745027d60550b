#include "hosts/server/client_limits.h"

#include <algorithm>
#include <cmath>

namespace scalper::server {

void TokenBucket::fill(double rate, double most, MonoTime now) {
  const double seconds = std::chrono::duration<double>(std::max(now - at, Millis{0})).count();
  level = std::min(most, level + rate * seconds);
  at = now;
}

unsigned TokenBucket::wait(double rate) const {
  if (level >= 1) return 0;
  return std::max(1U, static_cast<unsigned>(std::ceil((1 - level) / rate)));
}

unsigned ClientLimits::window() const {
  return static_cast<unsigned>(std::ceil(options_.request_burst / options_.requests_per_second));
}

ClientLimits::Client& ClientLimits::client(const IpAddress& address, MonoTime now) {
  const IpAddress key = address.of_one_client();
  const auto found = clients_.find(key);
  if (found != clients_.end()) {
    seen_.splice(seen_.begin(), seen_, found->second.seen);
    return found->second;
  }
  if (clients_.size() >= options_.most_clients) {
    clients_.erase(seen_.back());
    seen_.pop_back();
  }
  seen_.push_front(key);
  Client fresh;
  fresh.requests = {options_.request_burst, now};
  fresh.failures = {options_.failure_burst, now};
  fresh.seen = seen_.begin();
  return clients_.emplace(key, fresh).first->second;
}

std::optional<ClientLimits::Taken> ClientLimits::take(const IpAddress& address, MonoTime now) {
  if (options_.requests_per_second <= 0) return std::nullopt;
  TokenBucket& bucket = client(address, now).requests;
  bucket.fill(options_.requests_per_second, options_.request_burst, now);
  Taken taken;
  taken.allowed = bucket.level >= 1;
  if (taken.allowed) bucket.level -= 1;
  taken.left = static_cast<unsigned>(bucket.level);
  taken.after = bucket.wait(options_.requests_per_second);
  return taken;
}

unsigned ClientLimits::may_show_token(const IpAddress& address, MonoTime now) {
  Client& one = client(address, now);
  one.failures.fill(options_.failures_per_second, options_.failure_burst, now);
  if (const unsigned wait = one.failures.wait(options_.failures_per_second); wait > 0) return wait;
  if (!all_failures_) return 0;
  if (one.worked_at && now - *one.worked_at <= options_.known_for) return 0;
  all_failures_->fill(options_.all_failures_per_second, options_.all_failure_burst, now);
  return all_failures_->wait(options_.all_failures_per_second);
}

ClientLimits::Failed ClientLimits::token_failed(const IpAddress& address, MonoTime now) {
  Client& one = client(address, now);
  one.failures.fill(options_.failures_per_second, options_.failure_burst, now);
  one.failures.level = std::max(0.0, one.failures.level - 1);
  if (!all_failures_) all_failures_ = TokenBucket{options_.all_failure_burst, now};
  all_failures_->fill(options_.all_failures_per_second, options_.all_failure_burst, now);
  all_failures_->level = std::max(0.0, all_failures_->level - 1);
  Failed failed;
  const unsigned doublings = std::min(one.failed_in_a_row, 20U);
  failed.delay = std::min(options_.longest_delay, options_.first_delay * (INT64_C(1) << doublings));
  failed.is_last = one.failures.level < 1;
  ++one.failed_in_a_row;
  return failed;
}

void ClientLimits::token_worked(const IpAddress& address, MonoTime now) {
  Client& one = client(address, now);
  one.failed_in_a_row = 0;
  one.worked_at = now;
}

}  // namespace scalper::server
