#pragma once
// A Lambda process from its start to its end.

#include "adapters/aws/client/environment.h"

namespace scalper::lambda {

// Serves the handler that _HANDLER names ("ingest", "sweep", "api", "authorize"; what stands before a '.' does not
// count) until the Runtime API is gone. What is wrong with the start is told to it. Answers the process's exit code,
// which is never 0: an end is not of our choosing.
[[nodiscard]] int run_lambda(const aws::Environment& environment);

}  // namespace scalper::lambda
