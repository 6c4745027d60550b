#include "pipeline/epoch.h"

namespace scalper {

bool is_release(const FileRecord& record) { return record.review && record.review->action == ReviewAction::kRelease; }

bool is_rejection(const FileRecord& record) { return record.review && record.review->action == ReviewAction::kReject; }

bool is_report_only(const GateSettings& settings, const FileRecord& record) {
  return record.review && record.review->action == ReviewAction::kRerun && record.prior_target &&
         record.prior_target->bucket == settings.output;
}

bool is_backfilled(const GateSettings& settings, const FileRecord& record) {
  return record.source_time < settings.adopted_at;
}

bool will_parse(const GateSettings& settings, const FileRecord& record) {
  if (record.decision || record.crashes >= settings.crashes_before_unparsed) return false;
  return !record.review || record.review->action == ReviewAction::kRerun;
}

bool is_used_companion(const FileRecord& record) {
  return record.companion && record.companion->used && record.decision &&
         record.decision->verdict.kind == VerdictKind::kValid;
}

FileStatus final_status(const GateSettings& settings, const FileRecord& record) {
  if (!record.decision) return is_report_only(settings, record) ? FileStatus::kValid : FileStatus::kFailed;
  const bool in_output = record.target && record.target->bucket == settings.output;
  if (is_release(record)) return in_output ? FileStatus::kReleased : FileStatus::kFailed;
  if (is_report_only(settings, record)) return FileStatus::kValid;
  // One that belongs in output and is not there met a stranger.
  if (is_used_companion(record))
    return record.companion->in_output && !in_output ? FileStatus::kFailed : FileStatus::kCompanion;
  switch (record.decision->verdict.kind) {
    case VerdictKind::kInvalid: return FileStatus::kInvalid;
    case VerdictKind::kUnverifiable: return FileStatus::kUnverifiable;
    case VerdictKind::kValid: break;
  }
  return in_output ? FileStatus::kValid : FileStatus::kFailed;
}

}  // namespace scalper
