#pragma once
// What lies ready in the inbox, for a gate that runs for one command.

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "ports/call_context.h"
#include "ports/telemetry.h"

namespace scalper {

// Takes one file in; false: not now, or not at all, and that is no fault.
using TakeIn = std::function<Result<bool>(const CallContext&, const std::string& path)>;

// Takes all in that can be taken, and says how many. What fails keeps no other out: it is logged (`adopt_failed`), and
// the Error at the end has the code of the first and says how many. Ends early with kCancelled.
[[nodiscard]] Result<std::size_t> take_in(const CallContext& context, const std::vector<std::string>& ready,
                                          const TakeIn& take, Telemetry& telemetry);

}  // namespace scalper
