#include "pipeline/ingest/enqueue.h"

#include "model/file_id.h"
#include "pipeline/epoch.h"
#include "pipeline/sent_trace.h"

namespace scalper {
namespace {

FileRecord received_record(const ObjectEvent& event, FileStatus status, const GateSettings& settings, WallTime now) {
  FileRecord record;
  record.id = file_id(event.ref);
  record.status = status;
  record.revision = 1;
  record.origin = event.ref;
  record.source = event.ref;
  record.sequencer = event.sequencer;
  record.size = event.size;
  record.source_time = event.time;
  record.traceparent = event.traceparent;
  record.received_at = now;
  if (status == FileStatus::kReceived) {
    record.open = true;
    record.enqueued_at = now;
  } else {
    record.expires_at = now + settings.retention;
  }
  return record;
}

Result<void> enqueue(Gate& gate, const CallContext& context, const WorkMessage& message) {
  const auto sent = gate.queue.send(context, format_message(message), Millis{0});
  if (!sent.ok()) return sent.error().within("queueing a file again");
  return {};
}

// Queued already and perhaps still on its way: not again before twice the visibility.
bool was_just_queued(const Gate& gate, const FileRecord& record, WallTime now) {
  return record.enqueued_at && *record.enqueued_at + 2 * gate.settings.visibility > now;
}

bool may_be_queued(const Gate& gate, const FileRecord& record, WallTime now) {
  if (has_live_lease(record, now) || was_just_queued(gate, record, now)) return false;
  return !record.retry_after || *record.retry_after <= now;
}

}  // namespace

ObjectEvent event_of(const ObjectInfo& info) {
  ObjectEvent event;
  event.ref = info.ref;
  event.size = info.size;
  event.time = info.last_modified;  // no sequencer: listings do not show it
  event.traceparent = traceparent_of(info.metadata);
  return event;
}

Result<bool> announce_version(Gate& gate, const CallContext& context, const ObjectEvent& event, FileStatus status) {
  // The message first: were it last, a crash in between would leave a mark `enqueued_at` that nothing stands for, and
  // the file would wait until that is old. A message too many is harmless.
  if (status == FileStatus::kReceived) SCALPER_TRY(enqueue(gate, context, event));
  const FileRecord record = received_record(event, status, gate.settings, gate.clock.wall_now());
  const auto written = gate.records.put(context, record, WriteGuard::if_absent());
  if (written.failed_with(ErrorCode::kPreconditionFailed)) return false;
  if (!written.ok()) return written.error().within("recording a file that no event announced");
  return true;
}

Result<bool> queue_again(Gate& gate, const CallContext& context, FileRecord record, const WorkMessage& message) {
  const WallTime now = gate.clock.wall_now();
  if (!may_be_queued(gate, record, now)) return false;
  SCALPER_TRY(enqueue(gate, context, message));  // before the mark, as above
  WriteGuard guard = WriteGuard::if_revision(record.revision);
  guard.lease_over_at = now;
  record.enqueued_at = now;
  // A vanished one is found again by the listing, where that comes to it.
  record.open = record.status != FileStatus::kVanished || is_backfilled(gate.settings, record);
  record.revision += 1;
  const auto written = gate.records.put(context, record, guard);
  if (written.failed_with(ErrorCode::kPreconditionFailed)) return false;
  if (!written.ok()) return written.error().within("queueing a file again");
  return true;
}

}  // namespace scalper
