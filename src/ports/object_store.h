#pragma once
// The store of objects with versions. It speaks S3's verbs (API reference 2006-03-01); the local disk imitates S3,
// never the reverse. All calls block, and are safe from many threads.
//
// Errors: kNotFound (also a delete marker asked for by version), kPermissionDenied, kThrottled, kTimeout, kUnavailable,
// kNoSpace, kCancelled, kCorrupt; others where a call names them. After kTimeout, kUnavailable, kCancelled or kInternal
// from a call that changes something the effect may have happened, or may still happen: look before trying again.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/object_ref.h"
#include "ports/byte_source.h"
#include "ports/call_context.h"

namespace scalper {

// User metadata, names in lower case without the x-amz-meta- prefix.
using Metadata = std::map<std::string, std::string>;

// Metadata names that targets carry.
inline constexpr const char* kMetaId = "scalper-id";
inline constexpr const char* kMetaSequence = "scalper-sequence";
inline constexpr const char* kMetaTime = "scalper-time";  // source's last-modified, RFC 3339
inline constexpr const char* kMetaSha256 = "scalper-sha256";
inline constexpr const char* kMetaEpoch = "scalper-epoch";
// What a record can be rebuilt from: the input version, and the status that the file was moved with.
inline constexpr const char* kMetaVersion = "scalper-version";
inline constexpr const char* kMetaStatus = "scalper-status";

struct ObjectInfo {
  ObjectRef ref;  // version filled in
  std::uint64_t size = 0;
  ETag etag;
  WallTime last_modified{};
  bool latest = false;                     // the current version of its key; S3 does not say it of an id: false
  bool delete_marker = false;              // only in listings: no bytes, no metadata
  std::optional<std::uint64_t> crc64nvme;  // only a full-object checksum
  std::string content_type;
  Metadata metadata;  // empty in listings of stores that do not list it (S3): ask head()
};

// What open() answers: like a GET, the bytes come with all that head() would say.
struct OpenedObject {
  ObjectInfo info;
  std::unique_ptr<ByteSource> body;
};

struct VersionPage {
  std::vector<ObjectInfo> versions;
  std::string next_cursor;  // empty: the end
};

struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t length = UINT64_MAX;  // to the end
};

struct CopyRequest {
  ObjectRef source;
  ETag source_etag;  // the copy is refused (kPreconditionFailed) unless the source version has it
  Seal seal;         // what seal() answered for the source in this epoch; empty before a decision (failed files)
  BucketName bucket;
  ObjectKey key;
  Metadata metadata;  // ours, added to the source's own (see merge_metadata); ours win
  // What the caller keeps up while it waits. Called by stores whose copies take several calls: before each of them and
  // before the one that publishes, by the thread that made the call and under no lock. An error is the call's own
  // answer, with nothing published. Null: nothing to keep. Not to be used once the call has returned.
  std::function<Result<void>()> meanwhile = nullptr;
};

struct CopyAnswer {
  VersionId version;
  ETag etag;
  std::uint64_t size = 0;
  std::optional<std::uint64_t> crc64nvme;  // absent: verify by head()
};

struct StoreCapabilities {
  bool create_only_copy = true;  // copy() honours "nothing there" by itself
  // copy() moves: afterwards the source version is gone and its bytes are at the target (local rename).
  bool copy_consumes_source = false;
  // A version's bytes can never change. Where false, confirm() does real work.
  bool immutable_versions = true;
};

class ObjectStore {
 public:
  virtual ~ObjectStore() = default;
  [[nodiscard]] virtual StoreCapabilities capabilities() const = 0;

  // kInvalidArgument unless the bucket exists and keeps versions.
  [[nodiscard]] virtual Result<void> check_bucket(const CallContext&, const BucketName& bucket) = 0;

  // An empty version = the current one. kNotFound if that is a delete marker.
  [[nodiscard]] virtual Result<ObjectInfo> head(const CallContext&, const ObjectRef& ref) = 0;

  // Bytes of one version. kPreconditionFailed if `if_match` is not empty and differs from its etag. kInvalidArgument if
  // the range begins beyond the end; one that begins at the end is empty.
  // Where versions are not immutable, kNotFound from open(), read() or seal() also says: this version was withdrawn
  // (a sender wrote to it), the bytes will come again as another version.
  [[nodiscard]] virtual Result<OpenedObject> open(const CallContext&, const ObjectRef& ref, const ETag& if_match,
                                                  ByteRange range) = 0;

  // After the last byte of a source from open() was read, and before the decision is written: makes exactly those
  // bytes durable and answers what copy() and look-ups need to find them. S3 and memory answer an empty seal.
  [[nodiscard]] virtual Result<Seal> seal(const CallContext&, const ObjectRef& ref) = 0;

  // Before a recorded verdict is used by anyone but the one who read the bytes: do the sealed bytes still have that
  // SHA-256, and will they stay? kPreconditionFailed: no, the verdict must be withdrawn. kNotFound: no such bytes (they
  // may have been published: look). Stores with immutable versions answer "yes" without a call.
  [[nodiscard]] virtual Result<void> confirm(const CallContext&, const ObjectRef& ref, const Seal& seal,
                                             const std::string& sha256_hex) = 0;

  // Create-only copy on the server's side, encrypted with the target's key. kAlreadyExists: the key has a current
  // version (S3: 412). kPreconditionFailed: the source changed. kNotFound: no source.
  [[nodiscard]] virtual Result<CopyAnswer> copy(const CallContext&, const CopyRequest& request) = 0;

  // Fenced replacement of the current version: begin() prepares everything but the publication, complete() publishes if
  // the key's current version has etag `if_match` (empty: if there is none), abort() makes sure that it never will.
  // complete(): kPreconditionFailed = another version is current; kNotFound = aborted, or completed before (then S3 may
  // repeat that answer). abort() succeeds also for one that is not there; after it no complete() can take effect.
  [[nodiscard]] virtual Result<UploadId> begin_replace(const CallContext&, const CopyRequest& request) = 0;
  [[nodiscard]] virtual Result<CopyAnswer> complete_replace(const CallContext&, const CopyRequest& request,
                                                            const UploadId& upload, const ETag& if_match) = 0;
  [[nodiscard]] virtual Result<void> abort_replace(const CallContext&, const BucketName& bucket, const ObjectKey& key,
                                                   const UploadId& upload) = 0;

  // Removes one version for good; a version that is not there is success. `seal` as in CopyRequest. A version id
  // "null:<etag>:<last-modified>" is removed only while the null version still shows both.
  [[nodiscard]] virtual Result<void> remove_version(const CallContext&, const ObjectRef& ref, const Seal& seal) = 0;

  // Versions and delete markers by key (bytewise), newest first within a key. `prefix` may be empty. 1 <= limit <=
  // 1000. A cursor is opaque; one that this store did not give is kInvalidArgument.
  [[nodiscard]] virtual Result<VersionPage> list_versions(const CallContext&, const BucketName& bucket,
                                                          const std::string& prefix, std::size_t limit,
                                                          const std::string& cursor) = 0;

  // Versions of exactly this key that were made at `since` or later, newest first, also those behind a delete marker;
  // without the markers themselves.
  // Published versions that their consumer has taken may be listed still (local); S3 forgets them.
  [[nodiscard]] virtual Result<VersionPage> list_key_versions(const CallContext&, const BucketName& bucket,
                                                              const ObjectKey& key, WallTime since, std::size_t limit,
                                                              const std::string& cursor) = 0;

  // A new object from bytes: uploads, reports, tests. `create_only`: kAlreadyExists if the key has a current version.
  [[nodiscard]] virtual Result<ObjectInfo> put(const CallContext&, const BucketName& bucket, const ObjectKey& key,
                                               ByteSource& body, const Metadata& metadata,
                                               const std::string& content_type, bool create_only) = 0;
};

}  // namespace scalper
