#include "support/records.h"

#include "model/file_id.h"

namespace scalper {
namespace {

constexpr WallTime kNoon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} + std::chrono::hours{12}};
const std::string kHostile(
    "q\"uo\\te\n\x01\x7f <&> '; DROP TABLE records;-- caf\xc3\xa9 \xe2\x80\xae \xf0\x9f\x90\x99 %00 bad\xff\xfe utf8 ");

Finding full_finding() {
  Finding finding;
  finding.code = "csv.row_width";
  finding.severity = Severity::kWarning;
  finding.message = "row 7 has 4 fields, the header has 5: " + kHostile;
  finding.location = {.path = {"a.zip", kHostile},
                      .byte = UINT64_C(1) << 62U,
                      .line = 8,
                      .row = 7,
                      .column = kHostile,
                      .column_index = 5,
                      .pointer = "/a~1b/0",
                      .outer_byte = 311};
  return finding;
}

Decision full_decision() {
  Decision decision;
  Verdict& verdict = decision.verdict;
  verdict.kind = VerdictKind::kInvalid;
  verdict.type = "text/csv";
  verdict.size = UINT64_C(10) << 40U;
  verdict.digests = {.sha256 = std::string(64, 'a'),
                     .crc64nvme = std::string(16, 'b'),
                     .crc32 = "0a0b0c0d",
                     .crc32c = "01020304",
                     .sha1 = std::string(40, 'c'),
                     .md5 = std::string(32, 'd')};
  verdict.contract = {kHostile, std::string(64, 'e')};
  Finding bare;
  bare.code = "size.max";
  bare.message = "too large";
  verdict.findings = {full_finding(), bare};
  verdict.findings_total = 4711;
  decision.seal = Seal{"in/0192f0c1:2049:77"};
  decision.companions = {{{BucketName{"input"}, ObjectKey{"a.sha256"}, VersionId{"c1"}}, std::string(64, 'f')}};
  decision.has_report = true;
  decision.at = kNoon + Millis{123};
  return decision;
}

}  // namespace

FileRecord received_record(const std::string& key, const std::string& version) {
  FileRecord record;
  record.origin = {BucketName{"input"}, ObjectKey{key}, VersionId{version}};
  record.source = record.origin;
  record.id = file_id(record.origin);
  record.revision = 1;
  record.received_at = kNoon;
  record.source_time = kNoon;
  record.size = 10;
  return record;
}

FileRecord final_record(const std::string& key, const std::string& version, FileStatus status, WallTime final_at) {
  FileRecord record = received_record(key, version);
  record.status = status;
  record.attempt = 1;
  record.target = Target{BucketName{"output"}, ObjectKey{key}, VersionId{"t-" + version}, ETag{"e"}};
  record.final_at = final_at;
  return record;
}

FileRecord full_record() {
  FileRecord record = received_record("orders/" + kHostile, "v/\x7f 1");
  record.status = FileStatus::kProcessing;
  record.revision = (UINT64_C(1) << 53U) + 1;  // a double cannot hold it
  record.source = {BucketName{"quarantine"}, ObjectKey{"orders/" + kHostile + "/id"}, VersionId{"null:e:1"}};
  record.sequencer = "00556BE4E0B6B6F6F3";
  record.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  record.size = UINT64_MAX;
  record.epoch = 3;
  record.attempt = 7;
  record.owner = OwnerToken{"boot:pid:start:" + kHostile};
  record.lease_until = kNoon + Millis{60001};
  record.parsing = true;
  record.crashes = 2;
  record.decision = full_decision();
  record.target = Target{BucketName{"output"}, ObjectKey{kHostile}, VersionId{"t1"}, ETag{"e-1"}};
  record.target_tried = true;
  record.upload_id = UploadId{"u/1+="};
  record.companion = CompanionProgress{true, 9999, ObjectKey{"orders/" + kHostile}, true, true};
  record.review = Review{ReviewAction::kRelease, kHostile, "note: " + kHostile, kNoon + Millis{5}};
  record.prior_decision = full_decision();
  record.prior_decision->verdict.kind = VerdictKind::kUnverifiable;
  record.prior_target = Target{BucketName{"quarantine"}, ObjectKey{"k"}, VersionId{"t0"}, ETag{"e0"}};
  record.open = true;
  HistoryEntry entry;
  entry.epoch = 2;
  entry.attempts = 4;
  entry.status = FileStatus::kInvalid;
  entry.codes = "csv.row_width,size.max";
  entry.contract = {"orders", std::string(64, 'e')};
  entry.review = Review{ReviewAction::kRerun, "who", kHostile, kNoon};
  entry.target = record.prior_target;
  entry.at = kNoon - Millis{1};
  record.history = {entry, HistoryEntry{}};
  record.last_error = "reading object: timeout";
  record.retry_after = kNoon + Millis{1};
  record.enqueued_at = kNoon + Millis{2};
  record.received_at = WallTime{Millis{-1}};  // before 1970
  record.final_at = kNoon + Millis{3};
  record.expires_at = kNoon + std::chrono::days{30};
  return record;
}

}  // namespace scalper
