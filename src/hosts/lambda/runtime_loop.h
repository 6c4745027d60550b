#pragma once
// Event in, answer out, until the Runtime API is gone: what a Lambda process does all its life.

#include <functional>
#include <string>

#include "base/result.h"
#include "hosts/lambda/runtime_client.h"
#include "ports/call_context.h"
#include "ports/clock.h"
#include "ports/telemetry.h"

namespace scalper::lambda {

// Answers JSON, or why the invocation failed. The context's deadline is that of the function's time-out, on the clock's
// own time; its correlation id is the request id. Exceptions of libraries end the invocation, not the process.
using Handler = std::function<Result<std::string>(const Invocation& invocation, const CallContext& context)>;

struct LoopHooks {
  std::function<void(const Invocation&)> before;  // the trace id is known, nothing was called yet
  std::function<void(const Invocation&)> after;   // the handler is done, its answer not sent: last words of the log
};

// Returns after several tries of /next in a row that brought no event, with the last one's error.
[[nodiscard]] Error run_loop(RuntimeClient& runtime, Clock& clock, Telemetry& telemetry, const Handler& handler,
                             const LoopHooks& hooks);

}  // namespace scalper::lambda
