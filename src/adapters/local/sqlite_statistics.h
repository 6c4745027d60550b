#pragma once
// Statistics in SQLite: sums by minute and hour in a table beside the records, written in the commit that makes a
// record final. A listing of them costs by the minutes or hours asked for.

#include "adapters/local/sqlite_database.h"
#include "model/tally.h"
#include "ports/statistics.h"

namespace scalper {

class SqliteStatistics final : public Statistics {
 public:
  static constexpr Millis kHoursReach{std::chrono::hours{24 * 400}};

  // Makes the table where there is none, and fills it from the records: a lost table costs one reading of them all. To
  // be called before records are written. Goes on where an earlier call was broken off.
  [[nodiscard]] static Result<std::unique_ptr<SqliteStatistics>> open(SqliteDatabase& database);

  [[nodiscard]] Result<StatisticsAnswer> count(const CallContext&, const StatisticsQuery& query) override;

  // Within a write: one more file. Two rows are touched, whatever there is already.
  [[nodiscard]] static Result<void> add(SqliteConnection& writer, const Tally& tally);
  // Removes sums that are older than anybody asks for, at most `limit` rows; says how many.
  [[nodiscard]] Result<std::size_t> forget(const CallContext&, WallTime now, std::size_t limit);
  // How many records were read by open(); 0 where the table was whole.
  [[nodiscard]] std::uint64_t rebuilt_from() const { return rebuilt_from_; }

 private:
  explicit SqliteStatistics(SqliteDatabase& database) : database_(database) {}
  [[nodiscard]] Result<void> rebuild();

  SqliteDatabase& database_;
  std::uint64_t rebuilt_from_ = 0;
};

}  // namespace scalper
