#pragma once
// Multipart uploads of S3: begun, filled, and completed on a condition or aborted.

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adapters/aws/client/aws_client.h"
#include "ports/clock.h"
#include "ports/object_store.h"

namespace scalper::aws {

struct S3Encryption {
  std::string algorithm;  // "aws:kms", "aws:kms:dsse" or "AES256"; empty: the bucket's default
  std::string kms_key;    // empty: the account's own
  bool bucket_key = false;
};

struct S3Part {
  std::uint64_t number = 1;
  std::string etag;
  std::string crc64nvme;   // as the store states it; empty: it did not
  std::uint64_t size = 0;  // only of list_parts()
};

struct S3Upload {
  std::string id;
  bool checksummed = false;   // the store keeps a full-object CRC-64/NVME of it
  std::vector<S3Part> parts;  // by number; empty: ask the store
};

// All that completing an upload takes, in one word that a record keeps. Parts only where there is one.
[[nodiscard]] UploadId format_upload(const S3Upload& upload);
// Nothing for a text that format_upload() did not give.
[[nodiscard]] std::optional<S3Upload> parse_upload(const UploadId& text);

struct S3Condition {
  enum class Kind : std::uint8_t { kNone, kNothingThere, kETag };
  Kind kind = Kind::kNone;
  ETag etag;
};
void add_condition(Fields& headers, const S3Condition& condition);

struct S3Published {
  VersionId version;  // empty: the bucket keeps no versions
  ETag etag;
  std::optional<std::uint64_t> crc64nvme;  // of the full object
};

// Thread-safe. `target` = bucket and key; its version is not looked at.
class S3Uploads {
 public:
  explicit S3Uploads(AwsClient& client) : client_(client) {}

  // `headers`: metadata, type, tags, encryption. Asks for a full-object CRC-64/NVME; a store that refuses that is asked
  // without, from then on.
  [[nodiscard]] Result<S3Upload> begin(const CallContext& context, const ObjectRef& target, Fields headers);

  // From the bytes [first, first + length) of another object; all of it where there is no range.
  // kPreconditionFailed: it has another etag. kUnavailable: the upload is gone.
  [[nodiscard]] Result<S3Part> copy_part(const CallContext& context, const ObjectRef& target, const S3Upload& upload,
                                         std::uint64_t number, const std::string& copy_source, const ETag& source_etag,
                                         std::optional<ByteRange> range);
  [[nodiscard]] Result<S3Part> put_part(const CallContext& context, const ObjectRef& target, const S3Upload& upload,
                                        std::uint64_t number, std::string bytes);

  // kNotFound: aborted or completed before. kPreconditionFailed: the condition did not hold, or another write to this
  // key came between; then `conflict`, where given, says so, and the upload cannot be completed any more.
  // `crc64nvme`: of the full object, for the store to compare.
  [[nodiscard]] Result<S3Published> complete(const CallContext& context, const ObjectRef& target, S3Upload upload,
                                             const S3Condition& condition, std::optional<std::uint64_t> crc64nvme = {},
                                             bool* conflict = nullptr);

  // Also of one that is not there. Afterwards it cannot be completed.
  [[nodiscard]] Result<void> abort(const CallContext& context, const ObjectRef& target, const S3Upload& upload);
  // The same after a failure: it has ten seconds of its own, whatever became of the failed call's context. What is left
  // all the same is the bucket's lifecycle rule's.
  void give_up(Clock& clock, const ObjectRef& target, const S3Upload& upload);

  [[nodiscard]] bool are_checksummed() const { return checksummed_; }

  // What has come so far, by number. kNotFound: the upload is over.
  [[nodiscard]] Result<std::vector<S3Part>> list_parts(const CallContext& context, const ObjectRef& target,
                                                       const S3Upload& upload);

 private:
  AwsClient& client_;
  std::atomic<bool> asks_checksum_{true};
  std::atomic<bool> checksummed_{true};
};

}  // namespace scalper::aws
