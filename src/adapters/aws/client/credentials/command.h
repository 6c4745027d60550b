#pragma once
// Programs that print credentials: `credential_process` of a profile.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ports/clock.h"

namespace scalper::aws {

// Words as a POSIX shell would cut them: quotes and backslashes, but no variable, no pattern, no pipe, no shell.
// kInvalidArgument: no word, a quote that does not end, a byte 0.
[[nodiscard]] Result<std::vector<std::string>> words_of(std::string_view command);

struct CommandLimits {
  Millis time{60'000};
  std::size_t output = 64 << 10;
};

// What the program writes to its standard output; its input is empty and its other output goes nowhere, since it may
// hold secrets. It has its own process group, which is ended as a whole when time or output are over.
// kPermissionDenied: it cannot be started, or ends with another status than 0. kTimeout, kCancelled. kCorrupt: too much
// output.
[[nodiscard]] Result<std::string> output_of(const CallContext& context, Clock& clock,
                                            const std::vector<std::string>& words, const CommandLimits& limits);

}  // namespace scalper::aws
