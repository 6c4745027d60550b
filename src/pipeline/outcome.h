#pragma once

#include "base/time.h"

namespace scalper {

// What becomes of the message that started a try.
struct Outcome {
  bool acknowledge = true;  // step 9; else it goes back and comes again
  Millis come_again{0};     // after this time

  static Outcome done() { return {}; }
  static Outcome again_in(Millis delay) { return {.acknowledge = false, .come_again = delay}; }
};

}  // namespace scalper
