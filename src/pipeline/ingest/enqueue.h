#pragma once
// Files that wait: written down where nobody did, and their messages sent again.

#include "model/work_message.h"
#include "pipeline/gate.h"

namespace scalper {

// The event that a listed version should have had.
[[nodiscard]] ObjectEvent event_of(const ObjectInfo& info);

// Writes what was seen where no record is: `received`, which is queued as well, or `vanished`. False: somebody else
// wrote one meanwhile.
[[nodiscard]] Result<bool> announce_version(Gate& gate, const CallContext& context, const ObjectEvent& event,
                                            FileStatus status);

// Queues a file that is not final again, and marks its record, so that sweeps do not pile messages up. False: not now;
// it has a live lease, waits for its time, or was queued within twice the visibility.
[[nodiscard]] Result<bool> queue_again(Gate& gate, const CallContext& context, FileRecord record,
                                       const WorkMessage& message);

}  // namespace scalper
