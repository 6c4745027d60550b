#pragma once
// Step 3: the verdict, written once per epoch, before anything moves.

#include "pipeline/claimed.h"
#include "pipeline/judgement.h"

namespace scalper {

// Writes verdict, digests, contract, findings (at most kRecordFindings; above that the whole report is an object,
// written before), seal and target name. Afterwards `claimed.record` has a decision.
[[nodiscard]] Result<void> decide(Gate& gate, const CallContext& context, Claimed& claimed, Judgement judgement,
                                  Target target);

// Takes back a verdict whose bytes are not there as they were judged; parsing starts again. Only where versions can
// change.
[[nodiscard]] Result<void> withdraw_decision(Gate& gate, const CallContext& context, Claimed& claimed);

// Where the whole report of this try lies, beside quarantine.
[[nodiscard]] ObjectKey report_key(const FileRecord& record);

}  // namespace scalper
