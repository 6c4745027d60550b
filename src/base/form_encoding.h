#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace scalper {

// The value of a hexadecimal digit, in either case.
[[nodiscard]] std::optional<unsigned> hex_digit(char c);

// application/x-www-form-urlencoded, once: %XX is a byte and '+' a space. nullopt: a '%' without two digits behind it.
[[nodiscard]] std::optional<std::string> form_decoded(std::string_view text);

}  // namespace scalper
