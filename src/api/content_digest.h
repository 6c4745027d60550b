#pragma once
// Digest fields (RFC 9530): Content-Digest and Repr-Digest, which say the same of a body without content coding.

#include <optional>
#include <string>

#include "api/request.h"
#include "base/result.h"

namespace scalper::api {

// The SHA-256 that the sender stated, lower-case hexadecimal; nullopt: none of the fields was sent. kInvalidArgument:
// a field that cannot be read, that has no sha-256 (what was stated must not go unchecked), or two that differ.
[[nodiscard]] Result<std::optional<std::string>> stated_sha256(const RequestHead& head);

}  // namespace scalper::api
