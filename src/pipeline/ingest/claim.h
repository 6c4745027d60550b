#pragma once
// Step 1: take a file, or learn why it is not to be taken.

#include <variant>

#include "model/work_message.h"
#include "pipeline/claimed.h"
#include "pipeline/outcome.h"

namespace scalper {

struct SeenAgain {  // final already: steps 7 to 9 may be missing
  FileRecord record;
};

using Claim = std::variant<Claimed, SeenAgain, Outcome>;

// Takes the file that the message names, under a fresh owner token. A claim without an answer is made again with the
// same token and recognised when it had landed. Outcome: nothing to do now (another has it, it waits, it is withdrawn,
// the gate is paused), with what becomes of the message. Errors leave the record unclaimed, or claimed by a token that
// nobody has: its lease runs out.
[[nodiscard]] Result<Claim> claim_object(Gate& gate, const CallContext& context, const WorkMessage& message);

}  // namespace scalper
