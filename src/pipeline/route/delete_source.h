#pragma once

#include "pipeline/gate.h"

namespace scalper {

// Step 8: the source version goes, by version id. Only for a record that is final, whose target was written and
// verified in this epoch and is not the source itself; for all others nothing is deleted and that is success.
[[nodiscard]] Result<void> delete_source(Gate& gate, const CallContext& context, const FileRecord& record);

}  // namespace scalper
