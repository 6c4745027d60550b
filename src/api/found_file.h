#pragma once
// The record that a path names, for those who may see it.

#include "api/service.h"

namespace scalper::api {

// Of the first captured segment. kNotFound also where it is there and the caller may not see it.
[[nodiscard]] Result<FileRecord> found_file(const Call& call);

}  // namespace scalper::api
