#pragma once
// What an epoch is about: a new file, or an operator's word on an old one. Pure.

#include "pipeline/gate.h"

namespace scalper {

[[nodiscard]] bool is_release(const FileRecord& record);
[[nodiscard]] bool is_rejection(const FileRecord& record);
// A rerun of a file that is in output: nothing but its report can come of it. A valid verdict alone does not make it
// one, since a stranger at its name may have kept the file in quarantine.
[[nodiscard]] bool is_report_only(const GateSettings& settings, const FileRecord& record);

// The sweep does not list what is older than the gate: only the open index brings such a file to its end.
[[nodiscard]] bool is_backfilled(const GateSettings& settings, const FileRecord& record);

// Whether a try that is claimed now will run the checks: not where a verdict stands, not after too many crashes. A
// release moves bytes that were judged before, a rejection moves nothing: neither can crash a parser.
[[nodiscard]] bool will_parse(const GateSettings& settings, const FileRecord& record);

// A companion that can be read and whose files used it: it ends as `companion`, where its files are.
[[nodiscard]] bool is_used_companion(const FileRecord& record);

// The status that the file ends with once it is at its target, from its record alone.
[[nodiscard]] FileStatus final_status(const GateSettings& settings, const FileRecord& record);

}  // namespace scalper
