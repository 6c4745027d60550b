#pragma once
// The orderly end of a try that did not finish the file: one write frees the lease and clears `parsing`.

#include "pipeline/claimed.h"
#include "pipeline/outcome.h"

namespace scalper {

// After an Error. The claim itself may be lost: then nothing is written. Says what becomes of the message.
[[nodiscard]] Outcome hand_back_failed(Gate& gate, const CallContext& context, Claimed& claimed, const Error& error);

// Withdrawn: the record says so. It stays until retention even where this claim made it: were it removed, a claim that
// lands late could make it again, and nobody would ever look at it.
[[nodiscard]] Result<Outcome> hand_back_withdrawn(Gate& gate, const CallContext& context, Claimed& claimed,
                                                  const std::string& why);

// Unreadable: `failed` without a target, tried again later and later.
[[nodiscard]] Result<Outcome> hand_back_unreadable(Gate& gate, const CallContext& context, Claimed& claimed,
                                                   const std::string& why);

// A required companion is not there yet, or a companion's files are not: `received`, and it does not count as a try.
// A wait of zero: there is no time to wait for; a message of the file that it waits for, or the sweep, comes first.
[[nodiscard]] Result<Outcome> hand_back_waiting(Gate& gate, const CallContext& context, Claimed& claimed, Millis wait);

}  // namespace scalper
