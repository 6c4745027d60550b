#pragma once

#include "pipeline/gate.h"

namespace scalper {

// Full jitter (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015), never under a tenth of the
// step so that an unlucky draw does not spin.
[[nodiscard]] Millis backoff(const Gate& gate, std::uint32_t attempt, Millis base, Millis cap);

}  // namespace scalper
