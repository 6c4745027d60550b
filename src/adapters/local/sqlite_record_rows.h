#pragma once
// What the record store's single records and its listings share.

#include <optional>
#include <string>
#include <string_view>

#include "adapters/local/sqlite_connection.h"
#include "model/file_record.h"

namespace scalper {

// The column `age`: negated, so that the newest comes first in an index that runs upwards.
[[nodiscard]] inline std::int64_t age_of(WallTime time) { return -time.time_since_epoch().count(); }

struct RecordRow {
  std::string body;
  WallTime lease_until{};
};

// An Error is one of the database; what the row holds may still be no record.
[[nodiscard]] Result<std::optional<RecordRow>> find_record_row(SqliteConnection& reader, std::string_view id);

// kCorrupt, or kUnsupported where a newer program wrote it: this record alone cannot be read.
[[nodiscard]] Result<FileRecord> record_of(const RecordRow& row);

}  // namespace scalper
