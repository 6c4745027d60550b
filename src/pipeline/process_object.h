#pragma once
// START HERE. One file's whole path: the commit protocol, step by step. No file is lost, doubled or published unchecked
// under any single fault and any order of events; see ARCHITECTURE.md, "The commit protocol".
//
//   1 claim      nobody else works on it                     ingest/claim
//   2 read once  one version, every check in that pass       ingest/read_once
//   3 decide     the verdict is written before anything moves record/decide
//   4 copy       create-only, "is mine there?" before a retry route/publish
//   5 verify     size and checksum of what lies there now     route/verify
//   6 final      the record names the verified version        record/finish
//   7 tell       notice, metrics, log line                    report/announce
//   8 delete     the source, by version                       route/delete_source
//   9 acknowledge: the caller, by the Outcome

#include <optional>

#include "model/work_message.h"
#include "pipeline/claimed.h"
#include "pipeline/ingest/claim.h"
#include "pipeline/judgement.h"
#include "pipeline/outcome.h"

namespace scalper {

// Takes the file that the message names through steps 1 to 8. The Outcome says what becomes of the message (step 9).
// An Error: the claim itself could not be made; the message must come again.
[[nodiscard]] Result<Outcome> process_object(Gate& gate, const CallContext& context, const WorkMessage& message);

// The same from an answered claim on.
[[nodiscard]] Result<Outcome> continue_claim(Gate& gate, const CallContext& context, Claim claim);

// Steps 2 to 8 of a file that is claimed. Never an error: whatever could not be done is in the record and the Outcome.
// `seen`: what step 2 has shown already, of a file whose bytes were checked while they arrived (upload.h).
[[nodiscard]] Outcome carry_out(Gate& gate, const CallContext& context, Claimed claimed, std::optional<Judgement> seen);

// A file that is final already: steps 7 and 8 again where its source is still there.
[[nodiscard]] Result<Outcome> finish_again(Gate& gate, const CallContext& context, const FileRecord& record);

}  // namespace scalper
