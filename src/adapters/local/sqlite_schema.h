#pragma once

#include "adapters/local/sqlite_connection.h"

namespace scalper {

inline constexpr std::int64_t kApplicationId = 0x53534754;  // "SSGT", in the file's header
inline constexpr std::int64_t kDatabaseVersion = 5;

// Makes the tables of a new database, or brings an older one up to date, each step in a transaction of its own.
// kUnsupported: another program's database, or one of a newer version; nothing was changed. kCorrupt: damaged.
[[nodiscard]] Result<void> prepare_schema(SqliteConnection& writer);

}  // namespace scalper
