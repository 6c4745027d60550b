#pragma once
// How many files ended how, by time. What is asked costs by its buckets, never by how many files there ever were.
//
// Errors: kInvalidArgument (a query that is none), kTimeout, kCancelled, kThrottled, kUnavailable, kPermissionDenied,
// kCorrupt.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ports/call_context.h"

namespace scalper {

// Files by their first verdict; reviews are not counted again.
struct FileCounts {
  std::uint64_t valid = 0;
  std::uint64_t invalid = 0;
  std::uint64_t unverifiable = 0;
  std::uint64_t failed = 0;

  [[nodiscard]] std::uint64_t all() const { return valid + invalid + unverifiable + failed; }
  // Of those with a verdict; nothing before the first.
  [[nodiscard]] std::optional<double> invalid_ratio() const {
    const std::uint64_t judged = valid + invalid + unverifiable;
    if (judged == 0) return std::nullopt;
    return static_cast<double>(invalid) / static_cast<double>(judged);
  }
  friend bool operator==(const FileCounts&, const FileCounts&) = default;
};

struct DurationPercentiles {  // milliseconds
  double p50 = 0;
  double p95 = 0;
  double p99 = 0;
};

struct StatisticsBucket {
  WallTime begin{};
  FileCounts files;
  std::uint64_t bytes = 0;
  std::optional<DurationPercentiles> arrival_to_verdict;  // nothing where there are no files
};

struct StatisticsQuery {
  WallTime begin{};  // a whole minute, as is the width; of hours where only hours are kept, see below
  Millis width{std::chrono::hours{1}};
  std::size_t buckets = 24;
};

struct StatisticsAnswer {
  std::vector<StatisticsBucket> buckets;  // all of them, in order; such without files as well
  StatisticsBucket total;
  double error = 0;  // how far off a percentile may be, as a share of itself
};

// Thread-safe. Times below an hour are kept for kFineReach, hours for 400 days.
class Statistics {
 public:
  static constexpr std::size_t kMaxBuckets = 1000;
  static constexpr Millis kFineReach{std::chrono::hours{50}};

  virtual ~Statistics() = default;
  [[nodiscard]] virtual Result<StatisticsAnswer> count(const CallContext&, const StatisticsQuery& query) = 0;
};

// kInvalidArgument: not 1 to kMaxBuckets, or no whole minutes. For adapters.
[[nodiscard]] inline Result<void> check_query(const StatisticsQuery& query) {
  constexpr Millis kMinute{std::chrono::minutes{1}};
  const bool whole = query.begin.time_since_epoch() % kMinute == Millis{0} && query.width % kMinute == Millis{0};
  if (query.buckets >= 1 && query.buckets <= Statistics::kMaxBuckets && query.width > Millis{0} && whole) return {};
  return Error(ErrorCode::kInvalidArgument, "statistics: 1 to 1000 buckets of whole minutes");
}

}  // namespace scalper
