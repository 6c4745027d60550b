#include "adapters/memory/memory_statistics.h"

#include <algorithm>

#include "model/tally.h"

namespace scalper {
namespace {

struct Sums {
  StatisticsBucket bucket;
  std::vector<double> durations;

  void add(const Tally& tally) {
    switch (tally.status) {
      case FileStatus::kValid: ++bucket.files.valid; break;
      case FileStatus::kInvalid: ++bucket.files.invalid; break;
      case FileStatus::kUnverifiable: ++bucket.files.unverifiable; break;
      default: ++bucket.files.failed;
    }
    bucket.bytes += tally.bytes;
    durations.push_back(static_cast<double>(tally.arrival_to_verdict.count()));
  }

  // Nearest rank: exact, since all values are there.
  [[nodiscard]] double at(double share) const {
    const auto rank = static_cast<std::size_t>(share * static_cast<double>(durations.size()) + 0.999999);
    return durations[std::clamp<std::size_t>(rank, 1, durations.size()) - 1];
  }
  void close() {
    if (durations.empty()) return;
    std::sort(durations.begin(), durations.end());
    bucket.arrival_to_verdict = DurationPercentiles{at(0.5), at(0.95), at(0.99)};
  }
};

}  // namespace

Result<StatisticsAnswer> MemoryStatistics::count(const CallContext& context, const StatisticsQuery& query) {
  SCALPER_TRY(check_query(query));
  std::vector<Sums> sums(query.buckets);
  Sums total;
  RecordQuery all;
  all.limit = 1000;
  do {
    SCALPER_TRY_ASSIGN(RecordPage page, records_.list(context, all));
    for (const FileRecord& record : page.records) {
      const auto tally = tally_of(record);
      if (!tally || tally->at < query.begin) continue;
      const auto place = static_cast<std::size_t>((tally->at - query.begin) / query.width);
      if (place >= sums.size()) continue;
      sums[place].add(*tally);
      total.add(*tally);
    }
    all.cursor = std::move(page.next_cursor);
  } while (!all.cursor.empty());
  StatisticsAnswer answer;
  total.bucket.begin = query.begin;
  total.close();
  answer.total = total.bucket;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    sums[i].bucket.begin = query.begin + query.width * static_cast<std::int64_t>(i);
    sums[i].close();
    answer.buckets.push_back(sums[i].bucket);
  }
  return answer;
}

}  // namespace scalper
