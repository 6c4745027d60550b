#pragma once
// A checksum file's own way through the gate. It is not judged alone:
//
// - It waits in `received` until no file that it names needs it any more, and then moves with the last of them, as
//   `companion`: to output if one of the files that used it is there, else to quarantine.
// - A file that it names and that never comes is waited for as long as the contract of that file says (integrity.wait,
//   counted from the companion's own arrival). Afterwards only those are waited for that are in input and not final.
// - Used by no file then: `unverifiable`, `checksum.orphan`, in quarantine. A file that comes later still finds it by a
//   rerun.
// - One that cannot be read (`checksum.sidecar_malformed`, `limit.checksum_file`) is `unverifiable` at once, and its
// key
//   is free for a better one. No file ever uses it.
// - Twice with equal bytes: a file that used either used both. Changed: a file uses the version that is current when
// the
//   file is read; the other one ends as an orphan.
//
// A file that came first and waits is told to look again when its companion comes, and a companion when the file that
// it waits for is final: by messages, which may be lost; the wait and the sweep make up for them.

#include "pipeline/claimed.h"
#include "pipeline/ingest/companion_role.h"
#include "pipeline/judgement.h"

namespace scalper {

// Steps 2 of a companion: kJudged, or kWaits. What it has seen of its files is in `claimed.record.companion`, written
// with the next write.
[[nodiscard]] Result<Judgement> judge_companion(Gate& gate, const CallContext& context, Claimed& claimed,
                                                const CompanionKey& key);

// After a file is final: a companion that waits for it is told. Errors: the message that said so must come again.
[[nodiscard]] Result<void> tell_companions(Gate& gate, const CallContext& context, const FileRecord& record);

}  // namespace scalper
