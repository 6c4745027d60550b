#pragma once
// Steps 2 and 3 as one question: what is to become of this file? Joins reading and recording.

#include <string>

#include "pipeline/claimed.h"
#include "pipeline/judgement.h"
#include "pipeline/outcome.h"

namespace scalper {

// No verdict after so many tries: it goes to quarantine as `failed`.
[[nodiscard]] bool is_out_of_tries(const Gate& gate, const FileRecord& record);

// A verdict that somebody else recorded holds only for the bytes it was made of. Where they changed, it is withdrawn
// and the record has no decision afterwards.
[[nodiscard]] Result<void> confirm_verdict(Gate& gate, const CallContext& context, Claimed& claimed);

// Reads the source once. A release is not judged: its bytes are compared with the digest of the verdict before.
[[nodiscard]] Result<Judgement> judge(Gate& gate, const CallContext& context, Claimed& claimed);

// A file that could not be judged goes to quarantine as it is: writes that target. kNotFound: its source is gone.
[[nodiscard]] Result<void> plan_unjudged(Gate& gate, const CallContext& context, Claimed& claimed);

// The last write of a try whose source has gone.
[[nodiscard]] Result<Outcome> end_without_source(Gate& gate, const CallContext& context, Claimed& claimed,
                                                 const std::string& why);

// The finding that says why a valid file is in quarantine.
void add_target_conflict(Decision& decision);

}  // namespace scalper
