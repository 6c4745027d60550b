#pragma once
// HMAC with SHA-256 (RFC 2104).

#include <array>
#include <string_view>

#include "base/bytes.h"

namespace scalper {

[[nodiscard]] std::array<std::byte, 32> hmac_sha256(Bytes key, std::string_view text);

}  // namespace scalper
