// The promises (a) to (g), looked at after every change and at rest.

#include <algorithm>

#include "digest/crc64nvme.h"
#include "model/file_id.h"
#include "pipeline/audit.h"
#include "pipeline/route/precedence.h"
#include "simulation/world.h"
#include "support/companions.h"

namespace scalper {
namespace {

std::string meta(const ObjectInfo& info, const char* name) {
  const auto found = info.metadata.find(name);
  return found == info.metadata.end() ? std::string() : found->second;
}

std::string describe(const ObjectRef& ref) {
  return ref.bucket.value() + "/" + ref.key.value() + "@" + ref.version.value();
}

// A sidecar of other bytes.
bool has_mismatch(const Verdict& verdict) {
  return std::any_of(verdict.findings.begin(), verdict.findings.end(),
                     [](const Finding& finding) { return finding.code == "checksum.mismatch"; });
}

// Where its status says that it is.
bool is_where_it_belongs(const FileRecord& record, const GateSettings& settings) {
  const bool in_output = record.target && record.target->bucket == settings.output;
  switch (record.status) {
    case FileStatus::kValid:
    case FileStatus::kReleased: return in_output;
    case FileStatus::kInvalid:
    case FileStatus::kUnverifiable: return record.target && !in_output;
    case FileStatus::kFailed:
    case FileStatus::kRejected: return !in_output;
    case FileStatus::kIgnored: return !record.target;
    default: return true;
  }
}

bool is_release(const std::optional<Review>& review) { return review && review->action == ReviewAction::kRelease; }

// The epoch that published it was a release, whatever became of the file since: it may land late, after a reject.
bool was_released(const FileRecord& record, const std::string& epoch) {
  if (std::to_string(record.epoch) == epoch && is_release(record.review)) return true;
  return std::ranges::any_of(record.history, [&](const HistoryEntry& entry) {
    return std::to_string(entry.epoch) == epoch && is_release(entry.review);
  });
}

}  // namespace

// The bytes are good, and where a sidecar is required one that states them was sent at some time.
bool World::may_pass(const Accepted& file) const {
  const std::string& key = file.event.ref.key.value();
  if (!file.good || !options_.sidecars || !key.starts_with("b/") || key.ends_with(".sha256")) return file.good;
  const std::string stated = tests::sha256_line(file.bytes, key.substr(key.rfind('/') + 1));
  return sidecars_sent_.contains({key + ".sha256", stated});
}

// A companion can be read, was used by a file, and is in output only if such a file was published there.
void World::check_companion(const Accepted& file, const FileRecord& record) {
  if (record.decision && !record.decision->companions.empty()) files_with_companions_ += 1;
  if (record.status != FileStatus::kCompanion) return;
  companions_ += 1;
  const std::string name = describe(record.origin);
  if (!file.good) fail("a companion that cannot be read: " + name);
  bool used = false;
  for (const Accepted& other : accepted_) {
    const auto user = base_.record(other.event);
    if (!user || user->origin.key.value() + ".sha256" != record.origin.key.value()) continue;
    // A rerun may have taken another one since, and a release that found no end has no verdict any more.
    for (const HistoryEntry& entry : user->history) used = used || entry.review.has_value();
    for (const auto* const decision : {&user->decision, &user->prior_decision})
      if (*decision)
        for (const CompanionUse& use : (*decision)->companions)
          used = used || use.sha256 == record.decision->verdict.digests.sha256;
  }
  if (!used) fail("a companion that no file used: " + name);
}

const std::vector<ObjectInfo>& World::targets() {
  if (std::exchange(seen_in_targets_, base_.objects.changes()) == base_.objects.changes()) return targets_;
  targets_.clear();
  for (const BucketName& bucket : {base_.settings.output, base_.settings.quarantine})
    for (const ObjectInfo& version : base_.versions(bucket)) {
      auto info = base_.objects.head(base_.context(), version.ref);
      if (!info.ok()) continue;
      info->latest = version.latest;
      targets_.push_back(*std::move(info));
    }
  return targets_;
}

// (a): the very bytes.
bool World::has_copy(const Accepted& accepted) {
  if (base_.objects.head(base_.context(), accepted.event.ref).ok()) return true;
  const std::uint64_t crc = crc64nvme(as_bytes(accepted.bytes));
  return std::ranges::any_of(targets(), [&](const ObjectInfo& info) {
    return meta(info, kMetaId) == accepted.id.value() && info.size == accepted.bytes.size() && info.crc64nvme == crc;
  });
}

// (e): the current version of an output key never gives way to an older one. A replacement that names what it replaces
// by an etag can be deceived where the key was emptied and filled again with the same bytes meanwhile, by a plain copy
// that asks no fence; never with publish: exact.
void World::check_newest_stays() {
  for (const ObjectInfo& info : targets()) {
    if (!info.latest || info.ref.bucket != base_.settings.output) continue;
    const std::string& key = info.ref.key.value();
    const auto before = current_out_.find(key);
    if (before != current_out_.end() && before->second.ref != info.ref) {
      const auto was = standing_of(before->second);
      const auto is = standing_of(info);
      const bool still_there = base_.objects.head(base_.context(), before->second.ref).ok();
      const bool deceived = !options_.publish_exact && options_.create_only_copy &&
                            taken_etags_.contains(key + " " + before->second.etag.value());
      if (was && is && still_there && !deceived && is_newer(OutMarker::Comparator::kTime, *was, *is))
        fail("(e) " + describe(info.ref) + " took the place of a newer version");
    }
    current_out_[key] = info;
  }
}

// What (b) and (c) remember.
void World::see_versions() {
  for (const ObjectInfo& info : targets()) {
    if (meta(info, kMetaId).empty() || !seen_versions_.insert(describe(info.ref)).second) continue;
    trace("published " + describe(info.ref) + " of " + meta(info, kMetaId) + "." + meta(info, kMetaEpoch));
    published_[meta(info, kMetaId) + "." + meta(info, kMetaEpoch)].push_back(info.ref);
  }
}

// (d) and (f)
void World::check_output_is_judged() {
  for (const ObjectInfo& info : targets()) {
    const std::string id = meta(info, kMetaId);
    if (id.empty()) continue;
    const auto record = base_.record(FileId{id});
    if (!record) {
      fail("(d) " + describe(info.ref) + " has no record");
      continue;
    }
    if (info.ref.bucket != base_.settings.output || was_released(*record, meta(info, kMetaEpoch))) continue;
    for (const Accepted& file : accepted_)
      if (file.id == record->id && !may_pass(file))
        fail("(f) " + describe(info.ref) + " was neither valid nor released");
  }
}

// (c): a second one only where a call without an answer took effect after the key was emptied: by its consumer, by
// retention, or by a review that moved it on; with publish: exact never in output.
bool World::was_moved_on(const std::string& published) {
  const std::size_t dot = published.find('.');
  const auto record = base_.record(FileId{published.substr(0, dot)});
  return record && std::to_string(record->epoch) != published.substr(dot + 1);
}

void World::check_no_duplicates() {
  for (const auto& [name, places] : published_) {
    if (places.size() < 2) continue;
    const auto was_left = [&](const ObjectRef& place) {
      const bool in_quarantine = place.bucket == base_.settings.quarantine;
      if (options_.publish_exact && !in_quarantine) return false;
      return emptied_.contains(describe(place.bucket, place.key)) || (in_quarantine && was_moved_on(name));
    };
    // One of them is where it belongs.
    const auto left = static_cast<std::size_t>(std::ranges::count_if(places, was_left));
    if (had_late_copy_ && left + 1 >= places.size()) continue;
    std::string where;
    for (const ObjectRef& place : places) where += " " + describe(place);
    fail("(c) " + name + " was published " + std::to_string(places.size()) + " times:" + where);
  }
}

void World::check_always() {
  if (!failure_.empty()) return;
  for (const Accepted& accepted : accepted_)
    if (!accepted.ended && !has_copy(accepted)) fail("(a) no copy of " + describe(accepted.event.ref) + " is left");
  see_versions();
  check_newest_stays();
  check_output_is_judged();
  check_no_duplicates();
}

bool World::is_at_rest() {
  for (const Accepted& file : accepted_) {
    const auto record = base_.record(file.event);
    const bool there = base_.objects.head(base_.context(), file.event.ref).ok();
    if (!record && there && file.event.time >= base_.settings.adopted_at) return false;
    if (!record) continue;
    if (record->status == FileStatus::kVanished) {
      if (there && base_.objects.head(base_.context(), {file.event.ref.bucket, file.event.ref.key, {}}).ok())
        return false;
      continue;
    }
    if (!is_final(*record) || record->open || (there && record->source == file.event.ref)) return false;
  }
  return true;
}

void World::check_needs_operator() {
  for (const Accepted& file : accepted_) {
    const auto record = base_.record(file.event);
    if (!record || is_final(*record) || record->status == FileStatus::kVanished) continue;
    if (record->open || base_.objects.head(base_.context(), record->source).ok())
      fail("stuck without an operator: " + describe(file.event.ref) + " is " + std::string(to_string(record->status)));
  }
}

void World::check_at_rest() {
  for (const Accepted& file : accepted_) {
    const auto record = base_.record(file.event);
    const bool there = base_.objects.head(base_.context(), file.event.ref).ok();
    const std::string name = describe(file.event.ref);
    if (!record) {
      if (there && file.event.time >= base_.settings.adopted_at) fail("(g) " + name + " has no record");
      continue;
    }
    const std::string state = name + " is " + std::string(to_string(record->status)) + " after attempt " +
                              std::to_string(record->attempt) + ": " + record->last_error;
    if (record->status == FileStatus::kVanished) {
      const bool hidden = base_.objects.head(base_.context(), {file.event.ref.bucket, file.event.ref.key, {}})
                              .failed_with(ErrorCode::kNotFound);
      if (there && !hidden) fail("stuck: " + state);
      continue;
    }
    if (!is_final(*record)) fail("stuck: " + state);
    if (record->open) fail("still open: " + state);
    const bool stays = record->status == FileStatus::kIgnored || record->status == FileStatus::kRejected;
    if (there && (has_published_target(*record) || !stays)) fail("(b) source left: " + state);
    check_final(file, *record, state);
    check_companion(file, *record);
  }
}

// What a file has become, against what it is and what it went through.
void World::check_final(const Accepted& file, const FileRecord& record, const std::string& state) {
  if (!is_where_it_belongs(record, base_.settings)) fail("in the wrong bucket: " + state);
  if (has_published_target(record)) {
    const ObjectRef target{record.target->bucket, record.target->key, record.target->version};
    if (!seen_versions_.contains(describe(target))) fail("(b) its target was never there: " + state);
  }
  if (record.decision) {
    const Verdict& verdict = record.decision->verdict;
    const bool strict = verdict.contract.name == "strict";
    if (record.status == FileStatus::kValid && (!may_pass(file) || strict)) fail("wrongly passed: " + state);
    if (record.status == FileStatus::kInvalid && !strict && !has_mismatch(verdict))
      fail("invalid, but no contract says so: " + state);
    if (verdict.findings_total != verdict.findings.size()) fail("findings were lost: " + state);
  }
  if (!had_silent_end_ && record.crashes > 0) fail("a crash was counted that nobody had: " + state);
  if (!record.expires_at) fail("kept for ever: " + state);
}

// Audit agrees: what it finds is a stranger's, or is excused by (a) or (c).
void World::check_audit() {
  Gate gate = base_.gate();
  const auto report = audit(gate, base_.context(), false);
  if (!report.ok()) return fail("an audit without faults failed: " + report.error().message());
  for (const AuditStray& stray : report->strays) {
    bool excused = stray.kind == AuditStray::Kind::kForeign;
    const bool exact = options_.publish_exact && stray.ref.bucket == base_.settings.output;
    excused = excused || (stray.kind == AuditStray::Kind::kDuplicate && had_late_copy_ && !exact);
    // A rename that lands late takes the file along from where its record has it.
    const bool taken_along = options_.local_form && had_late_copy_;
    for (const Accepted& file : accepted_)
      excused = excused || (stray.kind == AuditStray::Kind::kMissing && file.id == stray.id &&
                            (file.ended || (taken_along && has_copy(file))));
    const auto record = base_.record(stray.id);
    const std::string state = record ? " " + std::string(to_string(record->status)) : std::string();
    if (!excused) fail("audit: " + std::string(to_string(stray.kind)) + " " + describe(stray.ref) + state);
  }
}

}  // namespace scalper
