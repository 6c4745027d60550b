#pragma once
// How often and when a call is made again.
// Source: "Retry behavior" (AWS SDKs and tools reference guide), standard mode; "Exponential Backoff And Jitter" (AWS
// architecture blog), full jitter.

#include <functional>
#include <mutex>

#include "adapters/aws/client/aws_errors.h"
#include "base/time.h"

namespace scalper::aws {

struct RetryRules {
  int tries = 4;                                      // of one call, the first among them
  Millis first_wait{std::chrono::milliseconds{100}};  // at most, doubled with each try
  Millis first_slow_down{std::chrono::seconds{1}};    // the same, where fewer requests were asked for
  Millis longest_wait{std::chrono::seconds{20}};      // also where the service asks for longer
  int budget = 500;                                   // tokens of all calls together
  int cost = 5;                                       // of another try
  int cost_after_timeout = 10;
  std::function<double()> random;  // in [0, 1), from any thread; empty: the usual one
};

// Tokens that tries after the first take and calls that go well give back, so that a service in trouble is not asked
// four times as often as in good days. Thread-safe.
class RetryBudget {
 public:
  explicit RetryBudget(int tokens) : most_(tokens), tokens_(tokens) {}
  [[nodiscard]] bool take(int tokens);
  void give(int tokens);

 private:
  const int most_;
  std::mutex mutex_;
  int tokens_;
};

// Before the try after try number `tries`: a random part of the wait, or as long as `asked_for` (zero: nothing was
// asked for).
[[nodiscard]] Millis wait_before_next(const RetryRules& rules, Remedy remedy, int tries, Millis asked_for);

// Retry-After: seconds or a date (RFC 9110, 10.2.3). Zero where there is none, or none that can be read.
[[nodiscard]] Millis retry_after(const AwsResponse& answer, WallTime now);

}  // namespace scalper::aws
