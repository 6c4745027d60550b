#pragma once
// Small words about ASCII text that several files of the client need.

#include <string>
#include <string_view>

namespace scalper::aws {

[[nodiscard]] std::string lower(std::string_view text);
[[nodiscard]] std::string upper(std::string_view text);
// Without white space at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);
// Bytes 0x21 to 0x7E only, at least one: what may go into a header, a URL or a signature as it is.
[[nodiscard]] bool is_visible_ascii(std::string_view text);

}  // namespace scalper::aws
