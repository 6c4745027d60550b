#pragma once
// The hooks of a contract, after the engine's checks, on a file that is valid so far: a hook adds findings, and can
// take none away.

#include "pipeline/claimed.h"
#include "pipeline/judgement.h"

namespace scalper {

// Adds what the contract's hooks find to the verdict. One that fails, is not there or says rubbish makes the file
// unverifiable. Nothing where the verdict is not valid: what our checks refuse no hook ever sees. Errors: could not, as
// of read_once().
[[nodiscard]] Result<void> run_hooks(Gate& gate, const CallContext& context, Claimed& claimed, Judgement& judgement);

}  // namespace scalper
