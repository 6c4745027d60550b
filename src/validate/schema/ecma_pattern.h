#pragma once
// Regular expressions as JSON Schema has them (ECMA-262, section 22.2, with its flag u) in the words of RE2.

#include <cstddef>
#include <string>
#include <string_view>

namespace scalper::schema {

struct TranslatedPattern {
  std::string re2;        // for RE2 with UTF-8; no groups are captured
  std::string complaint;  // not empty: what is wrong ...
  std::size_t byte = 0;   // ... and where in the pattern
};

inline constexpr std::size_t kMostRepeats = 1000;
inline constexpr std::size_t kMostPatternBytes = 8192;

// Refused, since RE2 keeps its promise of linear time: look-around, back-references, repeats over kMostRepeats.
[[nodiscard]] TranslatedPattern translate_pattern(std::string_view pattern);

}  // namespace scalper::schema
