#include "pipeline/epoch.h"

namespace scalper {

bool is_release(const FileRecord& record) { return record.review && record.review->action == ReviewAction::kRelease; }

bool is_rejection(const FileRecord& record) { return record.review && record.review->action == ReviewAction::kReject; }

bool is_report_only(const FileRecord& record) {
  return record.review && record.review->action == ReviewAction::kRerun && record.prior_decision &&
         record.prior_target && record.prior_decision->verdict.kind == VerdictKind::kValid;
}

FileStatus final_status(const GateSettings& settings, const FileRecord& record) {
  if (!record.decision) return FileStatus::kFailed;
  const bool in_output = record.target && record.target->bucket == settings.output;
  if (is_release(record)) return in_output ? FileStatus::kReleased : FileStatus::kFailed;
  if (is_report_only(record)) return FileStatus::kValid;
  switch (record.decision->verdict.kind) {
    case VerdictKind::kInvalid: return FileStatus::kInvalid;
    case VerdictKind::kUnverifiable: return FileStatus::kUnverifiable;
    case VerdictKind::kValid: break;
  }
  return in_output ? FileStatus::kValid : FileStatus::kFailed;
}

}  // namespace scalper
