#pragma once
// Base64 with padding (RFC 4648, section 4).

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace scalper {

[[nodiscard]] std::string to_base64(Bytes bytes);
// Back again; nullopt unless it is what to_base64() makes of some bytes: padded, no other characters, no stray bits.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace scalper
