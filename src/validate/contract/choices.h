#pragma once
// Words that several keys share, and what they stand for.

#include <array>
#include <string_view>

#include "validate/contract/grammar.h"

namespace scalper::grammar {

inline constexpr auto kAllowWarnError = std::to_array<std::string_view>({"allow", "warn", "error"});
inline constexpr auto kAllowForbid = std::to_array<std::string_view>({"allow", "forbid"});

// Of a checked choice.
[[nodiscard]] inline Strictness strictness(const Value& value) {
  if (value.text == "allow") return Strictness::kAllow;
  return value.text == "warn" ? Strictness::kWarn : Strictness::kError;
}

inline constexpr std::uint64_t kKiB = std::uint64_t{1} << 10U;
inline constexpr std::uint64_t kMiB = std::uint64_t{1} << 20U;
inline constexpr std::uint64_t kGiB = std::uint64_t{1} << 30U;
inline constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 53U;  // 8 PiB; numbers of JSON are exact up to here
inline constexpr std::uint64_t kSecond = 1000;
inline constexpr std::uint64_t kHour = 3600 * kSecond;

}  // namespace scalper::grammar
