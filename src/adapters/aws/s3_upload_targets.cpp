#include "adapters/aws/s3_upload_targets.h"

#include <algorithm>
#include <utility>

#include "adapters/aws/s3_calls.h"
#include "adapters/aws/s3_text.h"
#include "base/base64.h"
#include "base/bytes.h"
#include "base/trace_context.h"
#include "ports/may_begin.h"

namespace scalper::aws {
namespace {

constexpr std::uint64_t kMostParts = 10000;                        // S3's own bounds
constexpr std::uint64_t kLargestPart = std::uint64_t{5} << 30U;    // bytes
constexpr std::uint64_t kLargestObject = std::uint64_t{5} << 40U;  // bytes
constexpr std::uint64_t kMiB = std::uint64_t{1} << 20U;
constexpr auto kValid = std::chrono::duration_cast<std::chrono::seconds>(kTargetValid);

Error no_upload() { return {ErrorCode::kNotFound, "no such upload; it may be over"}; }

std::string to_url(std::string text) {
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  std::ranges::replace(text, '=', '.');
  return text;
}

std::string from_url(std::string text) {
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  std::ranges::replace(text, '.', '=');
  return text;
}

// What the object is to carry: the order's trace and checksum, and the latter as metadata that contracts may ask for.
Fields headers_of(const UploadOrder& order) {
  Fields headers;
  if (!order.content_type.empty()) headers.emplace_back("content-type", order.content_type);
  if (!order.traceparent.empty()) headers.emplace_back("x-amz-meta-" + std::string(kTraceparent), order.traceparent);
  if (order.sha256) {
    headers.emplace_back(std::string("x-amz-meta-") + kOrderedSha256, *order.sha256);
    headers.emplace_back("x-amz-meta-sha256", *order.sha256);
  }
  return headers;
}

// In a form S3 takes `$` for the begin of a variable, and in its policy wants it escaped in a way of its own
// ("Character escaping", Creating an HTML form and policy, S3 API Reference). A part is signed like any other request.
bool needs_parts(const UploadOrder& order) {
  return order.key.value().find('$') != std::string::npos || order.content_type.find('$') != std::string::npos;
}

std::string_view parameter(std::string_view url, std::string_view name) {
  const std::size_t at = url.find(name, std::min(url.find('?'), url.size()));
  if (at == std::string_view::npos) return {};
  const std::string_view value = url.substr(at + name.size());
  return value.substr(0, value.find('&'));
}

// Until when S3 takes a signed URL, as the URL says itself: that may end before kValid, with the credentials.
// Source: "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)", S3 API Reference.
Result<WallTime> expiry_of(std::string_view url) {
  std::string date(parameter(url, "&X-Amz-Date="));  // 20261130T220402Z
  const auto seconds = parse_number(parameter(url, "&X-Amz-Expires="));
  for (const std::size_t colon : {13U, 11U})
    if (date.size() >= 16) date.insert(colon, 1, ':');
  for (const std::size_t dash : {6U, 4U})
    if (date.size() >= 16) date.insert(dash, 1, '-');
  const auto begin = parse_rfc3339(date);
  if (!begin || !seconds || *seconds > std::uint64_t(kValid.count()))
    return Error(ErrorCode::kCorrupt, "s3: a signed URL does not say until when it is good");
  return *begin + std::chrono::seconds(*seconds);
}

}  // namespace

struct S3UploadTargets::Named {
  ObjectRef target;
  S3Upload upload;
  std::uint64_t size = 0;
};

std::uint64_t S3UploadTargets::part_size(std::uint64_t size) const {
  const std::uint64_t least = (size + kMostParts - 1) / kMostParts;
  return std::max(options_.least_part, (least + kMiB - 1) / kMiB * kMiB);
}

std::uint64_t S3UploadTargets::size_of_part(const Named& named, std::uint64_t number) const {
  const std::uint64_t begin = (number - 1) * part_size(named.size);
  return std::min(part_size(named.size), named.size - begin);
}

Result<S3UploadTargets::Named> S3UploadTargets::read_id(const std::string& id) const {
  const auto text = from_base64(from_url(id));
  if (!text) return no_upload();
  const std::size_t first = text->find('\0');
  const std::size_t second = first == std::string::npos ? first : text->find('\0', first + 1);
  if (second == std::string::npos) return no_upload();
  Named named;
  named.target = {options_.input, ObjectKey{text->substr(0, first)}, VersionId{}};
  named.upload.id = text->substr(first + 1, second - first - 1);
  const auto size = parse_number(std::string_view(*text).substr(second + 1));
  if (!size || *size == 0 || *size > kLargestObject || named.upload.id.empty() || !check_key(named.target.key).ok())
    return no_upload();
  named.size = *size;
  return named;
}

Result<UploadTarget> S3UploadTargets::issue(const CallContext& context, const UploadOrder& order) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY(check_key(order.key));
  if (order.size > kLargestObject) return Error(ErrorCode::kInvalidArgument, "S3 keeps no object above 5 TiB");
  if (order.size > options_.largest_form || (needs_parts(order) && order.size > 0)) return begin_parts(context, order);
  if (needs_parts(order)) {
    return Error(ErrorCode::kInvalidArgument,
                 "S3 takes no empty file whose name or content type holds a dollar sign: send one byte at least");
  }
  PostPolicy policy;
  policy.bucket = options_.input.value();
  policy.key = order.key.value();
  policy.min_bytes = order.size;
  policy.max_bytes = order.size;
  policy.fields = headers_of(order);
  if (order.sha256) {
    const auto bytes = from_hex(*order.sha256);
    if (!bytes) return Error(ErrorCode::kInvalidArgument, "sha256 must be lower-case hexadecimal");
    policy.fields.emplace_back("x-amz-checksum-sha256", to_base64(as_bytes(*bytes)));
  }
  SCALPER_TRY_ASSIGN(SignedForm form, sign_form_(context, policy, kValid));
  UploadTarget target;
  target.kind = UploadTarget::Kind::kForm;
  target.url = std::move(form.url);
  target.fields = std::move(form.fields);
  target.expires = form.expires;
  return target;
}

Result<UploadTarget> S3UploadTargets::begin_parts(const CallContext& context, const UploadOrder& order) {
  const ObjectRef to{options_.input, order.key, VersionId{}};
  SCALPER_TRY_ASSIGN(const S3Upload upload, uploads_.begin(context, to, headers_of(order)));
  UploadTarget target;
  target.kind = UploadTarget::Kind::kParts;
  const std::string id = order.key.value() + '\0' + upload.id + '\0' + std::to_string(order.size);
  target.id = to_url(to_base64(as_bytes(id)));
  target.part_size = part_size(order.size);
  target.parts = (order.size + target.part_size - 1) / target.part_size;
  target.expires = clock_.wall_now() + kValid;
  return target;
}

Result<ObjectKey> S3UploadTargets::key_of(const CallContext& context, const std::string& id) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY_ASSIGN(const Named named, read_id(id));
  return named.target.key;
}

Result<std::vector<PartTarget>> S3UploadTargets::sign_parts(const CallContext& context, const std::string& id,
                                                            std::uint64_t first, std::uint64_t count) {
  SCALPER_TRY_ASSIGN(const Named named, read_id(id));
  const std::uint64_t parts = (named.size + part_size(named.size) - 1) / part_size(named.size);
  if (first < 1 || first > parts)
    return Error(ErrorCode::kInvalidArgument, "the upload has the parts 1 to " + std::to_string(parts));
  std::vector<PartTarget> targets;
  const std::uint64_t last = std::min(parts, first + std::min(count, kMostPartsAtOnce) - 1);
  for (std::uint64_t number = first; number <= last; ++number) {
    PartTarget part{number, size_of_part(named, number), {}, {}};
    if (part.size > kLargestPart) return no_upload();
    AwsRequest request = object_request("PUT", named.target);
    request.query = {{"partNumber", std::to_string(number)}, {"uploadId", named.upload.id}};
    request.headers = {{"content-length", std::to_string(part.size)}};
    SCALPER_TRY_ASSIGN(part.url, client_.presign(context, request, kValid));
    SCALPER_TRY_ASSIGN(part.expires, expiry_of(part.url));
    targets.push_back(std::move(part));
  }
  return targets;
}

Result<ObjectRef> S3UploadTargets::complete(const CallContext& context, const std::string& id) {
  SCALPER_TRY_ASSIGN(Named named, read_id(id));
  SCALPER_TRY_ASSIGN(named.upload.parts, uploads_.list_parts(context, named.target, named.upload));
  std::uint64_t number = 0;
  std::uint64_t total = 0;
  for (const S3Part& part : named.upload.parts) {
    if (part.number != ++number || total >= named.size || part.size != size_of_part(named, number))
      return Error(ErrorCode::kPreconditionFailed,
                   "part " + std::to_string(part.number) + " is not the one that was ordered");
    total += part.size;
  }
  if (total != named.size)
    return Error(ErrorCode::kPreconditionFailed,
                 "only " + std::to_string(total) + " of " + std::to_string(named.size) + " bytes have come");
  SCALPER_TRY_ASSIGN(const S3Published done,
                     uploads_.complete(context, named.target, named.upload, S3Condition{}, std::nullopt));
  return ObjectRef{named.target.bucket, named.target.key, done.version};
}

Result<void> S3UploadTargets::abort(const CallContext& context, const std::string& id) {
  SCALPER_TRY_ASSIGN(const Named named, read_id(id));
  return uploads_.abort(context, named.target, named.upload);
}

}  // namespace scalper::aws
