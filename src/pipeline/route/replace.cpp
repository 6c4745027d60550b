#include "pipeline/route/replace.h"

#include <utility>

#include "digest/crc64nvme.h"
#include "pipeline/route/copy_request.h"
#include "pipeline/route/look.h"
#include "pipeline/route/precedence.h"
#include "pipeline/route/verify.h"

namespace scalper {
namespace {

constexpr int kRounds = 6;

Replaced of_kind(Replaced::Kind kind) { return {.kind = kind, .target = {}}; }

Result<OutMarker> read_marker(Gate& gate, const CallContext& context, const FileRecord& record) {
  SCALPER_TRY_ASSIGN(const auto stored, gate.records.get_marker(context, out_marker_name(record.target->key)));
  OutMarker marker;
  if (!stored) {
    return marker;
  }
  SCALPER_TRY_ASSIGN(marker, parse_out_marker(stored->value));
  marker.revision = stored->revision;
  return marker;
}

// Aborts whatever replacement of this key is recorded, ours or another's.
Result<void> abort_recorded(Gate& gate, const CallContext& context, const FileRecord& record, const OutMarker& marker) {
  const Target& target = *record.target;
  if (!record.upload_id.empty())
    SCALPER_TRY(gate.objects.abort_replace(context, target.bucket, target.key, record.upload_id));
  if (!marker.upload_id.empty() && marker.upload_id != record.upload_id)
    SCALPER_TRY(gate.objects.abort_replace(context, target.bucket, target.key, marker.upload_id));
  return {};
}

bool is_identical(const FileRecord& record, const ObjectInfo& info) {
  if (!record.decision || !info.crc64nvme || info.size != record.decision->verdict.size) return false;
  return crc64nvme_hex(*info.crc64nvme) == record.decision->verdict.digests.crc64nvme;
}

// May this file take the place of what is there now?
Replaced::Kind judge_current(const FileRecord& record, OutMarker& marker, const ObjectInfo& current) {
  const auto there = standing_of(current);
  if (!there) return is_identical(record, current) ? Replaced::Kind::kDone : Replaced::Kind::kForeign;
  const Standing mine = standing_of(record);
  const bool first = marker.revision == 0;  // the comparator is decided now, once for this key
  if (first && !mine.sequencer.empty() && !there->sequencer.empty())
    marker.comparator = OutMarker::Comparator::kSequencer;
  const bool newer_than_current = is_newer(marker.comparator, mine, *there);
  const bool newer_than_marker =
      marker.revision == 0 || marker.file_id == record.id.value() || is_newer(marker.comparator, mine, marker.newest);
  return newer_than_current && newer_than_marker ? Replaced::Kind::kDone : Replaced::Kind::kOlder;
}

// An upload that no record names would be there until the bucket's lifecycle rule comes, or be completed by nobody
// knows whom. Of a claim that is lost as well; what cannot be aborted now is that rule's.
void abort_unrecorded(Gate& gate, const CallContext& context, const FileRecord& record, const UploadId& upload) {
  (void)gate.objects.abort_replace(context.to_the_end(), record.target->bucket, record.target->key, upload);
}

// The fence is written down before it can matter: to the file's record, then to the key's marker. False: somebody else
// took the marker meanwhile; the upload is aborted and the round is over.
Result<bool> record_fence(Gate& gate, const CallContext& context, Claimed& claimed, OutMarker marker,
                          const UploadId& upload) {
  FileRecord next = claimed.record;
  next.upload_id = upload;
  if (const auto recorded = write_owned(gate, context, claimed, std::move(next)); !recorded.ok()) {
    abort_unrecorded(gate, context, claimed.record, upload);
    return recorded.error();
  }
  marker.newest = standing_of(claimed.record);
  marker.file_id = claimed.record.id.value();
  marker.upload_id = upload;
  const auto written = gate.records.put_marker(context, out_marker_name(claimed.record.target->key),
                                               format_out_marker(marker), marker.revision);
  if (written.ok()) return true;
  if (!written.failed_with(ErrorCode::kPreconditionFailed) && !is_ambiguous(written.error().code()))
    return written.error().within("recording the replacement");
  return false;
}

struct Round {
  std::optional<Replaced> end;  // nullopt: once more
};

Result<Round> end_with_found(Gate& gate, const CallContext& context, Claimed& claimed, const ObjectInfo& found) {
  SCALPER_TRY_ASSIGN(Target target, verify_found(gate, context.at_step(5), claimed, found));
  return Round{Replaced{.kind = Replaced::Kind::kDone, .target = std::move(target)}};
}

Result<Round> complete(Gate& gate, const CallContext& context, Claimed& claimed, const UploadId& upload,
                       const ETag& etag) {
  SCALPER_TRY(require_margin(gate, context, claimed));
  std::optional<Error> lost;
  const auto answer = gate.objects.complete_replace(context, copy_request(gate, context, claimed, lost), upload, etag);
  if (answer.ok()) {
    SCALPER_TRY_ASSIGN(Target target, verify_copy(gate, context.at_step(5), claimed, *answer));
    return Round{Replaced{.kind = Replaced::Kind::kDone, .target = std::move(target)}};
  }
  if (lost) return lost->within("completing the replacement");
  switch (answer.error().code()) {
    case ErrorCode::kPreconditionFailed:
    case ErrorCode::kNotFound: return Round{};
    default: break;
  }
  if (is_ambiguous(answer.error().code())) return Round{};
  return answer.error().within("completing the replacement");
}

// Abort, look, copy.
Result<Round> one_round(Gate& gate, const CallContext& context, Claimed& claimed) {
  SCALPER_TRY_ASSIGN(OutMarker marker, read_marker(gate, context, claimed.record));
  SCALPER_TRY(abort_recorded(gate, context, claimed.record, marker));
  SCALPER_TRY_ASSIGN(const auto found, look_for_mine(gate, context, claimed.record, *claimed.record.target));
  if (found) return end_with_found(gate, context, claimed, *found);
  const Target& target = *claimed.record.target;
  const auto current = gate.objects.head(context, {target.bucket, target.key, VersionId{}});
  if (!current.ok() && !current.failed_with(ErrorCode::kNotFound))
    return current.error().within("looking at the output key");
  ETag etag;
  if (current.ok()) {
    const Replaced::Kind kind = judge_current(claimed.record, marker, *current);
    if (kind != Replaced::Kind::kDone) return Round{of_kind(kind)};
    etag = current->etag;
  }
  std::optional<Error> lost;
  const auto upload = gate.objects.begin_replace(context, copy_request(gate, context, claimed, lost));
  if (!upload.ok()) {
    const bool misses = upload.failed_with(ErrorCode::kNotFound) || upload.failed_with(ErrorCode::kPreconditionFailed);
    if (lost || !misses) return upload.error().within("beginning the replacement");
    SCALPER_TRY(see_source_gone(gate, context, claimed.record));
    return Round{of_kind(Replaced::Kind::kWithdrawn)};
  }
  SCALPER_TRY_ASSIGN(const bool fenced, record_fence(gate, context, claimed, marker, *upload));
  if (!fenced) return Round{};
  return complete(gate, context, claimed, *upload, etag);
}

}  // namespace

Result<Replaced> replace_older(Gate& gate, const CallContext& context, Claimed& claimed) {
  for (int round = 0; round < kRounds; ++round) {
    SCALPER_TRY_ASSIGN(auto answer, one_round(gate, context, claimed));
    if (answer.end) return *std::move(answer.end);
  }
  return Error(ErrorCode::kUnavailable, "replacing an older version: others keep changing the output key");
}

}  // namespace scalper
