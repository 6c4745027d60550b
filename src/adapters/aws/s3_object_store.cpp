// S3ObjectStore: what is read, and removed.

#include "adapters/aws/s3_object_store.h"

#include <algorithm>
#include <utility>

#include "adapters/aws/client/xml.h"
#include "adapters/aws/s3_calls.h"
#include "adapters/aws/s3_text.h"
#include "base/escape.h"
#include "ports/may_begin.h"

namespace scalper::aws {
namespace {

constexpr int kBadRequest = 400;
constexpr int kPreconditionFailed = 412;
constexpr int kRangeNotSatisfiable = 416;
constexpr std::uint64_t kNoSuchPosition = std::uint64_t{1} << 60;  // far beyond what any store keeps in one object

Error not_found(const ObjectRef& ref) {
  return {ErrorCode::kNotFound, "no version " + escape_text(ref.version.value()) + " of " +
                                    escape_text(ref.key.value()) + " in " + escape_text(ref.bucket.value())};
}

Error other_etag() { return {ErrorCode::kPreconditionFailed, "the version has another etag"}; }

class NoBytes final : public ByteSource {
 public:
  Result<std::size_t> read(const CallContext& /*context*/, MutableBytes /*into*/) override { return std::size_t{0}; }
};

// Whether a name can be that of an object at all: the rest are not sent, since some stores make of them another name.
bool can_be(const ObjectRef& ref) {
  return is_bucket_name(ref.bucket) && check_key(ref.key).ok() && is_possible_version(ref.version);
}

// Asked for by the name of a null version: the one that is there must be that one.
bool is_meant(const ObjectRef& asked, const S3Object& object) {
  const auto null = parse_null_version(asked.version);
  return !null || (null->etag == object.info.etag && null->last_modified == object.info.last_modified);
}

void add_range(AwsRequest& request, ByteRange range) {
  if (range.first == 0 && range.length == UINT64_MAX) return;
  std::string text = "bytes=" + std::to_string(range.first) + "-";
  if (range.length <= UINT64_MAX - range.first) text += std::to_string(range.first + range.length - 1);
  request.headers.emplace_back("range", text);
}

}  // namespace

S3ObjectStore::S3ObjectStore(AwsClient& client, Clock& clock, S3Settings settings)
    : client_(client),
      clock_(clock),
      settings_(std::move(settings)),
      cursors_(settings_.cursor_secret),
      uploads_(client),
      conditions_(settings_.conditions) {}

Result<void> S3ObjectStore::check_bucket(const CallContext& context, const BucketName& bucket) {
  SCALPER_TRY(may_begin(context, clock_));
  const std::string name = "bucket " + escape_text(bucket.value());
  if (!is_bucket_name(bucket)) return Error(ErrorCode::kInvalidArgument, name + ": no bucket can have that name");
  AwsRequest request;
  request.service = "s3";
  request.method = "GET";
  request.bucket = bucket.value();
  request.query.emplace_back("versioning", "");
  const auto response = client_.call(context, request);
  if (response.failed_with(ErrorCode::kNotFound)) return Error(ErrorCode::kInvalidArgument, name + " is not there");
  if (response.failed_with(ErrorCode::kPermissionDenied))
    return Error(ErrorCode::kPermissionDenied,
                 name + " may not be looked at (s3:GetBucketVersioning), or is another account's: " +
                     response.error().message());
  if (!response.ok()) return response.error();
  SCALPER_TRY_ASSIGN(const XmlElement document, parse_xml(response->body));
  if (document.text_at({"Status"}) != "Enabled")
    return Error(ErrorCode::kInvalidArgument, name +
                                                  " keeps no versions; switch versioning on: aws s3api "
                                                  "put-bucket-versioning --versioning-configuration Status=Enabled "
                                                  "--bucket " +
                                                  escape_text(bucket.value()));
  return {};
}

Result<S3Object> S3ObjectStore::ask(const CallContext& context, const ObjectRef& ref) {
  if (!can_be(ref)) return not_found(ref);
  AwsRequest request = object_request("HEAD", ref);
  request.headers.emplace_back("x-amz-checksum-mode", "ENABLED");
  AwsRefusal refusal;
  auto response = client_.call(context, request, &refusal);
  if (!response.ok() && refusal.status == kBadRequest && refusal.code.empty()) {
    // An answer to HEAD has no body: only a GET says whether the version id is wrong, the key is the sender's own, or
    // our token has run out.
    AwsRequest again = object_request("GET", ref);
    again.headers.emplace_back("range", "bytes=0-0");
    auto reason = client_.open(context, again, &refusal);
    if (!reason.ok()) return read_error(reason.error(), refusal, ref);
  }
  if (!response.ok()) return read_error(response.error(), refusal, ref);
  SCALPER_TRY_ASSIGN(S3Object object, read_object(ref, *response));
  if (!is_meant(ref, object)) return not_found(ref);
  seen_.remember(object);
  return object;
}

Result<ObjectInfo> S3ObjectStore::head(const CallContext& context, const ObjectRef& ref) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY_ASSIGN(S3Object object, ask(context, ref));
  return std::move(object.info);
}

Result<OpenedObject> S3ObjectStore::open(const CallContext& context, const ObjectRef& ref, const ETag& if_match,
                                         ByteRange range) {
  SCALPER_TRY(may_begin(context, clock_));
  if (!can_be(ref)) return not_found(ref);
  if (range.length == 0 || range.first >= kNoSuchPosition) return open_nothing(context, ref, if_match, range);
  AwsRequest request = object_request("GET", ref);
  request.headers.emplace_back("x-amz-checksum-mode", "ENABLED");
  if (!if_match.empty()) request.headers.emplace_back("if-match", quoted(if_match));
  add_range(request, range);
  AwsRefusal refusal;
  auto stream = client_.open(context, request, &refusal);
  if (!stream.ok()) {
    if (refusal.status == kRangeNotSatisfiable) return open_nothing(context, ref, if_match, range);
    if (refusal.status == kPreconditionFailed && !if_match.empty()) return other_etag();
    if (refusal.status == kPreconditionFailed)  // which would say that the caller's claim is lost
      return Error(ErrorCode::kUnavailable, "S3 refuses a condition that nobody made: " + stream.error().message());
    return read_error(stream.error(), refusal, ref);
  }
  SCALPER_TRY_ASSIGN(const S3Object object, read_object(ref, stream->head));
  if (!is_meant(ref, object)) return not_found(ref);
  const ObjectInfo& info = object.info;
  if (!if_match.empty() && info.etag != if_match) return other_etag();
  if (range.first > info.size) return Error(ErrorCode::kInvalidArgument, "the range begins beyond the end");
  seen_.remember(object);
  const std::uint64_t end = range.first + std::min(range.length, info.size - range.first);
  const S3Version version{&client_, &clock_, info.ref, info.etag};
  if (begin_of_body(stream->head) != range.first) stream->body.reset();  // the body asks again, and passes over
  auto body = end - range.first > settings_.reads.above
                  ? parallel_body(version, range.first, end, std::move(stream->body), settings_.reads)
                  : resuming_body(version, range.first, end, std::move(stream->body));
  return OpenedObject{info, std::move(body)};
}

// Of no bytes there is no range in HTTP.
Result<OpenedObject> S3ObjectStore::open_nothing(const CallContext& context, const ObjectRef& ref, const ETag& if_match,
                                                 ByteRange range) {
  SCALPER_TRY_ASSIGN(const S3Object object, ask(context, ref));
  if (!if_match.empty() && object.info.etag != if_match) return other_etag();
  if (range.first > object.info.size) return Error(ErrorCode::kInvalidArgument, "the range begins beyond the end");
  if (range.length > 0 && range.first < object.info.size)
    return Error(ErrorCode::kCorrupt, "S3 refuses a range that lies within the object");
  return OpenedObject{object.info, std::make_unique<NoBytes>()};
}

Result<Seal> S3ObjectStore::seal(const CallContext& context, const ObjectRef& /*ref*/) {
  SCALPER_TRY(may_begin(context, clock_));
  return Seal{};
}

Result<void> S3ObjectStore::confirm(const CallContext& context, const ObjectRef& /*ref*/, const Seal& /*seal*/,
                                    const std::string& /*sha256_hex*/) {
  return may_begin(context, clock_);
}

Result<void> S3ObjectStore::remove_version(const CallContext& context, const ObjectRef& ref, const Seal& /*seal*/) {
  SCALPER_TRY(may_begin(context, clock_));
  if (ref.version.empty())
    return Error{ErrorCode::kInvalidArgument, "a removal names its version"};  // else it would hide another's upload
  if (is_bare_null(ref.version))
    return Error{ErrorCode::kInvalidArgument, "a null version is removed by its etag and time"};
  if (!can_be(ref)) return {};
  if (parse_null_version(ref.version)) {
    const auto there = ask(context, ref);
    if (there.failed_with(ErrorCode::kNotFound)) return {};
    if (!there.ok()) return there.error();
  }
  AwsRefusal refusal;
  const auto response = client_.call(context, object_request("DELETE", ref), &refusal);
  seen_.forget(ref);
  if (response.ok() || refusal.code == "NoSuchKey" || refusal.code == "NoSuchVersion") return {};
  const Error error = read_error(response.error(), refusal, ref);
  if (refusal.code == "InvalidArgument" && error.code() == ErrorCode::kNotFound) return {};
  return error;
}

}  // namespace scalper::aws
