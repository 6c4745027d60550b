#pragma once
// A file in this try's hands, and the only way to write its record: conditional on our owner token, our epoch and the
// revision that we wrote last. So neither a lost claim nor a late copy of an own write can change anything.

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "pipeline/gate.h"
#include "ports/call_context.h"
#include "validate/contract.h"

namespace scalper {

struct Claimed {
  FileRecord record;     // as we wrote it last
  MonoTime lease_end;    // on our own clock, counted from before the write that took or renewed it
  bool resumed = false;  // the verdict was there before this claim: somebody else read the bytes
  std::shared_ptr<const ContractIndex> contracts;  // the set that was current at the claim
  std::string receipt;  // of the message that started this try; its visibility is renewed with the lease
};

// Writes `next` as the new state and renews the lease with it. A write without an answer is made again, and recognised
// when it had landed. kPreconditionFailed: the claim is lost, stop at once.
[[nodiscard]] Result<void> write_owned(Gate& gate, const CallContext& context, Claimed& claimed, FileRecord next);

// Step 3 alone: also demands that the epoch has no verdict yet.
[[nodiscard]] Result<void> write_decision(Gate& gate, const CallContext& context, Claimed& claimed, FileRecord next);

// The last write of a try that does not finish the file: nobody owns it afterwards.
[[nodiscard]] Result<void> write_and_release(Gate& gate, const CallContext& context, Claimed& claimed, FileRecord next);

// Renews when a third of the lease is used up. Called between chunks.
[[nodiscard]] Result<void> keep_lease(Gate& gate, const CallContext& context, Claimed& claimed);

// Before an irreversible call: the lease lasts longer than the call may take, by a margin; renewed if it does not.
[[nodiscard]] Result<void> require_margin(Gate& gate, const CallContext& context, Claimed& claimed);

}  // namespace scalper
