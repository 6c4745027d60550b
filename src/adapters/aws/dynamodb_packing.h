#pragma once
// A record's JSON as few bytes: raw DEFLATE (RFC 1951) that begins with a known text, for a write costs by the kilobyte
// and a record of one kilobyte is mostly names. One byte in front names that text.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace scalper::aws::dynamo {

// kInternal: no memory.
[[nodiscard]] Result<std::string> pack(std::string_view text);
// kCorrupt: not what pack() made, or longer than `limit`; kUnsupported: made by a newer version.
[[nodiscard]] Result<std::string> unpack(std::string_view packed, std::size_t limit);

}  // namespace scalper::aws::dynamo
