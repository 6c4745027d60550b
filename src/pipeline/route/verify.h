#pragma once

#include "pipeline/claimed.h"

namespace scalper {

// Step 5: size and CRC64NVME of the published version, from the copy's own answer, else by head(), and on a store that
// keeps no such checksum by reading the version back, while the lease is kept. Fills in the target's version. A version
// that is gone already was published and taken: fine. kCorrupt: other bytes lie there; an alarm, and never a second
// copy on top.
[[nodiscard]] Result<Target> verify_copy(Gate& gate, const CallContext& context, Claimed& claimed,
                                         const CopyAnswer& answer);

// The same for a version that a look found.
[[nodiscard]] Result<Target> verify_found(Gate& gate, const CallContext& context, Claimed& claimed,
                                          const ObjectInfo& found);

}  // namespace scalper
