#include "adapters/aws/s3_calls.h"

#include "adapters/aws/client/uri_encoding.h"
#include "adapters/aws/s3_text.h"
#include "base/escape.h"
#include "ports/may_begin.h"

namespace scalper::aws {
namespace {

constexpr Millis kPauseOfAConflict{100};
constexpr int kForbidden = 403;
constexpr int kMethodNotAllowed = 405;
constexpr int kConflict = 409;
constexpr int kPreconditionFailed = 412;

bool speaks_of(const AwsRefusal& refusal, std::string_view words) {
  return refusal.body.find(words) != std::string::npos;
}

// An object in an archive, and one under a key that the sender kept (SSE-C).
bool is_locked_away(const AwsRefusal& refusal) {
  return refusal.code == "InvalidObjectState" ||
         (refusal.code == "InvalidRequest" && speaks_of(refusal, "Server Side Encryption"));
}

// "Invalid version id specified", argument "versionId". Other arguments are refused with the same code.
bool is_impossible_version(const AwsRefusal& refusal) {
  return refusal.code == "InvalidArgument" && (speaks_of(refusal, "ersion id") || speaks_of(refusal, "ersionId"));
}

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
  if (by_version && is_impossible_version(refusal))
    return {ErrorCode::kNotFound, escape_text(ref.key.value()) + ": no version can have that id"};
  if (is_locked_away(refusal)) return {ErrorCode::kPermissionDenied, error.message()};
  // An answer to HEAD has no body, so that nobody else says what is missing.
  const std::string action = by_version ? "ObjectVersion" : "Object";
  if (refusal.status == kForbidden)
    return {error.code(), error.message() + " (s3:Get" + action + " reads it, s3:Delete" + action +
                              " removes it; or it is not there, and s3:ListBucket is not permitted)"};
  return error;
}

bool is_refused_condition(const AwsRefusal& refusal) {
  return refusal.status == kPreconditionFailed || refusal.code == "PreconditionFailed";
}

Result<void> pause_after_conflict(const CallContext& context, Clock& clock, int tries) {
  clock.sleep_until(context, clock.mono_now() + kPauseOfAConflict * tries);
  return may_begin(context, clock);
}

bool is_conflict(const AwsRefusal& refusal) {
  return refusal.code == "ConditionalRequestConflict" ||
         (refusal.code == "OperationAborted" && refusal.status == kConflict);
}

}  // namespace scalper::aws
