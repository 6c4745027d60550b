#pragma once
// Classes of Unicode by the names that ECMA-262 (tables 67 to 71) has for them.

#include <string>
#include <string_view>

namespace scalper::schema {

// What stands between the braces of \p{...} in the words of RE2, as members of a class; "" where RE2 has no such class.
[[nodiscard]] std::string re2_property(std::string_view name, bool negative);

}  // namespace scalper::schema
