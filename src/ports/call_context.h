#pragma once
// Every port call takes one first. There is no default: whoever calls says how long it may take.

#include <stop_token>
#include <string>

#include "base/time.h"

namespace scalper {

struct CallContext {
  MonoTime deadline = MonoTime::max();  // in the Clock port's monotonic time; past it a call answers kTimeout
  std::stop_token stop;                 // fired: a call that has not begun its effect answers kCancelled
  std::string correlation_id;           // goes into every log line
  int step = 0;                         // of the commit protocol, 0 to 9; for logs and fault plans

  // For what an orderly end still has to write: a stop that has fired does not keep it from being written.
  [[nodiscard]] CallContext to_the_end() const {
    CallContext next = *this;
    next.stop = {};
    return next;
  }

  [[nodiscard]] CallContext at_step(int number) const {
    CallContext next = *this;
    next.step = number;
    return next;
  }
};

}  // namespace scalper
