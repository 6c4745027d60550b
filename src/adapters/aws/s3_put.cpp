// S3ObjectStore: new objects from bytes.

#include <array>
#include <cstring>
#include <utility>

#include "adapters/aws/s3_calls.h"
#include "adapters/aws/s3_copy_parts.h"
#include "adapters/aws/s3_object_store.h"
#include "adapters/aws/s3_text.h"
#include "base/escape.h"
#include "digest/crc64nvme.h"
#include "ports/may_begin.h"

namespace scalper::aws {
namespace {

constexpr std::uint64_t kPartsOfOneSize = 1000;

// Up to `most` bytes: fewer only at the source's end.
Result<std::string> read_up_to(const CallContext& context, ByteSource& body, std::uint64_t most) {
  std::string bytes;
  std::array<std::byte, 65536> chunk{};
  while (bytes.size() < most) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(chunk.size(), most - bytes.size()));
    SCALPER_TRY_ASSIGN(const std::size_t n, body.read(context, MutableBytes(chunk).first(wanted)));
    if (n == 0) break;
    bytes += as_text(Bytes(chunk).first(n));
  }
  return bytes;
}

// The length is not known beforehand, and an upload has 10,000 parts at most: a thousand of a size, then twice that.
std::uint64_t length_of_part(std::uint64_t number, std::uint64_t first) {
  return first << ((number - 1) / kPartsOfOneSize);
}

}  // namespace

struct S3ObjectStore::Posting {
  ObjectRef target;
  Fields headers;
  S3Condition condition;

  [[nodiscard]] Error something_there() const {
    return {ErrorCode::kAlreadyExists, "an object is at " + escape_text(target.key.value())};
  }
};

Result<ObjectInfo> S3ObjectStore::put(const CallContext& context, const BucketName& bucket, const ObjectKey& key,
                                      ByteSource& body, const Metadata& metadata, const std::string& content_type,
                                      bool create_only) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY(check_key(key));
  SCALPER_TRY(check_metadata(metadata));
  if (!is_bucket_name(bucket)) return Error{ErrorCode::kNotFound, "no bucket can have that name"};
  Posting posting;
  posting.target = {bucket, key, VersionId{}};
  if (!content_type.empty()) posting.headers.emplace_back("content-type", content_type);
  add_metadata(posting.headers, metadata);
  add_encryption(posting.headers, bucket);
  if (create_only) posting.condition.kind = S3Condition::Kind::kNothingThere;
  SCALPER_TRY_ASSIGN(std::string first, read_up_to(context, body, settings_.put_part));
  auto published = first.size() < settings_.put_part ? put_whole(context, posting, std::move(first))
                                                     : put_parts(context, posting, body, std::move(first));
  if (!published.ok()) return published.error();
  // No answer to a write says when it was.
  SCALPER_TRY_ASSIGN(S3Object object, ask(context, {bucket, key, published->version}));
  object.info.latest = true;
  return std::move(object.info);
}

Result<S3Published> S3ObjectStore::put_whole(const CallContext& context, const Posting& posting, std::string bytes) {
  AwsRequest request = object_request("PUT", posting.target);
  request.headers = posting.headers;
  add_condition(request.headers, posting.condition);
  request.headers.emplace_back("x-amz-checksum-crc64nvme", format_crc64nvme(crc64nvme(as_bytes(bytes))));
  request.body = std::move(bytes);
  request.repeatable = false;  // twice would be two versions, or one that stands in its own way
  for (int tries = 1;; ++tries) {
    AwsRefusal refusal;
    const auto response = client_.call(context, request, &refusal);
    if (response.ok())
      return S3Published{written_version(response->header("x-amz-version-id")), unquoted(response->header("etag")),
                         std::nullopt};
    if (is_conflict(refusal) && tries < kTriesOfAConflict) {
      SCALPER_TRY(pause_after_conflict(context, clock_, tries));
      continue;
    }
    if (is_refused_condition(refusal)) return posting.something_there();
    return response.error();
  }
}

Result<S3Published> S3ObjectStore::put_parts(const CallContext& context, const Posting& posting, ByteSource& body,
                                             std::string first) {
  SCALPER_TRY_ASSIGN(S3Upload upload, uploads_.begin(context, posting.target, posting.headers));
  Crc64Nvme crc;
  const auto send_all = [&]() -> Result<void> {
    std::string bytes = std::move(first);
    for (std::uint64_t number = 1; !bytes.empty(); ++number) {
      if (number > kMaxParts) return Error(ErrorCode::kInvalidArgument, "more than S3 keeps in one object");
      const bool last = bytes.size() < length_of_part(number, settings_.put_part);
      crc.update(as_bytes(bytes));
      SCALPER_TRY_ASSIGN(S3Part part, uploads_.put_part(context, posting.target, upload, number, std::move(bytes)));
      upload.parts.push_back(std::move(part));
      bytes.clear();
      if (last) return {};
      SCALPER_TRY_ASSIGN(bytes, read_up_to(context, body, length_of_part(number + 1, settings_.put_part)));
    }
    return {};
  };
  if (const auto sent = send_all(); !sent.ok()) {
    uploads_.give_up(clock_, posting.target, upload);
    return sent.error();
  }
  bool conflict = false;
  auto published = uploads_.complete(context, posting.target, upload, posting.condition, crc.value(), &conflict);
  if (published.ok()) return published;
  uploads_.give_up(clock_, posting.target, upload);
  const Error& error = published.error();
  if (conflict) return Error(ErrorCode::kUnavailable, error.message());  // the bytes are not here to send them again
  if (error.code() == ErrorCode::kPreconditionFailed && posting.condition.kind == S3Condition::Kind::kNothingThere)
    return posting.something_there();
  return error;
}

}  // namespace scalper::aws
