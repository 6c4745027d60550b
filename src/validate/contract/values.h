#pragma once
// From what stands in a contract to values in the shape and range that the grammar demands.

#include <optional>
#include <string>
#include <string_view>

#include "validate/contract/grammar.h"
#include "validate/contract/tree.h"

namespace scalper::grammar {

// The value, or nothing after an error.
[[nodiscard]] std::optional<Value> read_value(const Key& key, const ContractNode& node, Lint& lint);

// Bytes: a number with B, kB, KB, MB, GB, TB (powers of 1,000) or KiB, MiB, GiB, TiB (of 1,024), with a space between
// or none. Nothing if it is not that or above 2^63.
[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view text);
// Milliseconds: a number with ms, s, min, h or d.
[[nodiscard]] std::optional<std::uint64_t> parse_duration(std::string_view text);
// With the largest unit that leaves a whole number: "10GiB", "5min".
[[nodiscard]] std::string size_text(std::uint64_t bytes);
[[nodiscard]] std::string duration_text(std::uint64_t milliseconds);

}  // namespace scalper::grammar
