#pragma once
// A request target taken apart, strictly: path segments and parameters, percent-decoded.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scalper::api {

inline constexpr std::size_t kMaxTarget = 8192;  // bytes, as received
inline constexpr std::size_t kMaxParameters = 32;

using Parameters = std::map<std::string, std::string, std::less<>>;

struct Target {
  std::vector<std::string> segments;  // decoded; "/v1/files" -> {"v1", "files"}
  Parameters parameters;              // decoded; '+' is a space, as forms write it
};

// kInvalidArgument: no origin form, a fragment, a broken %XX, an empty segment, a parameter twice, without a name, or
// more than there may be. The caller looks at the length before.
[[nodiscard]] Result<Target> parse_target(std::string_view text);

// For callers: the text as one path segment or parameter value.
[[nodiscard]] std::string percent_encoded(std::string_view text);

}  // namespace scalper::api
