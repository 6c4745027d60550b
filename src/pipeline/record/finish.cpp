#include "pipeline/record/finish.h"

#include <utility>

#include "model/record_json.h"
#include "pipeline/epoch.h"
#include "pipeline/finding_codes.h"

namespace scalper {
namespace {

// A record stays small however often it is reviewed, and with however long notes: of the 64 KiB that a store takes, the
// next review needs its part.
constexpr std::size_t kHistory = 50;
constexpr std::size_t kRecordBytes = std::size_t{32} * 1024;

void close_epoch(FileRecord& record, WallTime now) {
  HistoryEntry entry;
  entry.epoch = record.epoch;
  entry.attempts = record.attempt;
  entry.status = record.status;
  entry.codes = finding_codes(record);
  if (record.decision) entry.contract = record.decision->verdict.contract;
  entry.review = std::exchange(record.review, std::nullopt);
  entry.target = record.target;
  entry.at = now;
  record.history.push_back(std::move(entry));
}

// The oldest epochs go; the one that ends now stays.
void bound_history(FileRecord& record) {
  auto& history = record.history;
  while (history.size() > 1 && (history.size() > kHistory || record_to_json(record).size() > kRecordBytes))
    history.erase(history.begin());
}

// A record that an audit wrote again has no history: where the file is tells.
FileStatus status_before_review(const GateSettings& settings, const FileRecord& record) {
  if (!record.prior_target) return FileStatus::kFailed;  // the only one that a review takes without a target
  if (!record.history.empty()) return record.history.back().status;
  return record.prior_target->bucket == settings.output ? FileStatus::kValid : FileStatus::kUnverifiable;
}

// After a rejection, and after a rerun of a valid file, what stood before stands again.
void bring_back(FileRecord& record) {
  record.decision = std::exchange(record.prior_decision, std::nullopt);
  record.target = std::exchange(record.prior_target, std::nullopt);
}

}  // namespace

Result<void> record_final(Gate& gate, const CallContext& context, Claimed& claimed, FileStatus status,
                          std::optional<Target> target) {
  const WallTime now = gate.clock.wall_now();
  FileRecord next = claimed.record;
  const bool brings_back = is_report_only(gate.settings, next) || is_rejection(next);
  next.status = status;
  if (target) next.target = std::move(target);
  next.open = next.review || is_backfilled(gate.settings, next);
  close_epoch(next, now);
  if (brings_back) bring_back(next);
  next.prior_decision.reset();
  next.prior_target.reset();
  next.parsing = false;
  next.upload_id = UploadId{};
  next.last_error.clear();
  next.retry_after.reset();
  next.enqueued_at.reset();
  next.final_at = now;
  next.expires_at = now + gate.settings.retention;
  bound_history(next);
  return write_owned(gate, context, claimed, std::move(next));
}

Result<void> close_review(Gate& gate, const CallContext& context, FileRecord record) {
  if (!record.open) return {};
  const WriteGuard guard = WriteGuard::if_revision(record.revision);
  record.open = false;
  record.revision += 1;
  const auto written = gate.records.put(context, record, guard);
  // Somebody else wrote after us: a new review, or the same clearing made by another who saw the file again.
  if (written.ok() || written.failed_with(ErrorCode::kPreconditionFailed)) return {};
  return written.error().within("closing the review");
}

Result<void> restore_before_review(Gate& gate, const CallContext& context, Claimed& claimed, const std::string& why) {
  FileRecord next = claimed.record;
  next.status = status_before_review(gate.settings, next);
  next.parsing = false;
  next.last_error = why;
  close_epoch(next, gate.clock.wall_now());
  bring_back(next);
  next.upload_id = UploadId{};
  // Without a target there is no end that could be brought back: the file is tried again.
  next.open = !has_published_target(next);
  if (!next.open) {
    next.final_at = gate.clock.wall_now();
    next.expires_at = *next.final_at + gate.settings.retention;
  }
  bound_history(next);
  return write_and_release(gate, context, claimed, std::move(next));
}

}  // namespace scalper
