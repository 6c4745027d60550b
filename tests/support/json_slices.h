#pragma once
// JSON as it stands in a file: a parser that keeps doubles would lose 1e400 and long numbers.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace scalper::tests {

// The members of the object, or the elements of the array, that `value` is: the name, unescaped of nothing, and the
// text of the value. `value` is well-formed.
[[nodiscard]] std::vector<std::pair<std::string, std::string_view>> json_parts(std::string_view value);

// One of them; ADD_FAILURE and empty where it is not there.
[[nodiscard]] std::string_view json_member(std::string_view object, std::string_view name);

}  // namespace scalper::tests
