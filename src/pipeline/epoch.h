#pragma once
// What an epoch is about: a new file, or an operator's word on an old one. Pure.

#include "pipeline/gate.h"

namespace scalper {

[[nodiscard]] bool is_release(const FileRecord& record);
[[nodiscard]] bool is_rejection(const FileRecord& record);
// A rerun of a file that was valid: nothing but its report can come of it.
[[nodiscard]] bool is_report_only(const FileRecord& record);

// The status that the file ends with once it is at its target, from its record alone.
[[nodiscard]] FileStatus final_status(const GateSettings& settings, const FileRecord& record);

}  // namespace scalper
