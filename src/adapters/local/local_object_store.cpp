#include "adapters/local/local_object_store.h"

#include <cerrno>
#include <utility>

#include "adapters/local/local_object_parts.h"
#include "base/escape.h"
#include "digest/crc64nvme.h"
#include "digest/sha256.h"
#include "ports/may_begin.h"

namespace scalper {

using local::check_key;
using local::check_metadata;
using local::kInput;
using local::no_version;

LocalObjectStore::LocalObjectStore(DataFolder& folder, Clock& clock)
    : folder_(folder),
      clock_(clock),
      posix_(folder.posix),
      journal_(folder),
      ledger_(journal_, generations_),
      files_(folder, ledger_, syncs_, clock),
      output_(folder, syncs_, journal_, "output", folder.output, folder.meta_output, Tree::kPlain),
      quarantine_(folder, syncs_, journal_, "quarantine", folder.quarantine, folder.meta_quarantine, Tree::kQuarantine),
      inbox_(files_),
      cursors_(generations_.next(clock.wall_now()) + generations_.next(clock.wall_now())) {}

LocalObjectStore::~LocalObjectStore() = default;

Result<std::unique_ptr<LocalObjectStore>> LocalObjectStore::open(DataFolder& folder, Clock& clock) {
  auto store = std::unique_ptr<LocalObjectStore>(new LocalObjectStore(folder, clock));
  if (const auto recovered = store->recover(); !recovered.ok())
    return recovered.error().within("opening the data folder");
  return store;
}

StoreCapabilities LocalObjectStore::capabilities() const {
  return {.create_only_copy = true, .copy_consumes_source = true, .immutable_versions = false};
}

Result<PublishedBucket*> LocalObjectStore::published(const BucketName& bucket) {
  for (PublishedBucket* known : {&output_, &quarantine_})
    if (known->name == bucket) return known;
  return Error(ErrorCode::kNotFound, "no bucket " + escape_text(bucket.value()));
}

Result<void> LocalObjectStore::check_known(const BucketName& bucket) {
  if (bucket.value() == kInput) return {};
  SCALPER_TRY(published(bucket));
  return {};
}

Result<void> LocalObjectStore::check_bucket(const CallContext& context, const BucketName& bucket) {
  SCALPER_TRY(may_begin(context, clock_));
  if (check_known(bucket).ok()) return {};
  return Error(ErrorCode::kInvalidArgument,
               "bucket " + escape_text(bucket.value()) + " is none of input, output and quarantine");
}

Result<AdoptedVersion> LocalObjectStore::find_input(const ObjectRef& ref) {
  if (ref.version.empty()) {
    const auto version = ledger_.current(ref.key);
    if (!version) return no_version(ref);
    return *version;
  }
  SCALPER_TRY_ASSIGN(auto version, files_.find(ref.version.value()));
  if (!version || version->key != ref.key) return no_version(ref);
  return *std::move(version);
}

Result<LocalObjectStore::Found> LocalObjectStore::find_published(PublishedBucket& bucket, const ObjectRef& ref) {
  SCALPER_TRY_ASSIGN(KeyVersions known, bucket.meta.load(ref.key));
  if (ref.version.empty()) {
    SCALPER_TRY_ASSIGN(auto current, bucket.current(known));
    if (!current) return no_version(ref);
    return Found{std::move(current->version), std::move(current->place)};
  }
  const PublishedVersion* const version = known.find(ref.version.value());
  if (version == nullptr) return no_version(ref);
  SCALPER_TRY_ASSIGN(auto place, bucket.place_of(*version));
  if (!place) {
    const auto review = ledger_.find(version->generation);
    if (!review || review->place != AdoptedVersion::Place::kReview || review->file != version->file)
      return no_version(ref);
    place.emplace();
    place->spot.dir = folder_.staging.get();
    place->spot.name = review->was;
    if (posix_.stat_at(place->spot.dir, place->spot.name, place->stat) < 0) return no_version(ref);
  }
  return Found{*version, *std::move(place)};
}

Result<std::optional<LocalObjectStore::Found>> LocalObjectStore::find_stranger(PublishedBucket& bucket,
                                                                               const ObjectKey& key) {
  SCALPER_TRY_ASSIGN(auto place, bucket.stranger(key));
  if (!place) return std::optional<Found>{};
  Found found;
  found.version.generation = local::stranger_id(place->stat);
  found.version.size = place->stat.size;
  found.version.mtime_ns = place->stat.mtime_ns;
  found.version.time = WallTime{Millis{place->stat.mtime_ns / 1'000'000}};
  found.place = *std::move(place);
  return std::optional(std::move(found));
}

// Alone with the key: between a look into its meta file and one at its path a publication would pass for a stranger.
Result<LocalObjectStore::Found> LocalObjectStore::find_at(PublishedBucket& bucket, const ObjectRef& ref) {
  const std::lock_guard lock(bucket.key_lock(ref.key));
  auto found = find_published(bucket, ref);
  if (!found.failed_with(ErrorCode::kNotFound)) return found;
  SCALPER_TRY_ASSIGN(auto stranger, find_stranger(bucket, ref.key));
  if (!stranger || (!ref.version.empty() && ref.version.value() != stranger->version.generation)) return found;
  return *std::move(stranger);
}

ObjectInfo LocalObjectStore::describe(const AdoptedVersion& version, bool latest) const {
  ObjectInfo info;
  info.ref = {BucketName{kInput}, version.key, VersionId{version.generation}};
  info.size = version.size;
  info.etag = ETag{version.generation};
  info.last_modified = version.time;
  info.crc64nvme = version.crc64nvme;
  info.latest = latest;
  info.content_type = version.content_type;
  info.metadata = version.metadata;
  return info;
}

ObjectInfo LocalObjectStore::describe(const PublishedBucket& bucket, const ObjectKey& key, const Found& found) const {
  ObjectInfo info;
  info.ref = {bucket.name, key, VersionId{found.version.generation}};
  info.size = found.place.stat.size;
  info.etag = ETag{found.version.generation};
  info.last_modified = found.version.time;
  info.latest = true;
  const bool untouched =
      found.place.stat.size == found.version.size && found.place.stat.mtime_ns == found.version.mtime_ns;
  if (untouched) info.crc64nvme = found.version.crc64nvme;
  info.content_type = found.version.content_type;
  info.metadata = found.version.metadata;
  return info;
}

Result<ObjectInfo> LocalObjectStore::head(const CallContext& context, const ObjectRef& ref) {
  SCALPER_TRY(may_begin(context, clock_));
  if (ref.bucket.value() == kInput) {
    SCALPER_TRY_ASSIGN(const AdoptedVersion version, find_input(ref));
    const auto newest = ledger_.current(ref.key);
    return describe(version, newest && newest->generation == version.generation);
  }
  SCALPER_TRY_ASSIGN(PublishedBucket* const bucket, published(ref.bucket));
  SCALPER_TRY_ASSIGN(Found found, find_at(*bucket, ref));
  const bool ours = is_generation(found.version.generation);
  const bool readable = found.place.stat.kind == FileKind::kRegular;  // a link or a pipe has its name, and no bytes
  if (!ours && readable && ref.version.empty()) {  // whoever asks for what is there now may want to compare it
    const Fd file(posix_.open(found.place.spot.dir, found.place.spot.name, OpenFor::kRead));
    SCALPER_TRY_ASSIGN(const auto digests, local::digest_file(context, clock_, posix_, file));
    found.version.crc64nvme = digests.crc64nvme;
  }
  return describe(*bucket, ref.key, found);
}

Result<Seal> LocalObjectStore::seal(const CallContext& context, const ObjectRef& ref) {
  SCALPER_TRY(may_begin(context, clock_));
  if (ref.bucket.value() != kInput) {
    SCALPER_TRY_ASSIGN(PublishedBucket* const bucket, published(ref.bucket));
    return seal_review(*bucket, ref);
  }
  SCALPER_TRY_ASSIGN(const AdoptedVersion version, find_input(ref));
  SCALPER_TRY_ASSIGN(const auto hold, files_.hold(version));
  SCALPER_TRY(local::make_durable(*hold));
  const int whole = hold->is_whole();  // what was read and synced is what is there
  if (whole < 0) return posix_error(whole, "asking for a lease");
  if (whole == 0) return hold->gone ? no_version(ref) : files_.give_back(*hold);
  return local::seal_of(hold->from(), hold->stat);
}

Result<void> LocalObjectStore::confirm(const CallContext& context, const ObjectRef& ref, const Seal& seal,
                                       const std::string& sha256_hex) {
  SCALPER_TRY(may_begin(context, clock_));
  if (ref.bucket.value() != kInput) {
    SCALPER_TRY_ASSIGN(PublishedBucket* const bucket, published(ref.bucket));
    return confirm_review(context, *bucket, ref, sha256_hex);
  }
  SCALPER_TRY_ASSIGN(const AdoptedVersion version, find_input(ref));
  SCALPER_TRY_ASSIGN(const auto hold, files_.hold(version));
  if (seal != local::seal_of(hold->from(), hold->stat))
    return Error(ErrorCode::kPreconditionFailed, "the sealed bytes are not there any more");
  SCALPER_TRY_ASSIGN(const auto digests, local::digest_file(context, clock_, posix_, hold->fd));
  const int whole = hold->is_whole();
  if (whole < 0) return posix_error(whole, "asking for a lease");
  if (whole == 0) return hold->gone ? no_version(ref) : files_.give_back(*hold);
  if (digests.sha256 != sha256_hex)
    return Error(ErrorCode::kPreconditionFailed, "the bytes are not those that were judged");
  hold->note_crc(digests.crc64nvme);
  return {};
}

Result<void> LocalObjectStore::remove_version(const CallContext& context, const ObjectRef& ref, const Seal& /*seal*/) {
  SCALPER_TRY(may_begin(context, clock_));
  if (ref.version.empty()) return Error(ErrorCode::kInvalidArgument, "a removal names its version");
  SCALPER_TRY(check_known(ref.bucket));
  if (!is_generation(ref.version.value())) return {};
  if (ref.bucket.value() == kInput) return remove_input(ref);
  SCALPER_TRY_ASSIGN(PublishedBucket* const bucket, published(ref.bucket));
  return remove_published(*bucket, ref);
}

Result<void> LocalObjectStore::remove_input(const ObjectRef& ref) {
  const auto version = ledger_.find(ref.version.value());
  if (!version || version->key != ref.key || version->place == AdoptedVersion::Place::kReview) return {};
  const std::string& generation = version->generation;
  if (version->published) {
    if (!files_.drop_original(*version, version->offered_ctime_ns))
      return Error(ErrorCode::kUnavailable, "a file that was published as a copy cannot be removed");
    ledger_.forget(generation);
    return {};
  }
  if (version->is_offered()) {
    auto dropped = drop_offer(*version);
    if (dropped.failed_with(ErrorCode::kNotFound)) return finish_published(*version);
    if (!dropped.ok()) return dropped;
  }
  if (const auto hold = files_.held(generation)) {
    const std::lock_guard lock(hold->mutex);
    if (hold->gone) return {};
    if (hold->original) (void)posix_.unlink(hold->dir(), hold->name);  // a copy
    SCALPER_TRY(files_.remove_recorded(*version));
    files_.release(*hold);
    return {};
  }
  SCALPER_TRY(files_.remove_recorded(*version));
  ledger_.forget(generation);
  return {};
}

// The move had happened, and an error came after it: what is at its old name is not it.
Result<void> LocalObjectStore::finish_published(const AdoptedVersion& version) {
  if (const auto hold = files_.held(version.generation)) {
    const std::lock_guard lock(hold->mutex);
    if (hold->gone) return {};
    SCALPER_TRY(files_.put_aside(hold->dir(), hold->name, "replaced-by." + version.generation));
    files_.release(*hold);
    return {};
  }
  return finish_recovered(version);
}

// Moved out of sight before it is looked at: nothing can come between the look and the end.
Result<void> LocalObjectStore::remove_published(PublishedBucket& bucket, const ObjectRef& ref) {
  const std::lock_guard lock(bucket.key_lock(ref.key));
  SCALPER_TRY_ASSIGN(KeyVersions known, bucket.meta.load(ref.key));
  const PublishedVersion* const version = known.find(ref.version.value());
  if (version == nullptr) return {};
  SCALPER_TRY_ASSIGN(auto place, bucket.place_of(*version));
  if (place) {
    const std::string aside = "rm." + generations_.next(clock_.wall_now());
    const int staging = folder_.staging.get();
    const int moved = posix_.rename(place->spot.dir, place->spot.name, staging, aside, RenameMode::kCreateOnly);
    if (moved < 0 && moved != -ENOENT) return posix_error(moved, "removing a file of " + bucket.name.value());
    FileStat st;
    if (moved >= 0 && posix_.stat_at(staging, aside, st) >= 0) {
      if (identity_of(st) == version->file) {
        if (const int gone = posix_.unlink(staging, aside); gone < 0) {
          (void)posix_.rename(staging, aside, place->spot.dir, place->spot.name, RenameMode::kCreateOnly);
          return posix_error(gone, "removing a file of " + bucket.name.value());
        }
      } else if (posix_.rename(staging, aside, place->spot.dir, place->spot.name, RenameMode::kCreateOnly) < 0) {
        SCALPER_TRY(files_.put_aside(staging, aside, "stranger." + aside));
      }
    }
    SCALPER_TRY(bucket.sync(place->spot));
    bucket.tidy(version->path);
  }
  const auto review = ledger_.find(version->generation);
  if (review && review->place == AdoptedVersion::Place::kReview && review->bucket == bucket.name &&
      !review->is_offered()) {
    SCALPER_TRY(files_.remove_recorded(*review));
    ledger_.forget(version->generation);
  }
  known.erase(ref.version.value());
  bucket.meta.store_lazily(known);
  return {};
}

Result<AdoptedVersion> LocalObjectStore::stage(const CallContext& context, ByteSource& body, std::uint64_t& crc) {
  AdoptedVersion version;
  version.place = AdoptedVersion::Place::kStaging;
  version.generation = ledger_.next_generation(clock_.wall_now());
  const std::string upload = "up." + version.generation;
  const int made = posix_.open(folder_.staging.get(), upload, OpenFor::kCreate);
  if (made < 0) return posix_error(made, "making a file in .scalper/staging");
  const Fd file(made);
  const auto written = local::write_body(context, posix_, body, file, crc);
  FileStat st;
  int code = 0;
  if (written.ok()) code = posix_.sync(made);
  if (written.ok() && code >= 0) code = posix_.stat(made, st);
  if (!written.ok() || code < 0) {
    (void)posix_.unlink(folder_.staging.get(), upload);  // never accepted
    return written.ok() ? posix_error(code, "syncing an upload") : written.error();
  }
  version.file = identity_of(st);
  version.size = st.size;
  version.time = time_of_generation(version.generation);
  return version;
}

Result<ObjectInfo> LocalObjectStore::put(const CallContext& context, const BucketName& bucket, const ObjectKey& key,
                                         ByteSource& body, const Metadata& metadata, const std::string& content_type,
                                         bool create_only) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY(check_key(key));
  SCALPER_TRY(check_metadata(metadata));
  SCALPER_TRY(check_known(bucket));
  std::uint64_t crc = 0;
  SCALPER_TRY_ASSIGN(AdoptedVersion version, stage(context, body, crc));
  version.key = key;
  version.metadata = metadata;
  version.content_type = content_type;
  version.crc64nvme = crc;
  auto answer =
      bucket.value() == kInput ? put_input(version, create_only) : put_published(bucket, version, crc, create_only);
  if (!answer.ok()) (void)posix_.unlink(folder_.staging.get(), "up." + version.generation);
  return answer;
}

Result<ObjectInfo> LocalObjectStore::take_in(const CallContext& context, const Fd& dir, const std::string& name,
                                             const std::string& generation, const ObjectKey& key,
                                             const Metadata& metadata, const std::string& content_type) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY(check_key(key));
  SCALPER_TRY(check_metadata(metadata));
  FileStat st;
  if (const int code = posix_.stat_at(dir.get(), name, st); code < 0)
    return code == -ENOENT ? Error(ErrorCode::kNotFound, "the upload is gone")
                           : posix_error(code, "looking at an upload");
  AdoptedVersion version;
  version.place = AdoptedVersion::Place::kStaging;
  version.generation = generation;
  version.key = key;
  version.file = identity_of(st);
  version.size = st.size;
  version.time = time_of_generation(version.generation);
  version.metadata = metadata;
  version.content_type = content_type;
  SCALPER_TRY(files_.adopt_from(dir, name, version));
  if (const int code = posix_.sync(dir.get()); code < 0) return posix_error(code, "syncing a folder of uploads");
  ledger_.settle(version.generation);
  return describe(version, true);
}

Result<ObjectInfo> LocalObjectStore::put_input(const AdoptedVersion& version, bool create_only) {
  std::unique_lock<std::mutex> alone;
  if (create_only) {
    alone = std::unique_lock(input_create_);
    if (ledger_.current(version.key))
      return Error(ErrorCode::kAlreadyExists, "an object is at " + escape_text(version.key.value()));
  }
  SCALPER_TRY(files_.adopt_staged(version));
  // Its folder is synced, and no other was changed: nothing may refuse it any more.
  ledger_.settle(version.generation);
  return describe(version, true);
}

}  // namespace scalper
