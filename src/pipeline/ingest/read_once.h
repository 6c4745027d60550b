#pragma once
// Step 2: the bytes of one version, read once, with every check in that pass.

#include "pipeline/claimed.h"
#include "pipeline/judgement.h"

namespace scalper {

// Reads the claimed source. Errors: could not, try again later; nothing has changed.
[[nodiscard]] Result<Judgement> read_once(Gate& gate, const CallContext& context, Claimed& claimed);

}  // namespace scalper
