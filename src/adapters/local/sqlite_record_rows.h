#pragma once
// What the record store's single records and its listings share.

#include <optional>
#include <string_view>

#include "adapters/local/sqlite_connection.h"
#include "model/file_record.h"

namespace scalper {

// The column `age`: negated, so that the newest comes first in an index that runs upwards.
[[nodiscard]] inline std::int64_t age_of(WallTime time) { return -time.time_since_epoch().count(); }

[[nodiscard]] Result<std::optional<FileRecord>> read_record_row(SqliteConnection& reader, std::string_view id);

}  // namespace scalper
