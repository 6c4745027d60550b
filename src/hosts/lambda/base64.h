#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace scalper::lambda {

// RFC 4648, section 4, with padding.
[[nodiscard]] std::string to_base64(std::string_view bytes);
// Back again; nullopt unless it is base64 in that form, all of it.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace scalper::lambda
