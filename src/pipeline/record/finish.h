#pragma once
// Step 6 and the other last writes of a try.

#include <string>

#include "pipeline/claimed.h"

namespace scalper {

// Step 6: final, with the verified target. Closes the epoch in the history and its review intent; a file that is
// reviewed or backfilled stays open until its source is gone.
[[nodiscard]] Result<void> record_final(Gate& gate, const CallContext& context, Claimed& claimed, FileStatus status,
                                        std::optional<Target> target);

// Step 8 of what is still open (reviews, and files that backfill took over): nothing is left to do.
[[nodiscard]] Result<void> close_review(Gate& gate, const CallContext& context, FileRecord record);

// The epoch goes, and what stood before it comes back: a review whose bytes have gone meanwhile.
[[nodiscard]] Result<void> restore_before_review(Gate& gate, const CallContext& context, Claimed& claimed,
                                                 const std::string& why);

}  // namespace scalper
