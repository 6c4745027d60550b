#include "adapters/aws/s3_calls.h"

#include "adapters/aws/client/uri_encoding.h"
#include "adapters/aws/s3_text.h"
#include "base/escape.h"

namespace scalper::aws {
namespace {

constexpr int kForbidden = 403;
constexpr int kMethodNotAllowed = 405;
constexpr int kConflict = 409;
constexpr int kPreconditionFailed = 412;

}  // namespace

AwsRequest object_request(std::string_view method, const ObjectRef& ref) {
  AwsRequest request;
  request.service = "s3";
  request.method = method;
  request.bucket = ref.bucket.value();
  request.path = "/" + ref.key.value();
  if (!ref.version.empty()) request.query.emplace_back("versionId", wire_version(ref.version));
  return request;
}

std::string copy_source(const ObjectRef& ref) {
  return ref.bucket.value() + encode_path("/" + ref.key.value()) +
         "?versionId=" + percent_encode(wire_version(ref.version));
}

Error read_error(const Error& error, const AwsRefusal& refusal, const ObjectRef& ref) {
  const bool by_version = !ref.version.empty();
  if (by_version && refusal.status == kMethodNotAllowed)
    return {ErrorCode::kNotFound, escape_text(ref.key.value()) + ": that version is a delete marker"};
  if (by_version && refusal.code == "InvalidArgument")
    return {ErrorCode::kNotFound, escape_text(ref.key.value()) + ": no version can have that id"};
  if (refusal.status == kForbidden && refusal.code != "InvalidObjectState")
    return {error.code(), error.message() + " (not permitted; or not there, and s3:ListBucket is not permitted)"};
  return error;
}

bool is_refused_condition(const AwsRefusal& refusal) {
  return refusal.status == kPreconditionFailed || refusal.code == "PreconditionFailed";
}

bool is_conflict(const AwsRefusal& refusal) {
  return refusal.code == "ConditionalRequestConflict" ||
         (refusal.code == "OperationAborted" && refusal.status == kConflict);
}

}  // namespace scalper::aws
