#pragma once

#include "base/result.h"
#include "ports/call_context.h"
#include "ports/clock.h"

namespace scalper {

// What every call asks before it does anything: kCancelled once the stop token fired, kTimeout past the deadline.
[[nodiscard]] inline Result<void> may_begin(const CallContext& context, Clock& clock) {
  if (context.stop.stop_requested()) return Error{ErrorCode::kCancelled, "stopped before it began"};
  if (context.deadline != MonoTime::max() && clock.mono_now() >= context.deadline)
    return Error{ErrorCode::kTimeout, "the deadline had passed before it began"};
  return {};
}

}  // namespace scalper
