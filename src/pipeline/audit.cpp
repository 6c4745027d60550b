#include "pipeline/audit.h"

#include <charconv>
#include <utility>

#include "model/file_id.h"

namespace scalper {
namespace {

constexpr std::size_t kPage = 200;
constexpr std::string_view kReports = "reports/";

std::string meta(const ObjectInfo& info, const char* name) {
  const auto found = info.metadata.find(name);
  return found == info.metadata.end() ? std::string() : found->second;
}

void note(AuditReport& report, AuditStray::Kind kind, const ObjectRef& ref, const FileId& id) {
  report.strays_total += 1;
  if (report.strays.size() < kAuditStrays) report.strays.push_back({kind, ref, id});
}

bool is_at(const std::optional<Target>& target, const ObjectRef& ref) {
  return target && target->bucket == ref.bucket && target->key == ref.key && target->version == ref.version;
}

// `reports/<id>/<attempt>`, and not a file whose sender chose such a prefix.
bool is_report(const std::string& key) {
  const std::size_t id_ends = key.find('/', kReports.size());
  if (!key.starts_with(kReports) || id_ends == std::string::npos) return false;
  return is_file_id(key.substr(kReports.size(), id_ends - kReports.size())) &&
         key.find_first_not_of("0123456789.", id_ends + 1) == std::string::npos;
}

// The version is, or was, the target of this record; or it will be, once its try goes on.
bool is_known(const FileRecord& record, const ObjectInfo& info) {
  if (is_at(record.target, info.ref) || is_at(record.prior_target, info.ref)) return true;
  for (const HistoryEntry& entry : record.history)
    if (is_at(entry.target, info.ref)) return true;
  return !is_final(record) && meta(info, kMetaEpoch) == std::to_string(record.epoch);
}

// The key that the file had in input: its target's own, without the suffix that quarantine and "beside" add.
ObjectKey origin_key(const ObjectInfo& info, const std::string& id) {
  const std::string& key = info.ref.key.value();
  const std::size_t suffix = id.size() + 1;
  return key.ends_with(id) && key.size() > suffix ? ObjectKey{key.substr(0, key.size() - suffix)} : info.ref.key;
}

Result<void> rebuild_record(Gate& gate, const CallContext& context, const ObjectInfo& info, AuditReport& report) {
  FileRecord record;
  record.id = FileId{meta(info, kMetaId)};
  record.status = parse_file_status(meta(info, kMetaStatus)).value_or(FileStatus::kFailed);
  record.revision = 1;
  record.origin = {gate.settings.input, origin_key(info, record.id.value()), VersionId{meta(info, kMetaVersion)}};
  record.source = record.origin;
  record.sequencer = meta(info, kMetaSequence);
  record.size = info.size;
  record.source_time = parse_rfc3339(meta(info, kMetaTime)).value_or(info.last_modified);
  const std::string epoch = meta(info, kMetaEpoch);
  std::from_chars(epoch.data(), epoch.data() + epoch.size(), record.epoch);
  record.target = Target{info.ref.bucket, info.ref.key, info.ref.version, info.etag};
  record.received_at = record.source_time;
  record.final_at = info.last_modified;
  record.expires_at = gate.clock.wall_now() + gate.settings.retention;
  record.last_error = "rebuilt from the target's metadata by an audit";
  const auto written = gate.records.put(context, record, WriteGuard::if_absent());
  if (!written.ok() && !written.failed_with(ErrorCode::kPreconditionFailed)) return written.error();
  report.rebuilt += written.ok() ? 1 : 0;
  return {};
}

bool is_unreadable(const Result<std::optional<FileRecord>>& found) {
  return found.failed_with(ErrorCode::kCorrupt) || found.failed_with(ErrorCode::kUnsupported);
}

Result<void> check_version(Gate& gate, const CallContext& context, const ObjectRef& ref, bool rebuild,
                           AuditReport& report) {
  const auto info = gate.objects.head(context, ref);  // listings of S3 carry no metadata
  if (info.failed_with(ErrorCode::kNotFound)) return {};
  if (!info.ok()) return info.error();
  const std::string id = meta(*info, kMetaId);
  if (!is_file_id(id)) {
    note(report, AuditStray::Kind::kForeign, ref, {});
    return {};
  }
  const auto found = gate.records.get(context, FileId{id});
  if (is_unreadable(found)) return {};  // told where its index is read
  if (!found.ok()) return found.error();
  if (const auto& record = *found) {
    if (!is_known(*record, *info)) note(report, AuditStray::Kind::kDuplicate, ref, record->id);
    return {};
  }
  note(report, AuditStray::Kind::kNoRecord, ref, FileId{id});
  return rebuild ? rebuild_record(gate, context, *info, report) : Result<void>();
}

Result<void> audit_bucket(Gate& gate, const CallContext& context, const BucketName& bucket, bool rebuild,
                          AuditReport& report) {
  std::string cursor;
  do {
    SCALPER_TRY_ASSIGN(const VersionPage page, gate.objects.list_versions(context, bucket, "", kPage, cursor));
    for (const ObjectInfo& info : page.versions) {
      if (info.delete_marker || is_report(info.ref.key.value())) continue;
      report.versions += 1;
      SCALPER_TRY(check_version(gate, context, info.ref, rebuild, report));
    }
    cursor = page.next_cursor;
  } while (!cursor.empty());
  return {};
}

// What a consumer took from output is no loss; what is gone from quarantine may be one.
Result<void> check_record(Gate& gate, const CallContext& context, const FileRecord& record, AuditReport& report) {
  report.records += 1;
  if (!has_published_target(record) || record.target->bucket != gate.settings.quarantine) return {};
  const ObjectRef ref{record.target->bucket, record.target->key, record.target->version};
  const auto info = gate.objects.head(context, ref);
  if (info.failed_with(ErrorCode::kNotFound)) note(report, AuditStray::Kind::kMissing, ref, record.id);
  if (!info.ok() && !info.failed_with(ErrorCode::kNotFound)) return info.error();
  return {};
}

Result<void> check_open(Gate& gate, const FileRecord& record, AuditReport& report) {
  report.records += 1;
  const WallTime now = gate.clock.wall_now();
  if (record.status == FileStatus::kVanished) return {};  // at rest until its sender lifts the marker
  const bool waits = record.retry_after && *record.retry_after > now;
  const bool queued = record.enqueued_at && *record.enqueued_at + 4 * gate.settings.visibility > now;
  if (!waits && !queued && !has_live_lease(record, now))
    note(report, AuditStray::Kind::kStuck, record.source, record.id);
  return {};
}

template <class Check>
Result<void> each_record(Gate& gate, const CallContext& context, RecordQuery::Index index, AuditReport& report,
                         Check check) {
  RecordQuery query;
  query.index = index;
  query.limit = kPage;
  do {
    SCALPER_TRY_ASSIGN(const RecordPage page, gate.records.list(context, query));
    for (const FileRecord& record : page.records) SCALPER_TRY(check(record));
    for (const FileId& id : page.unreadable) note(report, AuditStray::Kind::kUnreadable, {}, id);
    query.cursor = page.next_cursor;
  } while (!query.cursor.empty());
  return {};
}

}  // namespace

std::string_view to_string(AuditStray::Kind kind) {
  switch (kind) {
    case AuditStray::Kind::kNoRecord: return "no_record";
    case AuditStray::Kind::kDuplicate: return "duplicate";
    case AuditStray::Kind::kForeign: return "foreign";
    case AuditStray::Kind::kMissing: return "missing";
    case AuditStray::Kind::kUnreadable: return "unreadable";
    case AuditStray::Kind::kStuck: return "stuck";
  }
  return "foreign";
}

Result<AuditReport> audit(Gate& gate, const CallContext& context, bool rebuild) {
  AuditReport report;
  for (const BucketName& bucket : {gate.settings.output, gate.settings.quarantine})
    SCALPER_TRY(audit_bucket(gate, context, bucket, rebuild, report));
  SCALPER_TRY(each_record(gate, context, RecordQuery::Index::kTime, report,
                          [&](const FileRecord& record) { return check_record(gate, context, record, report); }));
  SCALPER_TRY(each_record(gate, context, RecordQuery::Index::kOpen, report,
                          [&](const FileRecord& record) { return check_open(gate, record, report); }));
  return report;
}

}  // namespace scalper
