#pragma once
// Step 7: tell the outside. At least once, under a fixed id; metrics and the log line only by the try that finished.

#include "pipeline/gate.h"

namespace scalper {

[[nodiscard]] Result<void> announce(Gate& gate, const CallContext& context, const FileRecord& record);

// The counters, durations and the one log line of a final verdict.
void report_final(Gate& gate, const CallContext& context, const FileRecord& record, Millis duration);

}  // namespace scalper
