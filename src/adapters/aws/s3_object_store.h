#pragma once
// Amazon S3, and stores that speak its API (reference 2006-03-01), behind the ObjectStore port.
//
// What AWS does and stores like it may not is asked for once and then known: whether CopyObject honours If-None-Match
// (many overwrite), whether multipart uploads give a full-object CRC-64/NVME. Without the first, a copy is a multipart
// copy that is completed on condition; without the second, its answer states no checksum. A store that honours neither
// condition copies nothing (kUnsupported).

#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "adapters/aws/client/aws_client.h"
#include "adapters/aws/s3_body.h"
#include "adapters/aws/s3_object.h"
#include "adapters/aws/s3_upload.h"
#include "model/page_cursor.h"
#include "ports/clock.h"
#include "ports/object_store.h"

namespace scalper::aws {

// What honours "only if nothing is there".
enum class CopyConditions : std::uint8_t {
  kUnknown,   // ask the store before the first copy
  kCopy,      // CopyObject does (AWS)
  kComplete,  // CompleteMultipartUpload alone does
};

struct S3Settings {
  CopyConditions conditions = CopyConditions::kUnknown;  // kCopy for AWS's own endpoints
  // Where the store is asked; empty: the target of the first copy. Needs write, read and delete of versions there.
  BucketName probe_bucket{};
  std::map<BucketName, S3Encryption> encryption{};     // of targets; where none is stated, the bucket's default holds
  std::uint64_t copy_limit = std::uint64_t{5} << 30;   // CopyObject's and UploadPartCopy's; tests make it small
  std::uint64_t copy_part = std::uint64_t{512} << 20;  // of an object above the limit, at least
  std::size_t copy_lanes = 4;                          // parts that are copied at a time
  std::uint64_t put_part = std::uint64_t{8} << 20;     // what is longer goes up in parts of this, 5 MiB at least on AWS
  ParallelReads reads{};
  std::string cursor_secret = "s3";  // of listings; cursors are good for stores with the same one
};

// Thread-safe. `client` and `clock` outlive it. Immutable versions; seal() and confirm() make no call. head() and
// open() of a version by its id do not tell whether it is the latest: `latest` is true only where the current one was
// asked for.
class S3ObjectStore final : public ObjectStore {
 public:
  S3ObjectStore(AwsClient& client, Clock& clock, S3Settings settings = {});

  // Which condition the store honours, asked with objects of our own below .scalper-probe/ that are removed again.
  // Known from then on. For the doctor; copy() does it by itself.
  [[nodiscard]] Result<CopyConditions> probe(const CallContext&, const BucketName& bucket);
  // False once a multipart upload was seen without a full-object checksum: whoever copies has to read it back.
  [[nodiscard]] bool uploads_are_checksummed() const { return uploads_.are_checksummed(); }

  [[nodiscard]] StoreCapabilities capabilities() const override { return {}; }
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
  // Of a null version: what is written there between the HEAD and the removal is lost, as S3 has no condition for it.
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
  struct Source {  // of a copy
    S3Object object;
    std::string copy_header;  // x-amz-copy-source
  };
  struct Probe;

  [[nodiscard]] Result<S3Object> ask(const CallContext& context, const ObjectRef& ref);
  [[nodiscard]] Result<OpenedObject> open_nothing(const CallContext& context, const ObjectRef& ref,
                                                  const ETag& if_match, ByteRange range);

  // s3_copy.cpp
  [[nodiscard]] Result<Source> find_source(const CallContext& context, const CopyRequest& request);
  [[nodiscard]] Result<CopyAnswer> copy_whole(const CallContext& context, const CopyRequest& request,
                                              const Source& source);
  [[nodiscard]] Result<CopyAnswer> copy_by_upload(const CallContext& context, const CopyRequest& request,
                                                  const Source& source);
  [[nodiscard]] Error why_refused(const CallContext& context, const CopyRequest& request, const Error& error);
  [[nodiscard]] Result<S3Upload> begin_copy(const CallContext& context, const CopyRequest& request,
                                            const Source& source);
  [[nodiscard]] Result<CopyAnswer> answer_of(const CallContext& context, const CopyRequest& request,
                                             const S3Published& published, std::optional<std::uint64_t> size);
  [[nodiscard]] Fields target_headers(const CopyRequest& request, const Source& source) const;
  [[nodiscard]] Result<std::string> tags_of(const CallContext& context, const Source& source);
  void add_encryption(Fields& headers, const BucketName& bucket) const;

  // s3_put.cpp
  struct Posting;
  [[nodiscard]] Result<S3Published> put_whole(const CallContext& context, const Posting& posting, std::string bytes);
  [[nodiscard]] Result<S3Published> put_parts(const CallContext& context, const Posting& posting, ByteSource& body,
                                              std::string first);

  AwsClient& client_;
  Clock& clock_;
  const S3Settings settings_;
  const PageCursors cursors_;
  S3Uploads uploads_;
  SeenObjects seen_;
  std::atomic<CopyConditions> conditions_;
};

}  // namespace scalper::aws
