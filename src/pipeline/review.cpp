#include "pipeline/review.h"

#include <utility>

#include "model/work_message.h"
#include "pipeline/route/delete_source.h"

namespace scalper {
namespace {

constexpr std::size_t kMaxNote = 1000;

Result<FileRecord> find(Gate& gate, const CallContext& context, const FileId& id) {
  SCALPER_TRY_ASSIGN(auto record, gate.records.get(context, id));
  if (!record) return Error(ErrorCode::kNotFound, "no file has the id " + id.value());
  return *std::move(record);
}

FileRecord with_intent(FileRecord record, const ReviewRequest& request, WallTime now) {
  record.epoch += 1;
  record.attempt = 0;
  record.crashes = 0;
  record.parsing = false;
  record.owner = OwnerToken{};
  record.lease_until = WallTime{};
  record.prior_decision = std::exchange(record.decision, std::nullopt);
  record.prior_target = std::exchange(record.target, std::nullopt);
  if (record.prior_target && !record.prior_target->version.empty()) {
    record.source = {record.prior_target->bucket, record.prior_target->key, record.prior_target->version};
    record.source_etag = record.prior_target->etag;
  } else {
    record.prior_target.reset();  // failed without a target: the bytes are still in input
  }
  record.upload_id = UploadId{};
  record.review = Review{request.action, request.who, request.note, now};
  record.traceparent = request.traceparent;
  record.open = true;
  record.retry_after.reset();
  record.expires_at.reset();  // retention waits until the review is done
  record.revision += 1;
  return record;
}

bool is_this_intent(const FileRecord& stored, const FileRecord& written) {
  return stored.revision == written.revision && stored.review == written.review;
}

}  // namespace

Result<void> check_note(ReviewAction action, const std::string& note) {
  if (note.size() > kMaxNote) return Error(ErrorCode::kInvalidArgument, "the note is longer than 1,000 bytes");
  if (action != ReviewAction::kRerun && note.empty())
    return Error(ErrorCode::kInvalidArgument, "a note is needed: say why");
  return {};
}

std::string refusal_of(const FileRecord& record, ReviewAction action) {
  if (record.review) return "a review of this file is open already";
  const std::string status(to_string(record.status));
  switch (record.status) {
    case FileStatus::kInvalid:
    case FileStatus::kUnverifiable:
    case FileStatus::kFailed: return {};
    case FileStatus::kValid:
      return action == ReviewAction::kRerun ? std::string() : "a valid file can only be rerun, for a report";
    case FileStatus::kRejected:
      return "a file that is rejected cannot be reviewed again: its bytes stay in quarantine; to have them judged, "
             "send them once more as a new file";
    case FileStatus::kReleased:
      return "a file that is released cannot be reviewed again: it lies in output; to have it judged, send it once "
             "more "
             "as a new file";
    case FileStatus::kReceived:
    case FileStatus::kProcessing: return "a file that is " + status + " cannot be reviewed: it has no verdict yet";
    default: return "a file that is " + status + " cannot be reviewed: nobody judged it, and it is not in quarantine";
  }
}

Result<FileRecord> accept_review(Gate& gate, const CallContext& context, const ReviewRequest& request) {
  SCALPER_TRY(check_note(request.action, request.note));
  SCALPER_TRY_ASSIGN(FileRecord seen, find(gate, context, request.id));
  if (request.if_revision && *request.if_revision != seen.revision)
    return Error(ErrorCode::kPreconditionFailed, "the file has changed since you looked at it");
  if (std::string why = refusal_of(seen, request.action); !why.empty())
    return Error(ErrorCode::kInvalidArgument, std::move(why));
  // The intent names another source. What step 8 of the epoch before still owes would be forgotten with the old one.
  SCALPER_TRY(delete_source(gate, context.at_step(8), seen));
  WriteGuard guard = WriteGuard::if_revision(seen.revision);
  guard.lease_over_at = gate.clock.wall_now();
  if (is_final(seen)) guard.lease_over_at.reset();
  FileRecord next = with_intent(std::move(seen), request, gate.clock.wall_now());
  if (const auto written = gate.records.put(context, next, guard); !written.ok()) {
    if (!is_ambiguous(written.error().code())) return written.error().within("accepting the review");
    SCALPER_TRY_ASSIGN(const FileRecord stored, find(gate, context, request.id));
    if (!is_this_intent(stored, next)) return written.error().within("accepting the review");
  }
  // Lost here, the sweep finds the file in the open index.
  const auto sent = gate.queue.send(context, format_message(ReviewMessage{next.id, next.revision}), Millis{0});
  if (!sent.ok())
    gate.telemetry.log(
        {LogLevel::kWarning, "review_not_queued", {{"file_id", next.id.value()}, {"error", sent.error().message()}}});
  return next;
}

Result<FileRecord> withdraw_review(Gate& gate, const CallContext& context, const FileId& id,
                                   std::optional<std::uint64_t> if_revision) {
  SCALPER_TRY_ASSIGN(FileRecord record, find(gate, context, id));
  if (if_revision && *if_revision != record.revision)
    return Error(ErrorCode::kPreconditionFailed, "the file has changed since you looked at it");
  if (!record.review || record.attempt > 0)
    return Error(ErrorCode::kPreconditionFailed, "no review of this file is waiting");
  const WriteGuard guard = WriteGuard::if_revision(record.revision);
  record.review.reset();
  record.decision = std::exchange(record.prior_decision, std::nullopt);
  record.target = std::exchange(record.prior_target, std::nullopt);
  record.open = record.status == FileStatus::kFailed && !has_published_target(record);
  if (!record.open) record.expires_at = gate.clock.wall_now() + gate.settings.retention;
  record.revision += 1;
  SCALPER_TRY(gate.records.put(context, record, guard));
  return record;
}

}  // namespace scalper
