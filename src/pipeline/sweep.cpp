#include "pipeline/sweep.h"

#include <optional>
#include <utility>

#include "model/file_id.h"
#include "model/telemetry_names.h"
#include "model/work_message.h"
#include "pipeline/ingest/enqueue.h"
#include "pipeline/pause.h"
#include "pipeline/process_object.h"

namespace scalper {
namespace {

constexpr const char* kInputMarker = "control#sweep";
constexpr const char* kOpenMarker = "control#sweep-open";
// Messages that a queue may hold and still count as young where it does not tell how old they are.
constexpr std::uint64_t kFewMessages = 1000;

// Files in a row of which the store said nothing before it counts as gone.
constexpr int kSilentFiles = 3;

// One pass. A file that cannot be finished does not keep the sweep from the others: it is counted, and its error is the
// sweep's own at the end. A store that asks for fewer calls, or does not answer for several files, ends the pass.
struct Pass {
  SweepReport report;
  bool young = true;  // the queue is: a message that was sent long ago is not just waiting its turn
  std::uint64_t failed = 0;
  std::optional<Error> first;
  int silent = 0;  // in a row

  Result<void> take(const Result<void>& looked) {
    const bool answered = looked.ok() || !is_ambiguous(looked.error().code());
    silent = answered ? 0 : silent + 1;
    if (looked.ok()) return {};
    const ErrorCode code = looked.error().code();
    if (silent == kSilentFiles || code == ErrorCode::kThrottled || code == ErrorCode::kNoSpace) return looked;
    failed += 1;
    if (!first) first = looked.error();
    return {};
  }
};

// A version below a delete marker was withdrawn by its sender: said only where nobody ever claimed it.
Result<void> mark_withdrawn(Gate& gate, const CallContext& context, const ObjectInfo& info,
                            std::optional<FileRecord> record, SweepReport& report) {
  const WallTime now = gate.clock.wall_now();
  if (!record) {
    SCALPER_TRY_ASSIGN(const bool written, announce_version(gate, context, event_of(info), FileStatus::kVanished));
    report.withdrawn += written ? 1 : 0;
    return {};
  }
  if (record->status != FileStatus::kReceived || record->attempt > 0) return {};
  const WriteGuard guard = WriteGuard::if_revision(record->revision);
  record->status = FileStatus::kVanished;
  record->open = false;
  record->enqueued_at.reset();  // no message waits for it: once it is back, it is queued at once
  record->expires_at = now + gate.settings.retention;
  record->revision += 1;
  const auto written = gate.records.put(context, *record, guard);
  if (!written.ok() && !written.failed_with(ErrorCode::kPreconditionFailed)) return written.error();
  report.withdrawn += written.ok() ? 1 : 0;
  return {};
}

// Retention does not take a record whose source version is still there: the sweep would find that version without one
// and begin again from the start.
Result<void> put_off_expiry(Gate& gate, const CallContext& context, FileRecord& record) {
  const WallTime now = gate.clock.wall_now();
  if (!record.expires_at || *record.expires_at > now + gate.settings.retention / 2) return {};
  FileRecord next = record;
  next.expires_at = now + gate.settings.retention;
  next.revision += 1;
  const auto written = gate.records.put(context, next, WriteGuard::if_revision(record.revision));
  if (written.ok()) record = std::move(next);
  if (written.ok() || written.failed_with(ErrorCode::kPreconditionFailed)) return {};
  return written.error().within("putting off the expiry of a record");
}

Result<void> requeue(Gate& gate, const CallContext& context, FileRecord record, const WorkMessage& message, bool young,
                     std::uint64_t& count) {
  if (!young && record.enqueued_at) return {};  // its message waits with all the others
  SCALPER_TRY_ASSIGN(const bool queued, queue_again(gate, context, std::move(record), message));
  count += queued ? 1 : 0;
  return {};
}

Result<void> look_at(Gate& gate, const CallContext& context, const ObjectInfo& info, bool withdrawn, Pass& pass) {
  SweepReport& report = pass.report;
  report.listed += 1;
  SCALPER_TRY_ASSIGN(auto record, gate.records.get(context, file_id(info.ref)));
  if (record) SCALPER_TRY(put_off_expiry(gate, context, *record));
  if (record && is_final(*record)) {
    // Nothing is deleted of an ignored one: its version stays, and each sweep finds it again.
    if (record->source != info.ref || record->status == FileStatus::kIgnored) return {};
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
  return requeue(gate, context, *std::move(record), event_of(info), pass.young, report.requeued);
}

bool is_out_of_time(Gate& gate, const CallContext& context) {
  return context.stop.stop_requested() || gate.clock.mono_now() + gate.settings.call_timeout > context.deadline;
}

// Remembers whether the newest version of the key that is being listed is a delete marker.
class KeyHead {
 public:
  Result<bool> is_withdrawn(Gate& gate, const CallContext& context, const ObjectInfo& info) {
    if (info.latest) {
      key_ = info.ref.key;
      marker_ = info.delete_marker;
    } else if (key_ != info.ref.key) {  // the cursor stood within this key: its newest version was listed last time
      const auto current = gate.objects.head(context, {info.ref.bucket, info.ref.key, VersionId{}});
      if (!current.ok() && !current.failed_with(ErrorCode::kNotFound)) return current.error().within("sweeping");
      key_ = info.ref.key;
      marker_ = !current.ok();
    }
    return marker_;
  }

 private:
  ObjectKey key_;
  bool marker_ = false;
};

struct SweepCursor {
  const char* marker;
  std::string value;
  std::uint64_t revision = 0;
};

Result<SweepCursor> load_cursor(Gate& gate, const CallContext& context, const char* name) {
  SCALPER_TRY_ASSIGN(const auto marker, gate.records.get_marker(context, name));
  return marker ? SweepCursor{name, marker->value, marker->revision} : SweepCursor{name, {}, 0};
}

// Two sweeps at once: one keeps its cursor, the other's work was harmless.
Result<void> save_cursor(Gate& gate, const CallContext& context, const SweepCursor& cursor, const std::string& next) {
  if (next == cursor.value) return {};
  const auto written = gate.records.put_marker(context, cursor.marker, next, cursor.revision);
  return written.failed_with(ErrorCode::kPreconditionFailed) ? Result<void>() : written;
}

// Pages from the stored cursor on, until the end or until time is up. A cursor from another time: from the start.
template <class List, class Each>
Result<bool> each_page(Gate& gate, const CallContext& context, const char* marker, List list, Each each) {
  SCALPER_TRY_ASSIGN(const SweepCursor cursor, load_cursor(gate, context, marker));
  std::string at = cursor.value;
  for (;;) {
    auto page = list(at);
    if (page.failed_with(ErrorCode::kInvalidArgument) && !at.empty()) {
      at.clear();
      continue;
    }
    if (!page.ok()) return page.error().within("sweeping");
    const Result<void> looked = each(*page);
    at = page->next_cursor;
    if (!looked.ok()) {
      // Behind it next time: files that nobody can look at keep no others waiting. What this says changes nothing.
      [[maybe_unused]] const auto saved = save_cursor(gate, context, cursor, at);
      return looked.error();
    }
    if (!at.empty() && !is_out_of_time(gate, context)) continue;
    SCALPER_TRY(save_cursor(gate, context, cursor, at));
    return at.empty();
  }
}

Result<bool> sweep_input(Gate& gate, const CallContext& context, Pass& pass) {
  KeyHead head;
  const auto list = [&](const std::string& at) {
    return gate.objects.list_versions(context, gate.settings.input, "", gate.settings.sweep_page, at);
  };
  return each_page(gate, context, kInputMarker, list, [&](const VersionPage& page) -> Result<void> {
    for (const ObjectInfo& info : page.versions) {
      SCALPER_TRY_ASSIGN(const bool withdrawn, head.is_withdrawn(gate, context, info));
      if (info.delete_marker || info.last_modified < gate.settings.adopted_at) continue;
      SCALPER_TRY(pass.take(look_at(gate, context, info, withdrawn, pass)));
    }
    return {};
  });
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

Result<void> reopen(Gate& gate, const CallContext& context, const FileRecord& record, Pass& pass) {
  if (is_final(record)) {
    SCALPER_TRY(finish_again(gate, context, record));
    pass.report.finished += 1;
    return {};
  }
  return requeue(gate, context, record, message_of(record), pass.young, pass.report.reopened);
}

Result<bool> sweep_open(Gate& gate, const CallContext& context, Pass& pass) {
  const auto list = [&](const std::string& at) {
    RecordQuery query;
    query.index = RecordQuery::Index::kOpen;
    query.limit = gate.settings.sweep_page;
    query.cursor = at;
    return gate.records.list(context, query);
  };
  return each_page(gate, context, kOpenMarker, list, [&](const RecordPage& page) -> Result<void> {
    for (const FileRecord& record : page.records) SCALPER_TRY(pass.take(reopen(gate, context, record, pass)));
    for (const FileId& id : page.unreadable)
      SCALPER_TRY(pass.take(Error(ErrorCode::kCorrupt, "the record of " + id.value() + " cannot be read")));
    return {};
  });
}

// Young: a message that was sent twice the visibility ago is not just waiting its turn, it was lost.
Result<bool> is_queue_young(Gate& gate, const CallContext& context) {
  SCALPER_TRY_ASSIGN(const bool paused, gate.pause.is_paused(gate, context));
  if (paused) {
    gate.telemetry.count(names::kPausedSweeps, 1, "");
    return false;  // all of them wait, however old
  }
  SCALPER_TRY_ASSIGN(const QueueDepth depth, gate.queue.depth(context));
  if (depth.visible == 0) return true;
  return depth.oldest_age ? *depth.oldest_age <= 2 * gate.settings.visibility : depth.visible <= kFewMessages;
}

void tell(Gate& gate, const Pass& pass) {
  const SweepReport& report = pass.report;
  gate.telemetry.count(names::kSweepFindings, static_cast<double>(report.findings()), "");
  gate.telemetry.log({report.findings() > 0 ? LogLevel::kInfo : LogLevel::kDebug,
                      "sweep_done",
                      {{"listed", static_cast<std::int64_t>(report.listed)},
                       {"announced", static_cast<std::int64_t>(report.announced)},
                       {"requeued", static_cast<std::int64_t>(report.requeued)},
                       {"finished", static_cast<std::int64_t>(report.finished)},
                       {"reopened", static_cast<std::int64_t>(report.reopened)},
                       {"failed", static_cast<std::int64_t>(pass.failed)}}});
}

}  // namespace

Result<SweepReport> sweep(Gate& gate, const CallContext& context) {
  Pass pass;
  SCALPER_TRY_ASSIGN(pass.young, is_queue_young(gate, context));
  SCALPER_TRY_ASSIGN(const bool all_listed, sweep_input(gate, context, pass));
  SCALPER_TRY_ASSIGN(const bool all_open, sweep_open(gate, context, pass));
  pass.report.complete = all_listed && all_open;
  tell(gate, pass);
  if (!pass.first) return pass.report;
  return pass.first->within("sweep: " + std::to_string(pass.failed) + " files could not be looked after, the first");
}

}  // namespace scalper
