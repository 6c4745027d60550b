#pragma once
// Files with checksum files beside them, for tests.

#include <string>

#include "base/bytes.h"
#include "digest/sha256.h"
#include "support/memory_gate.h"

namespace scalper::tests {

[[nodiscard]] inline std::string sha256_line(const std::string& bytes, const std::string& name) {
  return to_hex(sha256(as_bytes(bytes))) + "  " + name + "\n";
}

// A set with one contract more than the built-in one: "orders", below `prefix`, with this `integrity`.
[[nodiscard]] ContractSet orders_contract(const std::string& prefix, const std::string& integrity);

}  // namespace scalper::tests
