#pragma once
// Passing markers in the database's table `passing`.

#include "adapters/local/sqlite_database.h"
#include "ports/passing_markers.h"

namespace scalper {

class SqlitePassingMarkers final : public PassingMarkers {
 public:
  // The database outlives it.
  explicit SqlitePassingMarkers(SqliteDatabase& database) : database_(database) {}

  [[nodiscard]] Result<std::optional<PassingMarker>> get(const CallContext&, const std::string& name) override;
  [[nodiscard]] Result<void> put(const CallContext&, const std::string& name, const std::string& value,
                                 WallTime forget_at, std::uint64_t expected) override;

  // Removes those whose time is over, at most `limit`; says how many.
  [[nodiscard]] Result<std::size_t> forget(const CallContext&, WallTime now, std::size_t limit);

 private:
  SqliteDatabase& database_;
};

}  // namespace scalper
