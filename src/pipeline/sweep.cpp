#include "pipeline/sweep.h"

#include <optional>
#include <utility>

#include "model/file_id.h"
#include "model/telemetry_names.h"
#include "model/work_message.h"
#include "pipeline/process_object.h"

namespace scalper {
namespace {

constexpr const char* kSweepMarker = "control#sweep";
constexpr std::size_t kPage = 200;

ObjectEvent event_of(const ObjectInfo& info) {
  ObjectEvent event;
  event.ref = info.ref;
  event.size = info.size;
  event.time = info.last_modified;
  if (const auto sequence = info.metadata.find(kMetaSequence); sequence != info.metadata.end())
    event.sequencer = sequence->second;
  return event;
}

FileRecord received_record(const ObjectEvent& event, FileStatus status, WallTime now) {
  FileRecord record;
  record.id = file_id(event.ref);
  record.status = status;
  record.revision = 1;
  record.origin = event.ref;
  record.source = event.ref;
  record.sequencer = event.sequencer;
  record.size = event.size;
  record.source_time = event.time;
  record.received_at = now;
  if (status == FileStatus::kReceived) {
    record.open = true;
    record.enqueued_at = now;
  }
  return record;
}

Result<void> enqueue(Gate& gate, const CallContext& context, const WorkMessage& message) {
  const auto sent = gate.queue.send(context, format_message(message), Millis{0});
  if (!sent.ok()) return sent.error().within("queueing a file again");
  return {};
}

// Writes what was seen where no record is. False: somebody else wrote one meanwhile.
Result<bool> announce_version(Gate& gate, const CallContext& context, const ObjectEvent& event, FileStatus status) {
  const auto written =
      gate.records.put(context, received_record(event, status, gate.clock.wall_now()), WriteGuard::if_absent());
  if (written.failed_with(ErrorCode::kPreconditionFailed)) return false;
  if (!written.ok()) return written.error().within("recording a file that no event announced");
  if (status == FileStatus::kReceived) SCALPER_TRY(enqueue(gate, context, event));
  return true;
}

// Queued already and perhaps still on its way: not again before twice the visibility.
bool was_just_queued(const Gate& gate, const FileRecord& record, WallTime now) {
  return record.enqueued_at && *record.enqueued_at + 2 * gate.settings.visibility > now;
}

bool may_be_queued(const Gate& gate, const FileRecord& record, WallTime now) {
  if (has_live_lease(record, now) || was_just_queued(gate, record, now)) return false;
  return !record.retry_after || *record.retry_after <= now;
}

// Marks the record as queued, so that sweeps do not pile messages up, and queues it.
Result<bool> requeue(Gate& gate, const CallContext& context, FileRecord record, const WorkMessage& message) {
  const WallTime now = gate.clock.wall_now();
  if (!may_be_queued(gate, record, now)) return false;
  WriteGuard guard = WriteGuard::if_revision(record.revision);
  guard.lease_over_at = now;
  record.enqueued_at = now;
  record.open = true;
  record.revision += 1;
  const auto written = gate.records.put(context, record, guard);
  if (written.failed_with(ErrorCode::kPreconditionFailed)) return false;
  if (!written.ok()) return written.error().within("queueing a file again");
  SCALPER_TRY(enqueue(gate, context, message));
  return true;
}

// A version below a delete marker was withdrawn by its sender: said only where nobody ever claimed it.
Result<void> mark_withdrawn(Gate& gate, const CallContext& context, const ObjectInfo& info,
                            std::optional<FileRecord> record, SweepReport& report) {
  if (!record) {
    SCALPER_TRY_ASSIGN(const bool written, announce_version(gate, context, event_of(info), FileStatus::kVanished));
    report.withdrawn += written ? 1 : 0;
    return {};
  }
  if (record->status != FileStatus::kReceived || record->attempt > 0) return {};
  const WriteGuard guard = WriteGuard::if_revision(record->revision);
  record->status = FileStatus::kVanished;
  record->open = false;
  record->revision += 1;
  const auto written = gate.records.put(context, *record, guard);
  if (!written.ok() && !written.failed_with(ErrorCode::kPreconditionFailed)) return written.error();
  report.withdrawn += written.ok() ? 1 : 0;
  return {};
}

Result<void> look_at(Gate& gate, const CallContext& context, const ObjectInfo& info, bool withdrawn,
                     SweepReport& report) {
  report.listed += 1;
  SCALPER_TRY_ASSIGN(auto record, gate.records.get(context, file_id(info.ref)));
  if (record && is_final(*record)) {
    if (record->source != info.ref) return {};
    SCALPER_TRY(finish_again(gate, context, *record));
    report.finished += 1;
    return {};
  }
  const bool untouched = !record || record->status == FileStatus::kReceived || record->status == FileStatus::kVanished;
  if (withdrawn && untouched) return mark_withdrawn(gate, context, info, std::move(record), report);
  if (!record) {
    SCALPER_TRY_ASSIGN(const bool written, announce_version(gate, context, event_of(info), FileStatus::kReceived));
    report.announced += written ? 1 : 0;
    return {};
  }
  SCALPER_TRY_ASSIGN(const bool queued, requeue(gate, context, *std::move(record), event_of(info)));
  report.requeued += queued ? 1 : 0;
  return {};
}

bool is_out_of_time(Gate& gate, const CallContext& context) {
  return context.stop.stop_requested() || gate.clock.mono_now() + gate.settings.call_timeout > context.deadline;
}

// Remembers whether the newest version of the key that is being listed is a delete marker.
class KeyHead {
 public:
  bool is_withdrawn(const ObjectInfo& info) {
    if (info.latest) {
      key_ = info.ref.key;
      marker_ = info.delete_marker;
    }
    return marker_ && key_ == info.ref.key;
  }

 private:
  ObjectKey key_;
  bool marker_ = false;
};

struct SweepCursor {
  std::string value;
  std::uint64_t revision = 0;
};

Result<SweepCursor> load_cursor(Gate& gate, const CallContext& context) {
  SCALPER_TRY_ASSIGN(const auto marker, gate.records.get_marker(context, kSweepMarker));
  return marker ? SweepCursor{marker->value, marker->revision} : SweepCursor{};
}

// Two sweeps at once: one keeps its cursor, the other's work was harmless.
Result<void> save_cursor(Gate& gate, const CallContext& context, SweepCursor& cursor, const std::string& next) {
  if (next == cursor.value) return {};
  const auto written = gate.records.put_marker(context, kSweepMarker, next, cursor.revision);
  if (!written.ok()) return written.failed_with(ErrorCode::kPreconditionFailed) ? Result<void>() : written;
  cursor = {next, cursor.revision + 1};
  return {};
}

Result<void> sweep_input(Gate& gate, const CallContext& context, SweepReport& report) {
  SCALPER_TRY_ASSIGN(SweepCursor cursor, load_cursor(gate, context));
  std::string at = cursor.value;
  KeyHead head;
  for (;;) {
    auto page = gate.objects.list_versions(context, gate.settings.input, "", kPage, at);
    if (page.failed_with(ErrorCode::kInvalidArgument) && !at.empty()) {  // a cursor from another time: from the start
      at.clear();
      continue;
    }
    if (!page.ok()) return page.error().within("listing the input");
    for (const ObjectInfo& info : page->versions) {
      const bool withdrawn = head.is_withdrawn(info);
      if (info.delete_marker || info.last_modified < gate.settings.adopted_at) continue;
      SCALPER_TRY(look_at(gate, context, info, withdrawn, report));
    }
    at = page->next_cursor;
    report.complete = at.empty();
    if (report.complete || is_out_of_time(gate, context)) return save_cursor(gate, context, cursor, at);
  }
}

WorkMessage message_of(const FileRecord& record) {
  if (record.review) return ReviewMessage{record.id, record.revision};
  ObjectEvent event;
  event.ref = record.origin;
  event.sequencer = record.sequencer;
  event.size = record.size;
  event.time = record.source_time;
  return event;
}

Result<void> reopen(Gate& gate, const CallContext& context, const FileRecord& record, SweepReport& report) {
  if (is_final(record)) {
    SCALPER_TRY(finish_again(gate, context, record));
    report.finished += 1;
    return {};
  }
  SCALPER_TRY_ASSIGN(const bool queued, requeue(gate, context, record, message_of(record)));
  report.reopened += queued ? 1 : 0;
  return {};
}

Result<void> sweep_open(Gate& gate, const CallContext& context, SweepReport& report) {
  RecordQuery query;
  query.index = RecordQuery::Index::kOpen;
  query.limit = kPage;
  do {
    SCALPER_TRY_ASSIGN(const RecordPage page, gate.records.list(context, query));
    for (const FileRecord& record : page.records) SCALPER_TRY(reopen(gate, context, record, report));
    query.cursor = page.next_cursor;
    if (is_out_of_time(gate, context) && !query.cursor.empty()) {
      report.complete = false;
      return {};
    }
  } while (!query.cursor.empty());
  return {};
}

}  // namespace

Result<SweepReport> sweep(Gate& gate, const CallContext& context) {
  SweepReport report;
  SCALPER_TRY(sweep_input(gate, context, report));
  SCALPER_TRY(sweep_open(gate, context, report));
  gate.telemetry.count(names::kSweepFindings, static_cast<double>(report.findings()), "");
  gate.telemetry.log({report.findings() > 0 ? LogLevel::kInfo : LogLevel::kDebug,
                      "sweep_done",
                      {{"listed", static_cast<std::int64_t>(report.listed)},
                       {"announced", static_cast<std::int64_t>(report.announced)},
                       {"requeued", static_cast<std::int64_t>(report.requeued)},
                       {"finished", static_cast<std::int64_t>(report.finished)},
                       {"reopened", static_cast<std::int64_t>(report.reopened)}}});
  return report;
}

Result<BackfillReport> backfill(Gate& gate, const CallContext& context, const std::string& prefix, bool dry_run) {
  BackfillReport report;
  std::string at;
  do {
    SCALPER_TRY_ASSIGN(const VersionPage page,
                       gate.objects.list_versions(context, gate.settings.input, prefix, kPage, at));
    for (const ObjectInfo& info : page.versions) {
      if (info.delete_marker || !info.latest) continue;
      report.listed += 1;
      SCALPER_TRY_ASSIGN(const auto record, gate.records.get(context, file_id(info.ref)));
      if (record) {
        report.known += 1;
        continue;
      }
      report.taken += 1;
      if (!dry_run) SCALPER_TRY(announce_version(gate, context, event_of(info), FileStatus::kReceived));
    }
    at = page.next_cursor;
  } while (!at.empty());
  return report;
}

}  // namespace scalper
