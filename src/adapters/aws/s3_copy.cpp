// S3ObjectStore: create-only copies, and fenced replacements.

#include <algorithm>
#include <utility>

#include "adapters/aws/client/uri_encoding.h"
#include "adapters/aws/client/xml.h"
#include "adapters/aws/s3_calls.h"
#include "adapters/aws/s3_copy_parts.h"
#include "adapters/aws/s3_object_store.h"
#include "adapters/aws/s3_text.h"
#include "base/escape.h"
#include "ports/may_begin.h"
#include "ports/metadata.h"

namespace scalper::aws {
namespace {

constexpr int kNotImplemented = 501;

ObjectRef target_of(const CopyRequest& request) { return {request.bucket, request.key, VersionId{}}; }

// Those that a reader gets at once. A target in an archive would be there and could not be read.
bool is_restated(const std::string& storage_class) {
  return storage_class == "STANDARD_IA" || storage_class == "ONEZONE_IA" || storage_class == "INTELLIGENT_TIERING" ||
         storage_class == "GLACIER_IR" || storage_class == "REDUCED_REDUNDANCY";
}

Result<void> keep(const CopyRequest& request) {
  if (!request.meanwhile) return {};
  return request.meanwhile();
}

Error something_there(const CopyRequest& request) {
  return {ErrorCode::kAlreadyExists, "an object is at " + escape_text(request.key.value())};
}

Result<S3Published> read_copy(const AwsResponse& response) {
  SCALPER_TRY_ASSIGN(const XmlElement document, parse_xml(response.body));
  S3Published published;
  published.version = written_version(response.header("x-amz-version-id"));
  published.etag = unquoted(document.text_at({"ETag"}));
  published.crc64nvme = full_object_crc(document.text_at({"ChecksumCRC64NVME"}), document.text_at({"ChecksumType"}));
  if (published.etag.empty()) return Error(ErrorCode::kUnavailable, "a copy was answered without an etag");
  return published;
}

}  // namespace

Result<S3ObjectStore::Source> S3ObjectStore::find_source(const CallContext& context, const CopyRequest& request) {
  SCALPER_TRY(check_key(request.key));
  SCALPER_TRY(check_metadata(request.metadata));
  if (!is_bucket_name(request.bucket)) return Error{ErrorCode::kInvalidArgument, "no bucket can have that name"};
  if (request.source.version.empty()) return Error{ErrorCode::kInvalidArgument, "a copy names its source's version"};
  Source source;
  if (auto seen = seen_.find(request.source)) {
    source.object = *std::move(seen);
  } else {
    SCALPER_TRY_ASSIGN(source.object, ask(context, request.source));
  }
  if (source.object.info.etag != request.source_etag)
    return Error{ErrorCode::kPreconditionFailed, "the source has another etag"};
  source.copy_header = copy_source(request.source);
  return source;
}

Result<CopyAnswer> S3ObjectStore::copy(const CallContext& context, const CopyRequest& request) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY_ASSIGN(const Source source, find_source(context, request));
  CopyConditions conditions = conditions_;
  if (conditions == CopyConditions::kUnknown) {
    SCALPER_TRY_ASSIGN(conditions, probe(context, request.bucket));
  }
  const bool whole = conditions == CopyConditions::kCopy && source.object.info.size <= settings_.copy_limit;
  return whole ? copy_whole(context, request, source) : copy_by_upload(context, request, source);
}

Result<CopyAnswer> S3ObjectStore::copy_whole(const CallContext& context, const CopyRequest& request,
                                             const Source& source) {
  AwsRequest call = object_request("PUT", target_of(request));
  call.headers = target_headers(request, source);
  call.headers.emplace_back("x-amz-copy-source", source.copy_header);
  call.headers.emplace_back("x-amz-copy-source-if-match", quoted(request.source_etag));
  call.headers.emplace_back("x-amz-metadata-directive", "REPLACE");
  call.headers.emplace_back("x-amz-checksum-algorithm", "CRC64NVME");
  add_condition(call.headers, {S3Condition::Kind::kNothingThere, ETag{}});
  // After no answer it may have been done, and a consumer may have taken it: whoever asked has to look first.
  call.repeatable = false;
  call.error_in_200 = true;
  for (int tries = 1;; ++tries) {
    SCALPER_TRY(keep(request));
    AwsRefusal refusal;
    const auto response = client_.call(context, call, &refusal);
    if (response.ok()) {
      SCALPER_TRY_ASSIGN(const S3Published published, read_copy(*response));
      return answer_of(context, request, published, source.object.info.size);
    }
    const Error& error = response.error();
    if (is_conflict(refusal) && tries < kTriesOfAConflict) {
      SCALPER_TRY(pause_after_conflict(context, clock_, tries));
      continue;
    }
    if (is_refused_condition(refusal)) return why_refused(context, request, error);
    if (refusal.code == "NoSuchBucket") return Error(ErrorCode::kUnavailable, error.message());
    if (error.code() == ErrorCode::kNotFound) seen_.forget(request.source);
    return error;
  }
}

// 412 says "the source changed" and "the target is there" with one word.
Error S3ObjectStore::why_refused(const CallContext& context, const CopyRequest& request, const Error& error) {
  seen_.forget(request.source);
  const auto source = ask(context, request.source);
  if (!source.ok()) return source.error().within("looking why a copy was refused");
  if (source->info.etag != request.source_etag) return {ErrorCode::kPreconditionFailed, error.message()};
  return something_there(request);
}

Result<S3Upload> S3ObjectStore::begin_copy(const CallContext& context, const CopyRequest& request,
                                           const Source& source) {
  Fields headers = target_headers(request, source);
  SCALPER_TRY_ASSIGN(const std::string tags, tags_of(context, source));
  if (!tags.empty()) headers.emplace_back("x-amz-tagging", tags);
  SCALPER_TRY_ASSIGN(S3Upload upload, uploads_.begin(context, target_of(request), std::move(headers)));
  const PartsOfCopy plan{target_of(request),   source.copy_header,  request.source_etag,  source.object.info.size,
                         settings_.copy_limit, settings_.copy_part, settings_.copy_lanes, request.meanwhile};
  auto parts = copy_parts(uploads_, context, plan, upload);
  if (!parts.ok()) {
    uploads_.give_up(clock_, target_of(request), upload);
    if (parts.failed_with(ErrorCode::kNotFound)) seen_.forget(request.source);
    return parts.error();
  }
  upload.parts = *std::move(parts);
  return upload;
}

Result<CopyAnswer> S3ObjectStore::copy_by_upload(const CallContext& context, const CopyRequest& request,
                                                 const Source& source) {
  for (int tries = 1;; ++tries) {
    SCALPER_TRY_ASSIGN(const S3Upload upload, begin_copy(context, request, source));
    if (const auto kept = keep(request); !kept.ok()) {
      uploads_.give_up(clock_, target_of(request), upload);
      return kept.error();
    }
    bool conflict = false;
    const auto published = uploads_.complete(context, target_of(request), upload,
                                             {S3Condition::Kind::kNothingThere, ETag{}}, std::nullopt, &conflict);
    if (published.ok()) return answer_of(context, request, *published, source.object.info.size);
    // Nobody else knows this upload. Where no answer came it may have been completed; it will not be later on.
    uploads_.give_up(clock_, target_of(request), upload);
    const Error& error = published.error();
    if (conflict && tries < kTriesOfAConflict) {
      SCALPER_TRY(pause_after_conflict(context, clock_, tries));
      continue;
    }
    if (conflict || error.code() == ErrorCode::kNotFound) return Error(ErrorCode::kUnavailable, error.message());
    if (error.code() == ErrorCode::kPreconditionFailed) return something_there(request);
    return error;
  }
}

Result<UploadId> S3ObjectStore::begin_replace(const CallContext& context, const CopyRequest& request) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY_ASSIGN(const Source source, find_source(context, request));
  SCALPER_TRY_ASSIGN(const S3Upload upload, begin_copy(context, request, source));
  return format_upload(upload);
}

Result<CopyAnswer> S3ObjectStore::complete_replace(const CallContext& context, const CopyRequest& request,
                                                   const UploadId& upload, const ETag& if_match) {
  SCALPER_TRY(may_begin(context, clock_));
  const auto known = parse_upload(upload);
  if (!known) return Error(ErrorCode::kNotFound, "no such upload: it was aborted or completed");
  const S3Condition condition = if_match.empty() ? S3Condition{S3Condition::Kind::kNothingThere, ETag{}}
                                                 : S3Condition{S3Condition::Kind::kETag, if_match};
  SCALPER_TRY(keep(request));
  SCALPER_TRY_ASSIGN(const S3Published published, uploads_.complete(context, target_of(request), *known, condition));
  std::optional<std::uint64_t> size;  // another process may have begun it, and the source may be gone by now
  if (const auto seen = seen_.find(request.source)) size = seen->info.size;
  return answer_of(context, request, published, size);
}

Result<void> S3ObjectStore::abort_replace(const CallContext& context, const BucketName& bucket, const ObjectKey& key,
                                          const UploadId& upload) {
  SCALPER_TRY(may_begin(context, clock_));
  const auto known = parse_upload(upload);
  if (!known) return {};  // no call of ours will ever complete it
  return uploads_.abort(context, {bucket, key, VersionId{}}, *known);
}

Fields S3ObjectStore::target_headers(const CopyRequest& request, const Source& source) const {
  Fields headers = source.object.content_headers;
  add_metadata(headers, merge_metadata(source.object.info.metadata, request.metadata));
  if (is_restated(source.object.storage_class))
    headers.emplace_back("x-amz-storage-class", source.object.storage_class);
  add_encryption(headers, request.bucket);
  return headers;
}

void S3ObjectStore::add_encryption(Fields& headers, const BucketName& bucket) const {
  const auto stated = settings_.encryption.find(bucket);
  if (stated == settings_.encryption.end() || stated->second.algorithm.empty()) return;
  headers.emplace_back("x-amz-server-side-encryption", stated->second.algorithm);
  if (!stated->second.kms_key.empty())
    headers.emplace_back("x-amz-server-side-encryption-aws-kms-key-id", stated->second.kms_key);
  if (stated->second.bucket_key) headers.emplace_back("x-amz-server-side-encryption-bucket-key-enabled", "true");
}

// As the header states them. CopyObject takes them along by itself; a multipart upload does not.
Result<std::string> S3ObjectStore::tags_of(const CallContext& context, const Source& source) {
  if (source.object.tags == std::uint64_t{0}) return std::string();
  AwsRequest request = object_request("GET", source.object.info.ref);
  request.query.emplace_back("tagging", "");
  AwsRefusal refusal;
  const auto response = client_.call(context, request, &refusal);
  if (!response.ok()) {
    if (refusal.status == kNotImplemented || refusal.code == "NotImplemented" || refusal.code == "NoSuchTagSet")
      return std::string();
    if (response.failed_with(ErrorCode::kNotFound)) seen_.forget(source.object.info.ref);
    return response.error().within("reading the tags, which the copy has to state again");
  }
  SCALPER_TRY_ASSIGN(const XmlElement document, parse_xml(response->body));
  const XmlElement* const set = document.child("TagSet");
  Fields tags;
  if (set != nullptr)
    for (const XmlElement& tag : set->children)
      if (tag.name == "Tag") tags.emplace_back(tag.text_at({"Key"}), tag.text_at({"Value"}));
  return encode_query(tags);
}

// What was published. A size that nobody knows is asked for, and with it what else a HEAD says; where that finds
// nothing, a consumer has taken it, and the checksum goes too: beside no size it would pass for one of other bytes.
Result<CopyAnswer> S3ObjectStore::answer_of(const CallContext& context, const CopyRequest& request,
                                            const S3Published& published, std::optional<std::uint64_t> size) {
  CopyAnswer answer{published.version, published.etag, size.value_or(0), published.crc64nvme};
  if (published.version.empty())
    return Error(ErrorCode::kUnavailable,
                 "the target bucket keeps no versions: " + escape_text(request.bucket.value()));
  if (size) return answer;
  const auto there = ask(context, {request.bucket, request.key, published.version});
  if (there.failed_with(ErrorCode::kNotFound)) {
    answer.crc64nvme.reset();
    return answer;
  }
  if (!there.ok()) return Error(ErrorCode::kUnavailable, "looking at a copy: " + there.error().message());
  answer.size = there->info.size;
  if (!answer.crc64nvme) answer.crc64nvme = there->info.crc64nvme;
  return answer;
}

}  // namespace scalper::aws
