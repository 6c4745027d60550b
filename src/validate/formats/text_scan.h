#pragma once
// The fast part of the text checker.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace scalper {

// The length of the leading text that is of printable ASCII characters, tabs, line feeds, form feeds and carriage
// returns only. AVX2 where the processor has it.
[[nodiscard]] std::size_t plain_prefix(std::string_view text);

// The ways there are, each by itself, so that tests compare them. One that this processor lacks answers by the other.
enum class TextWay : std::uint8_t { kScalar, kWide };
[[nodiscard]] std::size_t plain_prefix_by(TextWay way, std::string_view text);

}  // namespace scalper
