#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace scalper::aws {

// What a variable holds, "" where it is not set: to AWS an empty one is none. Read by the host and handed in, so that
// nothing here looks into the process; must be safe to call from any thread.
using Environment = std::function<std::string(std::string_view name)>;

// Whether a switch is on: "true" in any case, as the AWS tools have it.
[[nodiscard]] bool is_on(std::string_view value);

}  // namespace scalper::aws
