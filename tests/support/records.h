#pragma once
// Records for tests.

#include <string>

#include "model/file_record.h"

namespace scalper {

// A record as step 0 makes it: `received`, of input/<key> in version <version>, revision 1.
[[nodiscard]] FileRecord received_record(const std::string& key, const std::string& version = "v1");

// A final record: status, target and time as step 6 writes them.
[[nodiscard]] FileRecord final_record(const std::string& key, const std::string& version, FileStatus status,
                                      WallTime final_at);

// Every field is set, and every text holds bytes that break careless writers.
[[nodiscard]] FileRecord full_record();

}  // namespace scalper
