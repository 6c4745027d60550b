#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"

namespace scalper::aws {

// A small file whole: a profile file, a token. Never blocks on a pipe.
// kNotFound: there is none, or its folder may not be searched. kPermissionDenied: not readable. kInvalidArgument: no
// regular file, or above `limit` bytes. kUnavailable: reading failed.
[[nodiscard]] Result<std::string> read_small_file(const std::string& path, std::size_t limit);

}  // namespace scalper::aws
