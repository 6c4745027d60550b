#pragma once
// What a hook may say, read strictly. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/finding.h"

namespace scalper {

inline constexpr std::size_t kMostHookFindings = 100;

// One JSON object a line: `code` ("hook." and up to 48 small letters, digits and '_'), `severity` (error, the default,
// unverifiable or warning), `message`, and where it is: `line`, `row`, `byte`, `column`, `pointer`. Messages are
// escaped and cut to 300 characters. kInvalidArgument: anything else, more than 100 of them, or a code that is ours.
[[nodiscard]] Result<std::vector<Finding>> hook_findings(std::string_view output);

}  // namespace scalper
