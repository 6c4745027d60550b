#pragma once
// Buckets with versions in memory, as strict as the port is. Everything is gone with the process.
//
// It imitates S3 where that is harder: an etag is equal for equal bytes (that of a replacement differs from that of a
// plain object with the same bytes), a listing shows neither metadata nor checksums, an older version becomes current
// again when the newest is removed, and a replacement that was begun can be completed after its source is gone.

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/memory/ids.h"
#include "model/page_cursor.h"
#include "ports/clock.h"
#include "ports/object_store.h"

namespace scalper {

struct MemoryObjectStoreOptions {
  IdMode ids = IdMode::kRandom;
  // What capabilities() declares, and how the calls behave.
  bool create_only_copy = true;  // false: copy() answers kUnsupported
  // Imitates the local disk: copy() and complete_replace() move the bytes, and the source version is gone.
  bool copy_consumes_source = false;
  // false: seal() wants the version to be there, and confirm() compares the SHA-256 of its bytes.
  bool immutable_versions = true;
  // false: like a store that gives no full-object checksum on a copy.
  bool copy_gives_checksum = true;
};

class MemoryObjectStore final : public ObjectStore {
 public:
  explicit MemoryObjectStore(Clock& clock, MemoryObjectStoreOptions options = {});

  // A bucket that keeps versions, or one that does not: check_bucket() refuses it, and a put replaces.
  void add_bucket(const BucketName& bucket, bool versioned = true);
  // A plain DELETE as outsiders do it: hides the key behind a delete marker and answers the marker's version id,
  // by which remove_version() lifts it. kNotFound: no such bucket.
  [[nodiscard]] Result<VersionId> hide(const CallContext&, const BucketName& bucket, const ObjectKey& key);

  // An outsider writes into the file itself, as only a disk allows: other bytes and another etag under the same version
  // id. kUnsupported where versions are immutable. kNotFound: no such version.
  [[nodiscard]] Result<void> rewrite(const CallContext&, const ObjectRef& ref, const std::string& bytes);

  // How often what lies in the buckets has changed, for whoever looks at all of it again after each change.
  [[nodiscard]] std::uint64_t changes() const { return changes_; }

  [[nodiscard]] StoreCapabilities capabilities() const override;
  [[nodiscard]] Result<void> check_bucket(const CallContext&, const BucketName& bucket) override;
  [[nodiscard]] Result<ObjectInfo> head(const CallContext&, const ObjectRef& ref) override;
  [[nodiscard]] Result<OpenedObject> open(const CallContext&, const ObjectRef& ref, const ETag& if_match,
                                          ByteRange range) override;
  [[nodiscard]] Result<Seal> seal(const CallContext&, const ObjectRef& ref) override;
  [[nodiscard]] Result<void> confirm(const CallContext&, const ObjectRef& ref, const Seal& seal,
                                     const std::string& sha256_hex) override;
  [[nodiscard]] Result<CopyAnswer> copy(const CallContext&, const CopyRequest& request) override;
  [[nodiscard]] Result<UploadId> begin_replace(const CallContext&, const CopyRequest& request) override;
  [[nodiscard]] Result<CopyAnswer> complete_replace(const CallContext&, const CopyRequest& request,
                                                    const UploadId& upload, const ETag& if_match) override;
  [[nodiscard]] Result<void> abort_replace(const CallContext&, const BucketName& bucket, const ObjectKey& key,
                                           const UploadId& upload) override;
  [[nodiscard]] Result<void> remove_version(const CallContext&, const ObjectRef& ref, const Seal& seal) override;
  [[nodiscard]] Result<VersionPage> list_versions(const CallContext&, const BucketName& bucket,
                                                  const std::string& prefix, std::size_t limit,
                                                  const std::string& cursor) override;
  [[nodiscard]] Result<VersionPage> list_key_versions(const CallContext&, const BucketName& bucket,
                                                      const ObjectKey& key, WallTime since, std::size_t limit,
                                                      const std::string& cursor) override;
  [[nodiscard]] Result<ObjectInfo> put(const CallContext&, const BucketName& bucket, const ObjectKey& key,
                                       ByteSource& body, const Metadata& metadata, const std::string& content_type,
                                       bool create_only) override;

 private:
  class Reader;
  struct Content {  // shared by the copies of one object; never changes
    std::string bytes;
    std::uint64_t crc64nvme = 0;
  };
  struct Version {
    VersionId id;
    std::uint64_t order = 0;                 // of creation in this store; listings page by it
    std::shared_ptr<const Content> content;  // null: a delete marker
    ETag etag;
    WallTime last_modified{};
    std::string content_type;
    Metadata metadata;
  };
  using Versions = std::vector<Version>;  // oldest first, never empty
  struct Bucket {
    bool versioned = true;
    std::map<std::string, Versions> keys;  // bytewise
  };
  struct Upload {
    BucketName bucket;
    ObjectKey key;
    ObjectRef source;
    Version version;  // as it will be published
  };
  struct Found {
    const Version* version = nullptr;
    bool latest = false;
  };

  // Takes the lock itself: the version that a copy will publish.
  [[nodiscard]] Result<Version> prepare_copy(const CopyRequest& request);

  // These are called with mutex_ held.
  [[nodiscard]] Result<Bucket*> find_bucket(const BucketName& name);
  [[nodiscard]] Result<Found> find_version(const ObjectRef& ref);
  [[nodiscard]] Result<Found> find_source(const CopyRequest& request);
  CopyAnswer publish(Bucket& bucket, const ObjectKey& key, Version version, WallTime now);
  void erase_version(const ObjectRef& ref);

  [[nodiscard]] static const Version* current(const Bucket& bucket, const ObjectKey& key);
  [[nodiscard]] static ObjectInfo describe(const ObjectRef& ref, const Found& found);
  [[nodiscard]] static ObjectInfo list_entry(const BucketName& bucket, const std::string& key, const Version& version,
                                             bool latest);

  Clock& clock_;
  const MemoryObjectStoreOptions options_;
  Ids ids_;
  const PageCursors cursors_;
  std::mutex mutex_;
  std::uint64_t order_ = 0;
  std::atomic<std::uint64_t> changes_{0};
  std::map<BucketName, Bucket> buckets_;
  std::map<UploadId, Upload> uploads_;
};

}  // namespace scalper
