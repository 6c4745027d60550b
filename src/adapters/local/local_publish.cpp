// LocalObjectStore: what moves bytes to their target.

#include <algorithm>
#include <cerrno>
#include <utility>

#include "adapters/local/local_object_parts.h"
#include "adapters/local/superseded.h"
#include "base/escape.h"
#include "ports/may_begin.h"
#include "ports/metadata.h"

namespace scalper {
namespace {

constexpr int kTries = 8;

Error taken(const ObjectKey& key) { return {ErrorCode::kAlreadyExists, "an object is at " + escape_text(key.value())}; }
Error changed(const ObjectKey& key) {
  return {ErrorCode::kPreconditionFailed, "another version is current at " + escape_text(key.value())};
}

}  // namespace

Result<void> LocalObjectStore::check_request(const CopyRequest& request) {
  SCALPER_TRY(local::check_key(request.key));
  SCALPER_TRY(local::check_metadata(request.metadata));
  if (request.source.version.empty()) return Error(ErrorCode::kInvalidArgument, "a copy names its source's version");
  SCALPER_TRY(published(request.bucket));
  if (request.source.bucket.value() == local::kInput) {
    SCALPER_TRY_ASSIGN(const auto version, find_input(request.source));
    if (version.generation != request.source_etag.value())
      return Error(ErrorCode::kPreconditionFailed, "the source has another etag");
    return {};
  }
  SCALPER_TRY_ASSIGN(PublishedBucket* const from, published(request.source.bucket));
  SCALPER_TRY_ASSIGN(const auto found, find_published(*from, request.source));
  if (found.version.generation != request.source_etag.value())
    return Error(ErrorCode::kPreconditionFailed, "the source has another etag");
  return {};
}

Result<void> LocalObjectStore::drop_offer(const AdoptedVersion& version) {
  SCALPER_TRY_ASSIGN(PublishedBucket* const bucket, published(BucketName{version.offered_bucket}));
  const std::lock_guard lock(bucket->key_lock(version.offered_key));
  SCALPER_TRY_ASSIGN(KeyVersions known, bucket->meta.load(version.offered_key));
  if (const auto* const begun = known.find(version.generation); begun != nullptr) {
    SCALPER_TRY_ASSIGN(const bool published, bucket->is_published(*begun));
    if (published) return Error(ErrorCode::kNotFound, "the source was published before");
    known.erase(version.generation);
    SCALPER_TRY(bucket->meta.store(known, ""));
  }
  ledger_.clear_offer(version.generation);
  return {};
}

Result<CopyAnswer> LocalObjectStore::copy(const CallContext& context, const CopyRequest& request) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY(check_request(request));
  return copy_to(request, std::nullopt);
}

Result<CopyAnswer> LocalObjectStore::copy_to(const CopyRequest& request, const std::optional<ETag>& if_match) {
  SCALPER_TRY_ASSIGN(PublishedBucket* const bucket, published(request.bucket));
  if (const auto known = ledger_.find(request.source.version.value());
      known && known->is_offered() && !known->published &&
      (known->offered_bucket != request.bucket.value() || known->offered_key != request.key))
    SCALPER_TRY(drop_offer(*known));
  Publication publication{.bucket = *bucket, .key = request.key, .metadata = request.metadata, .if_match = if_match};
  auto answer = copy_under_locks(request, publication);
  write_out_old(*bucket);
  return answer;
}

Result<CopyAnswer> LocalObjectStore::copy_under_locks(const CopyRequest& request, Publication& publication) {
  std::mutex& target = publication.bucket.key_lock(request.key);
  if (request.source.bucket.value() == local::kInput) {
    const std::lock_guard lock(target);
    return copy_locked(request, publication);
  }
  SCALPER_TRY_ASSIGN(PublishedBucket* const from, published(request.source.bucket));
  std::mutex& source = from->key_lock(request.source.key);
  if (&source == &target) {
    const std::lock_guard lock(target);
    return copy_review(*from, request, publication);
  }
  const std::scoped_lock both(source, target);
  return copy_review(*from, request, publication);
}

Result<CopyAnswer> LocalObjectStore::copy_locked(const CopyRequest& request, Publication& publication) {
  SCALPER_TRY_ASSIGN(const AdoptedVersion version, find_input(request.source));
  SCALPER_TRY_ASSIGN(const auto hold, files_.hold(version));
  const std::lock_guard alone(hold->mutex);
  if (hold->gone) return local::no_version(request.source);
  if (!request.seal.empty() && request.seal != local::seal_of(hold->from(), hold->stat))
    return Error(ErrorCode::kPreconditionFailed, "the sealed bytes are not there any more");
  SCALPER_TRY(local::make_durable(*hold));
  Source source;
  source.generation = version.generation;
  source.dir = hold->dir();
  source.name = hold->name;
  source.from = hold->from();
  source.dir_sync = &hold->dir_sync();
  source.folder = hold->in_staging ? &folder_.staging : &folder_.in;
  source.stat = hold->stat;
  source.time = version.time;
  source.crc64nvme = hold->crc();
  source.content_type = version.content_type;
  source.metadata = version.metadata;
  source.known = version;
  source.known->offered_ctime_ns = hold->original ? hold->original->ctime_ns : 0;
  source.hold = hold.get();
  auto answer = publish(source, publication);
  if (answer.ok()) {
    files_.release(*hold);
  } else if (answer.failed_with(ErrorCode::kNotFound) && hold->is_whole() == 0) {
    return files_.give_back_locked(*hold);
  }
  return answer;
}

Result<void> LocalObjectStore::undo(Publication& publication, const Source& source) {
  SCALPER_TRY(publication.bucket.meta.store(publication.known, ""));
  if (source.known) ledger_.clear_offer(source.generation);
  return {};
}

Result<CopyAnswer> LocalObjectStore::publish(Source& source, Publication& publication) {
  for (int round = 0; round < kTries; ++round) {
    SCALPER_TRY_ASSIGN(auto answer, publish_once(source, publication));
    if (answer) return *std::move(answer);
  }
  return Error(ErrorCode::kUnavailable, "others keep changing the target");
}

// An Error: somebody wants to write to the file, or it is not known.
Result<void> LocalObjectStore::check_undisturbed(const Source& source) {
  int whole = 1;
  if (source.hold != nullptr) whole = source.hold->is_whole();
  if (source.lease != nullptr) whole = posix_.has_lease(source.lease->get());
  if (whole < 0) return posix_error(whole, "asking for a lease");
  if (whole == 1) return {};
  // A version of input is withdrawn then; a file under review stays where it is, for another try.
  if (source.hold != nullptr) return Error(ErrorCode::kNotFound, "the source is gone: its sender writes to it");
  return Error(ErrorCode::kUnavailable, "somebody writes to the file under review");
}

// nullopt: once more.
Result<std::optional<CopyAnswer>> LocalObjectStore::publish_once(Source& source, Publication& publication) {
  PublishedBucket& bucket = publication.bucket;
  SCALPER_TRY_ASSIGN(publication.known, bucket.meta.load(publication.key));
  if (const auto* const begun = publication.known.find(source.generation); begun != nullptr) {
    SCALPER_TRY_ASSIGN(const bool published, bucket.is_published(*begun));
    if (published && begun->from == source.from) return Error(ErrorCode::kNotFound, "the source was published before");
    publication.known.erase(source.generation);  // of an earlier try that could not be undone
  }
  SCALPER_TRY(prune(bucket, publication.known));
  SCALPER_TRY_ASSIGN(Target target, choose_target(publication));
  const PublishedVersion version = planned_version(source, publication, target);
  KeyVersions next = publication.known;
  next.versions.push_back(version);
  std::string offer;
  if (source.known) {
    source.known->offered_bucket = bucket.name.value();
    source.known->offered_key = publication.key;
    ledger_.note_offer(*source.known);
    offer = AdoptionLedger::offer_line(*source.known);
  }
  if (const auto stored = bucket.meta.store(next, offer); !stored.ok()) {
    if (source.known) ledger_.clear_offer(source.generation);
    return stored.error();
  }
  if (const auto undisturbed = check_undisturbed(source); !undisturbed.ok()) {
    SCALPER_TRY(undo(publication, source));
    return undisturbed.error();
  }
  SCALPER_TRY_ASSIGN(const bool moved, move(source, publication, target, version));
  if (!moved) {
    SCALPER_TRY(undo(publication, source));
    return std::optional<CopyAnswer>{};
  }
  SCALPER_TRY(bucket.sync(target.spot));
  if (const int code = source.dir_sync->sync(posix_, *source.folder); code < 0)
    return posix_error(code, "syncing the folder of adopted files");
  if (target.there) SCALPER_TRY(files_.put_aside(source.dir, source.name, version.displaced_name));
  CopyAnswer answer;
  answer.version = VersionId{version.generation};
  answer.etag = ETag{version.generation};
  answer.size = version.size;
  answer.crc64nvme = version.crc64nvme;
  return std::optional(std::move(answer));
}

Result<LocalObjectStore::Target> LocalObjectStore::choose_target(const Publication& publication) {
  PublishedBucket& bucket = publication.bucket;
  Target target;
  SCALPER_TRY_ASSIGN(auto current, bucket.current(publication.known));
  if (current) {
    target.path = current->version.path;
    target.spot = std::move(current->place.spot);
    target.there = current->place.stat;
    target.there_name = current->version.generation;
    target.aside_name = superseded_name(current->version);
  } else {
    SCALPER_TRY_ASSIGN(auto free, bucket.make_place(publication.key));
    target.path = std::move(free.path);
    target.spot = std::move(free.spot);
    target.there = free.there;
    if (free.there) target.there_name = target.aside_name = local::stranger_id(*free.there);
  }
  if (publication.if_match && publication.if_match->value() != target.there_name) return changed(publication.key);
  if (!publication.if_match && !publication.replace_any && target.there) return taken(publication.key);
  return target;
}

PublishedVersion LocalObjectStore::planned_version(const Source& source, const Publication& publication,
                                                   const Target& target) {
  PublishedVersion version;
  version.generation = source.generation;
  version.from = source.from;
  version.path = target.path;
  version.file = identity_of(source.stat);
  version.size = source.stat.size;
  version.mtime_ns = source.stat.mtime_ns;
  version.time = std::max(clock_.wall_now(), source.time);
  version.crc64nvme = source.crc64nvme;
  if (target.there) {
    version.displaced = identity_of(*target.there);
    version.displaced_name = target.aside_name;
  }
  version.content_type = source.content_type;
  version.metadata = merge_metadata(source.metadata, publication.metadata);
  return version;
}

// False: nothing moved, and what has the name is to be looked at again. An Error: nothing moved, and what was written
// down is undone; or (kUnavailable) it is not known.
Result<bool> LocalObjectStore::move(const Source& source, Publication& publication, const Target& target,
                                    const PublishedVersion& version) {
  const Spot& spot = target.spot;
  const RenameMode mode = target.there ? RenameMode::kExchange : RenameMode::kCreateOnly;
  const int code = posix_.rename(source.dir, source.name, spot.dir, spot.name, mode);
  FileStat left;
  const int looked = posix_.stat_at(source.dir, source.name, left);
  if (looked < 0 && looked != -ENOENT) return posix_error(looked, "looking whether a file was published");
  const bool is_left = looked >= 0 && identity_of(left) == version.file;
  if (code < 0 && is_left) {
    if (code == -EEXIST || code == -ENOENT) return false;
    SCALPER_TRY(undo(publication, source));
    return posix_error(code, "publishing a file");
  }
  if (code < 0 && looked == -ENOENT && code == -ENOENT) {  // somebody emptied our own folder
    SCALPER_TRY(undo(publication, source));
    return Error(ErrorCode::kNotFound, "the file is gone");
  }
  const bool expected = !target.there || (looked >= 0 && identity_of(left) == version.displaced);
  const auto undisturbed = check_undisturbed(source);
  if (expected && undisturbed.ok()) return true;
  // A stranger's file was displaced, or a sender wants to write: as it was before.
  const int back = posix_.rename(spot.dir, spot.name, source.dir, source.name, mode);
  if (back < 0) return posix_error(back, "taking a publication back");
  if (expected) {
    SCALPER_TRY(undo(publication, source));
    return undisturbed.error();
  }
  return false;
}

Result<UploadId> LocalObjectStore::begin_replace(const CallContext& context, const CopyRequest& request) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY(check_request(request));
  const UploadId id{generations_.next(clock_.wall_now())};
  const std::lock_guard lock(mutex_);
  uploads_.emplace(id, std::make_shared<Upload>(request.bucket, request.key));
  return id;
}

Result<CopyAnswer> LocalObjectStore::complete_replace(const CallContext& context, const CopyRequest& request,
                                                      const UploadId& upload, const ETag& if_match) {
  SCALPER_TRY(may_begin(context, clock_));
  std::shared_ptr<Upload> open;
  {
    const std::lock_guard lock(mutex_);
    const auto found = uploads_.find(upload);
    if (found != uploads_.end() && found->second->bucket == request.bucket && found->second->key == request.key)
      open = found->second;
  }
  const Error none{ErrorCode::kNotFound, "no such upload: it was aborted or completed"};
  if (!open) return none;
  const std::lock_guard alone(open->mutex);  // abort_replace() waits here until this try is over
  if (open->over) return none;
  SCALPER_TRY(check_request(request));
  auto answer = copy_to(request, if_match);
  if (!answer.ok()) return answer;
  open->over = true;
  const std::lock_guard lock(mutex_);
  uploads_.erase(upload);
  return answer;
}

Result<void> LocalObjectStore::abort_replace(const CallContext& context, const BucketName& bucket, const ObjectKey& key,
                                             const UploadId& upload) {
  SCALPER_TRY(may_begin(context, clock_));
  std::shared_ptr<Upload> open;
  {
    const std::lock_guard lock(mutex_);
    const auto found = uploads_.find(upload);
    if (found == uploads_.end() || found->second->bucket != bucket || found->second->key != key) return {};
    open = found->second;
    uploads_.erase(found);
  }
  const std::lock_guard alone(open->mutex);
  open->over = true;
  return {};
}

Result<ObjectInfo> LocalObjectStore::put_published(const BucketName& bucket, const AdoptedVersion& version,
                                                   std::uint64_t crc, bool create_only) {
  SCALPER_TRY_ASSIGN(PublishedBucket* const to, published(bucket));
  Source source;
  source.generation = version.generation;
  source.dir = folder_.staging.get();
  source.name = "up." + version.generation;
  source.from = "staging/" + source.name;
  source.dir_sync = &folder_.staging_sync;
  source.folder = &folder_.staging;
  if (const int code = posix_.stat_at(source.dir, source.name, source.stat); code < 0)
    return posix_error(code, "looking at an upload");
  source.time = version.time;
  source.crc64nvme = crc;
  source.content_type = version.content_type;
  source.metadata = version.metadata;
  Publication publication{.bucket = *to, .key = version.key, .metadata = {}, .replace_any = !create_only};
  const std::lock_guard lock(to->key_lock(version.key));
  SCALPER_TRY(publish(source, publication));
  SCALPER_TRY_ASSIGN(const Found found, find_published(*to, {bucket, version.key, VersionId{version.generation}}));
  return describe(*to, version.key, found);
}

}  // namespace scalper
