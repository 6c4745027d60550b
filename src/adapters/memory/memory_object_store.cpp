#include "adapters/memory/memory_object_store.h"

#include <algorithm>
#include <array>

#include "base/escape.h"
#include "digest/crc64nvme.h"
#include "digest/sha256.h"
#include "ports/may_begin.h"
#include "ports/metadata.h"

namespace scalper {
namespace {

Error not_found(const ObjectRef& ref) {
  return {ErrorCode::kNotFound, "no version " + escape_text(ref.version.value()) + " of " +
                                    escape_text(ref.key.value()) + " in " + escape_text(ref.bucket.value())};
}

Result<void> check_key(const ObjectKey& key) {
  if (key.empty() || key.value().size() > kMaxKeyBytes)
    return Error{ErrorCode::kInvalidArgument, "a key has 1 to 1024 bytes"};
  return {};
}

Result<void> check_metadata(const Metadata& metadata) {
  if (metadata_bytes(metadata) > kMaxMetadataBytes)
    return Error{ErrorCode::kInvalidArgument, "more than 2048 bytes of metadata"};
  return {};
}

ETag etag_of(const std::string& bytes) { return ETag{to_hex(sha256(as_bytes(bytes))).substr(0, 32)}; }

Result<std::string> read_all(const CallContext& context, ByteSource& body) {
  std::string bytes;
  std::array<std::byte, 65536> chunk{};
  for (;;) {
    SCALPER_TRY_ASSIGN(const std::size_t n, body.read(context, chunk));
    if (n == 0) return bytes;
    bytes += as_text(Bytes(chunk).first(n));
  }
}

}  // namespace

MemoryObjectStore::MemoryObjectStore(Clock& clock, MemoryObjectStoreOptions options)
    : clock_(clock), options_(options), ids_(options.ids), cursors_(ids_.next("s")) {}

void MemoryObjectStore::add_bucket(const BucketName& bucket, bool versioned) {
  const std::lock_guard lock(mutex_);
  buckets_[bucket].versioned = versioned;
}

StoreCapabilities MemoryObjectStore::capabilities() const {
  return {.create_only_copy = options_.create_only_copy,
          .copy_consumes_source = options_.copy_consumes_source,
          .immutable_versions = options_.immutable_versions};
}

Result<void> MemoryObjectStore::check_bucket(const CallContext& context, const BucketName& bucket) {
  SCALPER_TRY(may_begin(context, clock_));
  const std::lock_guard lock(mutex_);
  const auto found = buckets_.find(bucket);
  if (found == buckets_.end() || !found->second.versioned)
    return Error{ErrorCode::kInvalidArgument,
                 "bucket " + escape_text(bucket.value()) + " is not there or keeps no versions"};
  return {};
}

Result<ObjectInfo> MemoryObjectStore::head(const CallContext& context, const ObjectRef& ref) {
  SCALPER_TRY(may_begin(context, clock_));
  const std::lock_guard lock(mutex_);
  SCALPER_TRY_ASSIGN(const Found found, find_version(ref));
  return describe(ref, found);
}

Result<Seal> MemoryObjectStore::seal(const CallContext& context, const ObjectRef& ref) {
  SCALPER_TRY(may_begin(context, clock_));
  if (options_.immutable_versions) return Seal{};
  const std::lock_guard lock(mutex_);
  SCALPER_TRY(find_version(ref));
  return Seal{};
}

Result<void> MemoryObjectStore::confirm(const CallContext& context, const ObjectRef& ref, const Seal& /*seal*/,
                                        const std::string& sha256_hex) {
  SCALPER_TRY(may_begin(context, clock_));
  if (options_.immutable_versions) return {};
  const std::lock_guard lock(mutex_);
  SCALPER_TRY_ASSIGN(const Found found, find_version(ref));
  if (to_hex(sha256(as_bytes(found.version->content->bytes))) != sha256_hex)
    return Error{ErrorCode::kPreconditionFailed, "the bytes are not those that were judged"};
  return {};
}

Result<CopyAnswer> MemoryObjectStore::copy(const CallContext& context, const CopyRequest& request) {
  SCALPER_TRY(may_begin(context, clock_));
  if (!options_.create_only_copy)
    return Error{ErrorCode::kUnsupported, "this store cannot copy on condition that nothing is there"};
  SCALPER_TRY_ASSIGN(Version version, prepare_copy(request));
  const WallTime now = clock_.wall_now();
  const std::lock_guard lock(mutex_);
  SCALPER_TRY(find_source(request));  // it may have gone meanwhile
  SCALPER_TRY_ASSIGN(Bucket * target, find_bucket(request.bucket));
  if (current(*target, request.key))
    return Error{ErrorCode::kAlreadyExists, "an object is at " + escape_text(request.key.value())};
  const CopyAnswer answer = publish(*target, request.key, std::move(version), now);
  if (options_.copy_consumes_source) erase_version(request.source);
  return answer;
}

Result<UploadId> MemoryObjectStore::begin_replace(const CallContext& context, const CopyRequest& request) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY_ASSIGN(Version version, prepare_copy(request));
  version.etag = ETag{version.etag.value() + "-1"};  // S3's form for one part
  const std::lock_guard lock(mutex_);
  SCALPER_TRY(find_bucket(request.bucket));
  const UploadId id{ids_.next("u")};
  uploads_.emplace(id, Upload{request.bucket, request.key, request.source, std::move(version)});
  return id;
}

Result<CopyAnswer> MemoryObjectStore::complete_replace(const CallContext& context, const CopyRequest& request,
                                                       const UploadId& upload, const ETag& if_match) {
  SCALPER_TRY(may_begin(context, clock_));
  const WallTime now = clock_.wall_now();
  const std::lock_guard lock(mutex_);
  const auto open = uploads_.find(upload);
  if (open == uploads_.end() || open->second.bucket != request.bucket || open->second.key != request.key)
    return Error{ErrorCode::kNotFound, "no such upload: it was aborted or completed"};
  if (options_.copy_consumes_source) SCALPER_TRY(find_source(request));
  SCALPER_TRY_ASSIGN(Bucket * target, find_bucket(request.bucket));
  const Version* there = current(*target, request.key);
  if ((there ? there->etag : ETag{}) != if_match)
    return Error{ErrorCode::kPreconditionFailed, "another version is current at " + escape_text(request.key.value())};
  const ObjectRef source = open->second.source;
  const CopyAnswer answer = publish(*target, request.key, std::move(open->second.version), now);
  uploads_.erase(open);
  if (options_.copy_consumes_source) erase_version(source);
  return answer;
}

Result<void> MemoryObjectStore::abort_replace(const CallContext& context, const BucketName& bucket,
                                              const ObjectKey& key, const UploadId& upload) {
  SCALPER_TRY(may_begin(context, clock_));
  const std::lock_guard lock(mutex_);
  const auto open = uploads_.find(upload);
  if (open != uploads_.end() && open->second.bucket == bucket && open->second.key == key) uploads_.erase(open);
  return {};
}

Result<void> MemoryObjectStore::remove_version(const CallContext& context, const ObjectRef& ref, const Seal& /*seal*/) {
  SCALPER_TRY(may_begin(context, clock_));
  if (ref.version.empty())
    return Error{ErrorCode::kInvalidArgument, "a removal names its version"};  // else it would hide another's upload
  const std::lock_guard lock(mutex_);
  SCALPER_TRY(find_bucket(ref.bucket));
  erase_version(ref);
  return {};
}

Result<VersionId> MemoryObjectStore::hide(const CallContext& context, const BucketName& bucket, const ObjectKey& key) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY(check_key(key));
  const WallTime now = clock_.wall_now();
  const std::lock_guard lock(mutex_);
  SCALPER_TRY_ASSIGN(Bucket * there, find_bucket(bucket));
  return publish(*there, key, Version{}, now).version;
}

Result<void> MemoryObjectStore::rewrite(const CallContext& context, const ObjectRef& ref, const std::string& bytes) {
  SCALPER_TRY(may_begin(context, clock_));
  if (options_.immutable_versions) return Error{ErrorCode::kUnsupported, "the versions of this store cannot change"};
  const auto content = std::make_shared<Content>();
  content->bytes = bytes;
  content->crc64nvme = crc64nvme(as_bytes(bytes));
  const std::lock_guard lock(mutex_);
  SCALPER_TRY(find_version(ref));
  ++changes_;
  for (Version& version : buckets_[ref.bucket].keys[ref.key.value()]) {
    if (version.id != ref.version) continue;
    version.content = content;
    version.etag = etag_of(bytes);
  }
  return {};
}

Result<ObjectInfo> MemoryObjectStore::put(const CallContext& context, const BucketName& bucket, const ObjectKey& key,
                                          ByteSource& body, const Metadata& metadata, const std::string& content_type,
                                          bool create_only) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY(check_key(key));
  SCALPER_TRY(check_metadata(metadata));
  SCALPER_TRY_ASSIGN(std::string bytes, read_all(context, body));
  Version version;
  const auto content = std::make_shared<Content>();
  content->crc64nvme = crc64nvme(as_bytes(bytes));
  version.etag = etag_of(bytes);
  content->bytes = std::move(bytes);
  version.content = content;
  version.metadata = metadata;
  version.content_type = content_type;
  const WallTime now = clock_.wall_now();
  const std::lock_guard lock(mutex_);
  SCALPER_TRY_ASSIGN(Bucket * there, find_bucket(bucket));
  if (create_only && current(*there, key))
    return Error{ErrorCode::kAlreadyExists, "an object is at " + escape_text(key.value())};
  const ObjectRef ref{bucket, key, publish(*there, key, std::move(version), now).version};
  SCALPER_TRY_ASSIGN(const Found found, find_version(ref));
  return describe(ref, found);
}

Result<MemoryObjectStore::Bucket*> MemoryObjectStore::find_bucket(const BucketName& name) {
  const auto found = buckets_.find(name);
  if (found == buckets_.end()) return Error{ErrorCode::kNotFound, "no bucket " + escape_text(name.value())};
  return &found->second;
}

Result<MemoryObjectStore::Found> MemoryObjectStore::find_version(const ObjectRef& ref) {
  SCALPER_TRY_ASSIGN(Bucket * bucket, find_bucket(ref.bucket));
  const auto versions = bucket->keys.find(ref.key.value());
  if (versions == bucket->keys.end()) return not_found(ref);
  const Version& newest = versions->second.back();
  for (const Version& version : versions->second) {
    const bool meant = ref.version.empty() ? &version == &newest : version.id == ref.version;
    if (meant && version.content) return Found{&version, &version == &newest};
  }
  return not_found(ref);
}

Result<MemoryObjectStore::Found> MemoryObjectStore::find_source(const CopyRequest& request) {
  if (request.source.version.empty()) return Error{ErrorCode::kInvalidArgument, "a copy names its source's version"};
  SCALPER_TRY_ASSIGN(const Found found, find_version(request.source));
  if (found.version->etag != request.source_etag)
    return Error{ErrorCode::kPreconditionFailed, "the source has another etag"};
  return found;
}

Result<MemoryObjectStore::Version> MemoryObjectStore::prepare_copy(const CopyRequest& request) {
  SCALPER_TRY(check_key(request.key));
  SCALPER_TRY(check_metadata(request.metadata));
  Version version;
  {
    const std::lock_guard lock(mutex_);
    SCALPER_TRY_ASSIGN(const Found source, find_source(request));
    version = *source.version;
  }
  version.etag = etag_of(version.content->bytes);
  version.metadata = merge_metadata(version.metadata, request.metadata);
  return version;
}

const MemoryObjectStore::Version* MemoryObjectStore::current(const Bucket& bucket, const ObjectKey& key) {
  const auto versions = bucket.keys.find(key.value());
  if (versions == bucket.keys.end() || !versions->second.back().content) return nullptr;
  return &versions->second.back();
}

CopyAnswer MemoryObjectStore::publish(Bucket& bucket, const ObjectKey& key, Version version, WallTime now) {
  ++changes_;
  version.id = VersionId{bucket.versioned ? ids_.next("v") : "null"};
  version.order = ++order_;
  version.last_modified = now;
  Versions& versions = bucket.keys[key.value()];
  if (!bucket.versioned) versions.clear();
  versions.push_back(std::move(version));
  const Version& made = versions.back();
  CopyAnswer answer{.version = made.id, .etag = made.etag, .size = 0, .crc64nvme = std::nullopt};
  if (!made.content) return answer;
  answer.size = made.content->bytes.size();
  if (options_.copy_gives_checksum) answer.crc64nvme = made.content->crc64nvme;
  return answer;
}

void MemoryObjectStore::erase_version(const ObjectRef& ref) {
  const auto bucket = buckets_.find(ref.bucket);
  if (bucket == buckets_.end()) return;
  const auto versions = bucket->second.keys.find(ref.key.value());
  if (versions == bucket->second.keys.end()) return;
  ++changes_;
  std::erase_if(versions->second, [&](const Version& version) { return version.id == ref.version; });
  if (versions->second.empty()) bucket->second.keys.erase(versions);
}

ObjectInfo MemoryObjectStore::describe(const ObjectRef& ref, const Found& found) {
  ObjectInfo info = list_entry(ref.bucket, ref.key.value(), *found.version, found.latest);
  info.crc64nvme = found.version->content->crc64nvme;
  info.content_type = found.version->content_type;
  info.metadata = found.version->metadata;
  return info;
}

}  // namespace scalper
