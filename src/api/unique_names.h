#pragma once
// Which member counts where an object has two of one name, every reader says differently (RFC 8259, 4). Bodies of
// requests that have any are refused, so that nobody means one and does the other.

#include <optional>
#include <string>
#include <string_view>

namespace scalper::api {

// The first name that some object of this JSON has twice, however it is written. The text is JSON already, of a bounded
// length and depth; what is none says nothing.
[[nodiscard]] std::optional<std::string> repeated_name(std::string_view json);

}  // namespace scalper::api
