#pragma once

#include <string>

#include "base/result.h"
#include "pipeline/gate.h"
#include "pipeline/volume_guard.h"

namespace scalper::lambda {

// The handler `sweep`, called by a schedule; what the event holds does not matter. One pass within the function's time,
// from where the last one stopped; answers what it found. `guard` looks first, and what it could not do keeps nothing
// from being swept. An Error: some of it could not be done, the log says what.
[[nodiscard]] Result<std::string> handle_sweep(Gate& gate, const VolumeGuard& guard, const CallContext& context);

}  // namespace scalper::lambda
