#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace scalper::dynamo_check {

// Whether an expression may not name an attribute so without a placeholder; upper and lower case are the same.
[[nodiscard]] bool is_reserved_word(std::string_view name);
[[nodiscard]] std::size_t reserved_words();  // how many there are

}  // namespace scalper::dynamo_check
