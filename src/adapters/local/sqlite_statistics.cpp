#include "adapters/local/sqlite_statistics.h"

#include <utility>

#include "model/record_json.h"

namespace scalper {
namespace {

constexpr Millis kMinute{std::chrono::minutes{1}};
constexpr Millis kHour{std::chrono::hours{1}};
constexpr std::int64_t kRebuiltAtOnce = 1000;

// `span` is the width of a row in milliseconds: a minute or an hour. One row for each outcome and slot of durations in
// it. The position of a rebuild stands in `store` for as long as it is not at its end.
constexpr const char* kTable = R"sql(
CREATE TABLE tallies (
  span INTEGER NOT NULL,
  begin INTEGER NOT NULL,
  outcome INTEGER NOT NULL,
  slot INTEGER NOT NULL,
  files INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (span, begin, outcome, slot)
) WITHOUT ROWID;
INSERT OR REPLACE INTO store VALUES ('tallies_rebuilt_to', '');
)sql";

std::uint64_t* count_of(FileCounts& counts, std::int64_t outcome) {
  switch (static_cast<FileStatus>(outcome)) {
    case FileStatus::kValid: return &counts.valid;
    case FileStatus::kInvalid: return &counts.invalid;
    case FileStatus::kUnverifiable: return &counts.unverifiable;
    case FileStatus::kFailed: return &counts.failed;
    default: return nullptr;
  }
}

std::int64_t floor_to(WallTime time, Millis span) {
  const std::int64_t at = time.time_since_epoch().count();
  const std::int64_t rest = ((at % span.count()) + span.count()) % span.count();
  return at - rest;
}

Result<void> add_to(SqliteConnection& writer, const Tally& tally, Millis span) {
  SCALPER_TRY_ASSIGN(auto put, writer.prepare("INSERT INTO tallies (span, begin, outcome, slot, files, bytes)"
                                              " VALUES (?1, ?2, ?3, ?4, 1, ?5) ON CONFLICT (span, begin, outcome, slot)"
                                              " DO UPDATE SET files = files + 1, bytes = bytes + ?5"));
  return put.bind(1, span.count())
      .bind(2, floor_to(tally.at, span))
      .bind(3, static_cast<std::int64_t>(tally.status))
      .bind(4, static_cast<std::int64_t>(duration_slot(tally.arrival_to_verdict)))
      .bind(5, static_cast<std::int64_t>(tally.bytes))
      .run();
}

struct Sums {
  StatisticsBucket bucket;
  SlotCounts slots;

  void close() {
    if (slots.empty()) return;
    bucket.arrival_to_verdict = DurationPercentiles{
        percentile(slots, 0.5).value_or(0), percentile(slots, 0.95).value_or(0), percentile(slots, 0.99).value_or(0)};
  }
  void add(const SqliteStatement& row) {
    std::uint64_t* const count = count_of(bucket.files, row.number(1));
    if (count == nullptr) return;
    const auto files = static_cast<std::uint64_t>(row.number(3));
    *count += files;
    slots[static_cast<std::uint32_t>(row.number(2))] += files;
    bucket.bytes += static_cast<std::uint64_t>(row.number(4));
  }
};

// A page of final records from the rowid `from` on; says where the next begins, or nothing at the end.
Result<std::optional<std::string>> rebuild_page(SqliteConnection& writer, const std::string& from,
                                                std::uint64_t& read) {
  SCALPER_TRY_ASSIGN(auto rows, writer.prepare("SELECT rowid, body FROM records WHERE rowid > CAST(?1 AS INTEGER)"
                                               " ORDER BY rowid LIMIT ?2"));
  rows.bind_text(1, from).bind(2, kRebuiltAtOnce);
  std::optional<std::string> last;
  for (;;) {
    SCALPER_TRY_ASSIGN(const bool row, rows.step());
    if (!row) return last;
    last = std::to_string(rows.number(0));
    ++read;
    // One that cannot be read is named by listings; here it is one file less.
    const auto record = record_from_json(rows.bytes(1));
    const auto tally = record.ok() ? tally_of(*record) : std::nullopt;
    if (tally) SCALPER_TRY(SqliteStatistics::add(writer, *tally));
  }
}

Result<void> set_position(SqliteConnection& writer, const std::optional<std::string>& position) {
  SCALPER_TRY_ASSIGN(auto put, writer.prepare(position ? "UPDATE store SET value = ?1 WHERE name = 'tallies_rebuilt_to'"
                                                       : "DELETE FROM store WHERE name = 'tallies_rebuilt_to'"));
  if (position) put.bind_text(1, *position);
  return put.run();
}

}  // namespace

Result<void> SqliteStatistics::add(SqliteConnection& writer, const Tally& tally) {
  SCALPER_TRY(add_to(writer, tally, kMinute));
  return add_to(writer, tally, kHour);
}

Result<std::unique_ptr<SqliteStatistics>> SqliteStatistics::open(SqliteDatabase& database) {
  SCALPER_TRY(database.write({}, [](SqliteConnection& writer) -> Result<void> {
    SCALPER_TRY_ASSIGN(auto table, writer.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'tallies'"));
    SCALPER_TRY_ASSIGN(const bool there, table.step());
    return there ? Result<void>{} : writer.run(kTable);
  }));
  std::unique_ptr<SqliteStatistics> statistics(new SqliteStatistics(database));
  SCALPER_TRY(statistics->rebuild());
  return statistics;
}

Result<void> SqliteStatistics::rebuild() {
  const auto read = std::make_shared<std::uint64_t>(0);
  const auto ended = std::make_shared<bool>(false);
  while (!*ended) {
    SCALPER_TRY(database_.write({}, [read, ended](SqliteConnection& writer) -> Result<void> {
      SCALPER_TRY_ASSIGN(auto position, writer.prepare("SELECT value FROM store WHERE name = 'tallies_rebuilt_to'"));
      SCALPER_TRY_ASSIGN(const bool unfinished, position.step());
      *ended = !unfinished;
      if (!unfinished) return {};
      SCALPER_TRY_ASSIGN(const auto next, rebuild_page(writer, position.bytes(0), *read));
      return set_position(writer, next);
    }));
  }
  rebuilt_from_ = *read;
  return {};
}

Result<StatisticsAnswer> SqliteStatistics::count(const CallContext& context, const StatisticsQuery& query) {
  SCALPER_TRY(check_query(query));
  const std::int64_t begin = query.begin.time_since_epoch().count();
  const bool by_hours = query.width % kHour == Millis{0} && query.begin.time_since_epoch() % kHour == Millis{0};
  const std::int64_t end = begin + query.width.count() * static_cast<std::int64_t>(query.buckets);
  std::vector<Sums> sums(query.buckets);
  Sums total;
  SCALPER_TRY(database_.read(context, [&](SqliteConnection& reader) -> Result<void> {
    SCALPER_TRY_ASSIGN(auto rows, reader.prepare("SELECT (begin - ?2) / ?4, outcome, slot, sum(files), sum(bytes)"
                                                 " FROM tallies WHERE span = ?1 AND begin >= ?2 AND begin < ?3"
                                                 " GROUP BY 1, 2, 3"));
    rows.bind(1, (by_hours ? kHour : kMinute).count()).bind(2, begin).bind(3, end).bind(4, query.width.count());
    for (;;) {
      SCALPER_TRY_ASSIGN(const bool row, rows.step());
      if (!row) return {};
      sums.at(static_cast<std::size_t>(rows.number(0))).add(rows);
      total.add(rows);
    }
  }));
  StatisticsAnswer answer;
  answer.error = kSlotError;
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

Result<std::size_t> SqliteStatistics::forget(const CallContext& context, WallTime now, std::size_t limit) {
  const auto removed = std::make_shared<std::size_t>(0);
  SCALPER_TRY(database_.write(context, [now, limit, removed](SqliteConnection& writer) -> Result<void> {
    for (const auto& [span, reach] : {std::pair(kMinute, kFineReach), std::pair(kHour, kHoursReach)}) {
      SCALPER_TRY_ASSIGN(auto erase,
                         writer.prepare("DELETE FROM tallies WHERE (span, begin, outcome, slot) IN (SELECT span, begin,"
                                        " outcome, slot FROM tallies WHERE span = ?1 AND begin < ?2 LIMIT ?3)"));
      SCALPER_TRY(erase.bind(1, span.count())
                      .bind(2, (now - reach).time_since_epoch().count())
                      .bind(3, static_cast<std::int64_t>(limit - *removed))
                      .run());
      *removed += static_cast<std::size_t>(writer.changes());
    }
    return {};
  }));
  return *removed;
}

}  // namespace scalper
