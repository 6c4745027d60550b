// What a history costs: fills a record store of SQLite with N final records, then times a page of 50 of each list and a
// claim with its end (two durable writes), each the median of many. Prints one line.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "adapters/local/sqlite_database.h"
#include "adapters/local/sqlite_record_store.h"
#include "adapters/local/system_clock.h"
#include "model/file_id.h"

namespace {

using scalper::FileRecord;
using scalper::RecordQuery;
using scalper::WriteGuard;

constexpr std::size_t kThreads = 64;  // that fill: each waits for the disk, and they share its syncs
constexpr int kRounds = 201;

template <class T>
void must(const scalper::Result<T>& result) {
  if (result.ok()) return;
  std::fprintf(stderr, "%s\n", result.error().message().c_str());
  std::exit(1);
}

FileRecord final_record(std::size_t number) {
  FileRecord record;
  record.origin = {scalper::BucketName{"input"}, scalper::ObjectKey{"feed/" + std::to_string(number) + ".csv"},
                   scalper::VersionId{"v" + std::to_string(number)}};
  record.source = record.origin;
  record.id = scalper::file_id(record.origin);
  record.status = scalper::FileStatus::kValid;
  record.revision = 1;
  record.size = 4096;
  record.final_at = scalper::WallTime{std::chrono::milliseconds{1'700'000'000'000 + static_cast<std::int64_t>(number)}};
  record.decision = scalper::Decision{};
  record.decision->verdict.kind = scalper::VerdictKind::kValid;
  record.decision->verdict.type = "text/csv";
  record.decision->verdict.digests.sha256 = std::string(64, 'a');
  record.target = scalper::Target{scalper::BucketName{"output"}, record.origin.key, record.origin.version, {}};
  return record;
}

void fill(scalper::RecordStore& store, std::size_t count) {
  std::vector<std::jthread> threads;
  for (std::size_t first = 0; first < kThreads; ++first)
    threads.emplace_back([&store, first, count] {
      for (std::size_t n = first; n < count; n += kThreads)
        must(store.put({}, final_record(n), WriteGuard::if_absent()));
    });
}

template <class Call>
double median_micros(Call call) {
  std::vector<double> taken;
  for (int round = 0; round < kRounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    call(round);
    taken.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
  }
  std::nth_element(taken.begin(), taken.begin() + kRounds / 2, taken.end());
  return taken[kRounds / 2];
}

double page(scalper::RecordStore& store, RecordQuery::Index index) {
  RecordQuery query;
  query.index = index;
  query.prefix = "feed/5";
  return median_micros([&](int) { must(store.list({}, query)); });
}

double claim(scalper::RecordStore& store, std::size_t count) {
  return median_micros([&](int round) {
    FileRecord record = final_record(count + static_cast<std::size_t>(round));
    const auto final_at = std::exchange(record.final_at, std::nullopt);
    record.owner = scalper::OwnerToken{"bench"};
    must(store.put({}, record, WriteGuard::if_absent()));
    record.final_at = final_at;
    record.revision = 2;
    must(store.put({}, record, WriteGuard::if_owned(record.owner, 0)));
  });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: bench_records DATABASE COUNT\n");
    return 64;
  }
  const std::size_t count = std::strtoull(argv[2], nullptr, 10);
  scalper::SystemClock clock;
  auto database = scalper::SqliteDatabase::open(argv[1], clock);
  must(database);
  scalper::SqliteRecordStore store(**database);
  fill(store, count);
  const double claimed = claim(store, count);
  std::printf("%8zu records: page by time %.0f us, by status %.0f us, by prefix %.0f us; claim and end %.0f us\n",
              count, page(store, RecordQuery::Index::kTime), page(store, RecordQuery::Index::kStatus),
              page(store, RecordQuery::Index::kPrefix), claimed);
  return 0;
}
