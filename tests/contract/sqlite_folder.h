#pragma once

#include <memory>

#include "adapters/local/sqlite_database.h"
#include "contract/subject.h"
#include "support/temp_dir.h"

namespace scalper {

// Null, and a failure said, where it cannot be opened.
inline std::unique_ptr<SqliteDatabase> open_database(const TempDir& folder, Clock& clock) {
  auto database = SqliteDatabase::open(folder.path() / "gate.db", clock);
  EXPECT_DONE(database);
  return database.ok() ? *std::move(database) : nullptr;
}

}  // namespace scalper
