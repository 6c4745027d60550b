#pragma once
// Bytes are std::byte; text becomes bytes only here.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace scalper {

using Bytes = std::span<const std::byte>;
using MutableBytes = std::span<std::byte>;

[[nodiscard]] inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

[[nodiscard]] inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Lower-case hexadecimal, two digits a byte.
[[nodiscard]] std::string to_hex(Bytes bytes);
// Back again; nullopt unless it is lower-case hexadecimal of whole bytes.
[[nodiscard]] std::optional<std::string> from_hex(std::string_view hex);

// For secrets and signatures: how long it takes depends on the lengths alone, not on where the two differ.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace scalper
