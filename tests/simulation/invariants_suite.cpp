// The promises (a) to (g), looked at after every change and at rest.

#include "model/file_id.h"
#include "pipeline/route/precedence.h"
#include "simulation/world.h"

namespace scalper {
namespace {

std::string meta(const ObjectInfo& info, const char* name) {
  const auto found = info.metadata.find(name);
  return found == info.metadata.end() ? std::string() : found->second;
}

std::string describe(const ObjectRef& ref) {
  return ref.bucket.value() + "/" + ref.key.value() + "@" + ref.version.value();
}

bool was_released(const FileRecord& record) {
  if (record.status == FileStatus::kReleased) return true;
  return record.review && record.review->action == ReviewAction::kRelease;
}

}  // namespace

// (a)
bool World::has_copy(const Accepted& accepted) {
  if (base_.objects.head(base_.context(), accepted.event.ref).ok()) return true;
  const std::string id = file_id(accepted.event.ref).value();
  for (const BucketName& bucket : {base_.settings.output, base_.settings.quarantine})
    for (const ObjectInfo& version : base_.versions(bucket)) {
      const auto info = base_.objects.head(base_.context(), version.ref);
      if (info.ok() && meta(*info, kMetaId) == id && info->size == accepted.bytes.size()) return true;
    }
  return false;
}

// (e): the current version of an output key never gives way to an older one.
void World::check_newest_stays() {
  for (const ObjectInfo& version : base_.versions(base_.settings.output)) {
    if (!version.latest) continue;
    const auto info = base_.objects.head(base_.context(), version.ref);
    if (!info.ok()) continue;
    const std::string key = version.ref.key.value();
    const auto before = current_out_.find(key);
    if (before != current_out_.end() && before->second.ref != info->ref) {
      const auto was = standing_of(before->second);
      const auto is = standing_of(*info);
      const bool still_there = base_.objects.head(base_.context(), before->second.ref).ok();
      if (was && is && still_there && is_newer(OutMarker::Comparator::kTime, *was, *is))
        fail("(e) " + describe(info->ref) + " took the place of a newer version");
    }
    current_out_[key] = *info;
  }
}

// (d) and (f), and what (c) counts.
void World::check_output_is_judged() {
  for (const BucketName& bucket : {base_.settings.output, base_.settings.quarantine})
    for (const ObjectInfo& version : base_.versions(bucket)) {
      const auto info = base_.objects.head(base_.context(), version.ref);
      if (!info.ok()) continue;
      const std::string id = meta(*info, kMetaId);
      if (id.empty()) continue;
      if (bucket == base_.settings.output && seen_versions_.insert(describe(version.ref)).second)
        published_[id + "." + meta(*info, kMetaEpoch)] += 1;
      const auto record = base_.record(FileId{id});
      if (!record) {
        fail("(d) " + describe(version.ref) + " has no record");
        continue;
      }
      for (const Accepted& file : accepted_)
        if (bucket == base_.settings.output && file_id(file.event.ref) == record->id && !file.good &&
            !was_released(*record))
          fail("(f) " + describe(version.ref) + " was neither valid nor released");
    }
}

// (c)
void World::check_no_duplicates() {
  for (const auto& [name, count] : published_) {
    const bool excused = had_late_copy_ && !emptied_.empty() && !options_.publish_exact;
    if (count > 1 && !excused) fail("(c) " + name + " was published " + std::to_string(count) + " times");
  }
}

void World::check_always() {
  if (!failure_.empty()) return;
  for (const Accepted& accepted : accepted_)
    if (!accepted.ended && !has_copy(accepted)) fail("(a) no copy of " + describe(accepted.event.ref) + " is left");
  check_newest_stays();
  check_output_is_judged();
  check_no_duplicates();
}

bool World::is_at_rest() {
  for (const Accepted& file : accepted_) {
    const auto record = base_.record(file.event);
    const bool there = base_.objects.head(base_.context(), file.event.ref).ok();
    if (!record && there) return false;
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

void World::check_at_rest() {
  for (const Accepted& file : accepted_) {
    const auto record = base_.record(file.event);
    const bool there = base_.objects.head(base_.context(), file.event.ref).ok();
    const std::string name = describe(file.event.ref);
    if (!record) {
      if (there) fail("(g) " + name + " has no record");
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
    if (there && has_published_target(*record) && record->source == file.event.ref) fail("(b) source left: " + state);
    if (!file.good && !file.ended && record->status == FileStatus::kValid) fail("wrongly passed: " + state);
  }
}

}  // namespace scalper
