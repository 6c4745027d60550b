#pragma once

#include "base/time.h"
#include "ports/call_context.h"

namespace scalper {

// Thread-safe. Both times come from here and nowhere else, so that tests own them.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual WallTime wall_now() = 0;
  // Never goes back, and goes on through a suspend.
  [[nodiscard]] virtual MonoTime mono_now() = 0;
  // Returns early when the context's stop token fires.
  virtual void sleep_until(const CallContext& context, MonoTime until) = 0;
};

}  // namespace scalper
