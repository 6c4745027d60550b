#include "adapters/aws/s3_upload.h"

#include <utility>

#include "adapters/aws/client/xml.h"
#include "adapters/aws/s3_calls.h"
#include "adapters/aws/s3_object.h"
#include "adapters/aws/s3_text.h"
#include "digest/crc64nvme.h"

namespace scalper::aws {
namespace {

constexpr Millis kGraceOfAbort{10000};
constexpr int kNotFoundStatus = 404;

// The parts of a text between bars, the last one with whatever bars it has.
std::vector<std::string> split(std::string_view text, std::size_t most) {
  std::vector<std::string> fields;
  while (fields.size() + 1 < most) {
    const auto bar = text.find('|');
    if (bar == std::string_view::npos) break;
    fields.emplace_back(text.substr(0, bar));
    text.remove_prefix(bar + 1);
  }
  fields.emplace_back(text);
  return fields;
}

AwsRequest upload_request(std::string_view method, const ObjectRef& target, const S3Upload& upload) {
  AwsRequest request = object_request(method, {target.bucket, target.key, VersionId{}});
  request.query.emplace_back("uploadId", upload.id);
  return request;
}

bool wants_no_checksum(const AwsRefusal& refusal) {
  return refusal.code == "InvalidRequest" || refusal.code == "InvalidArgument" || refusal.code == "NotImplemented";
}

std::string completion(const S3Upload& upload) {
  std::string text = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
  for (const S3Part& part : upload.parts) {
    text += "<Part><PartNumber>" + std::to_string(part.number) + "</PartNumber><ETag>" +
            escape_xml(quoted(ETag{part.etag})) + "</ETag>";
    if (upload.checksummed && !part.crc64nvme.empty())
      text += "<ChecksumCRC64NVME>" + escape_xml(part.crc64nvme) + "</ChecksumCRC64NVME>";
    text += "</Part>";
  }
  return text + "</CompleteMultipartUpload>";
}

Error completion_error(const Error& error, const AwsRefusal& refusal, const S3Condition& condition) {
  if (refusal.code == "NoSuchUpload") return {ErrorCode::kNotFound, error.message()};
  // If-Match where nothing is there any more is "no such key".
  const bool no_key = refusal.status == kNotFoundStatus && refusal.code == "NoSuchKey";
  const bool was_etag = condition.kind == S3Condition::Kind::kETag;
  if (is_refused_condition(refusal) || is_conflict(refusal) || (no_key && was_etag))
    return {ErrorCode::kPreconditionFailed, error.message()};
  if (no_key || refusal.code == "NoSuchBucket") return {ErrorCode::kUnavailable, error.message()};
  return error;
}

Result<S3Published> read_completion(const AwsResponse& response) {
  SCALPER_TRY_ASSIGN(const XmlElement document, parse_xml(response.body));
  S3Published published;
  published.version = written_version(response.header("x-amz-version-id"));
  published.etag = unquoted(document.text_at({"ETag"}));
  published.crc64nvme = full_object_crc(document.text_at({"ChecksumCRC64NVME"}), document.text_at({"ChecksumType"}));
  // It was done, and what became of it must be looked for.
  if (published.etag.empty()) return Error(ErrorCode::kUnavailable, "a completed upload was answered without an etag");
  return published;
}

}  // namespace

UploadId format_upload(const S3Upload& upload) {
  std::string text = upload.checksummed ? "1|c|" : "1|-|";
  if (upload.parts.size() == 1)
    text += upload.parts[0].etag + "|" + upload.parts[0].crc64nvme;
  else
    text += "|";
  return UploadId{text + "|" + upload.id};
}

std::optional<S3Upload> parse_upload(const UploadId& text) {
  constexpr std::size_t kFields = 5;
  auto fields = split(text.value(), kFields);
  if (fields.size() != kFields || fields[0] != "1" || (fields[1] != "c" && fields[1] != "-") || fields[4].empty())
    return std::nullopt;
  S3Upload upload;
  upload.checksummed = fields[1] == "c";
  upload.id = std::move(fields[4]);
  if (!fields[2].empty())
    upload.parts.push_back({.number = 1, .etag = std::move(fields[2]), .crc64nvme = std::move(fields[3])});
  return upload;
}

void add_condition(Fields& headers, const S3Condition& condition) {
  if (condition.kind == S3Condition::Kind::kNothingThere) headers.emplace_back("if-none-match", "*");
  if (condition.kind == S3Condition::Kind::kETag) headers.emplace_back("if-match", quoted(condition.etag));
}

Result<S3Upload> S3Uploads::begin(const CallContext& context, const ObjectRef& target, Fields headers) {
  AwsRequest request = object_request("POST", {target.bucket, target.key, VersionId{}});
  request.query.emplace_back("uploads", "");
  request.headers = std::move(headers);
  const bool asks = asks_checksum_;
  if (asks) {
    request.headers.emplace_back("x-amz-checksum-algorithm", "CRC64NVME");
    request.headers.emplace_back("x-amz-checksum-type", "FULL_OBJECT");
  }
  AwsRefusal refusal;
  auto response = client_.call(context, request, &refusal);
  if (!response.ok() && asks && wants_no_checksum(refusal)) {
    request.headers.resize(request.headers.size() - 2);
    auto plain = client_.call(context, request, &refusal);
    if (plain.ok()) asks_checksum_ = false;  // else it was not for the checksum: the first answer says more
    if (plain.ok()) response = std::move(plain);
  }
  if (!response.ok()) {
    if (refusal.code == "NoSuchBucket") return Error(ErrorCode::kUnavailable, response.error().message());
    return response.error();
  }
  SCALPER_TRY_ASSIGN(const XmlElement document, parse_xml(response->body));
  S3Upload upload;
  upload.id = document.text_at({"UploadId"});
  upload.checksummed = response->header("x-amz-checksum-type") == "FULL_OBJECT" &&
                       response->header("x-amz-checksum-algorithm") == "CRC64NVME";
  if (!upload.checksummed) checksummed_ = false;
  if (upload.id.empty()) return Error(ErrorCode::kCorrupt, "an upload was begun without an id");
  return upload;
}

Result<S3Part> S3Uploads::copy_part(const CallContext& context, const ObjectRef& target, const S3Upload& upload,
                                    std::uint64_t number, const std::string& copy_source, const ETag& source_etag,
                                    std::optional<ByteRange> range) {
  AwsRequest request = upload_request("PUT", target, upload);
  request.query.emplace_back("partNumber", std::to_string(number));
  request.headers.emplace_back("x-amz-copy-source", copy_source);
  request.headers.emplace_back("x-amz-copy-source-if-match", quoted(source_etag));
  if (range)
    request.headers.emplace_back("x-amz-copy-source-range", "bytes=" + std::to_string(range->first) + "-" +
                                                                std::to_string(range->first + range->length - 1));
  request.error_in_200 = true;
  AwsRefusal refusal;
  const auto response = client_.call(context, request, &refusal);
  if (!response.ok()) {
    if (refusal.code == "NoSuchUpload" || refusal.code == "NoSuchBucket")
      return Error(ErrorCode::kUnavailable, response.error().message());  // "not found" is said of the source alone
    if (is_refused_condition(refusal)) return Error(ErrorCode::kPreconditionFailed, response.error().message());
    return response.error();
  }
  SCALPER_TRY_ASSIGN(const XmlElement document, parse_xml(response->body));
  S3Part part{.number = number,
              .etag = unquoted(document.text_at({"ETag"})).value(),
              .crc64nvme = document.text_at({"ChecksumCRC64NVME"})};
  if (part.etag.empty()) return Error(ErrorCode::kUnavailable, "a part was copied without an etag");
  return part;
}

Result<S3Part> S3Uploads::put_part(const CallContext& context, const ObjectRef& target, const S3Upload& upload,
                                   std::uint64_t number, std::string bytes) {
  AwsRequest request = upload_request("PUT", target, upload);
  request.query.emplace_back("partNumber", std::to_string(number));
  S3Part part{.number = number, .etag = {}, .crc64nvme = format_crc64nvme(crc64nvme(as_bytes(bytes)))};
  if (upload.checksummed) request.headers.emplace_back("x-amz-checksum-crc64nvme", part.crc64nvme);
  request.body = std::move(bytes);
  SCALPER_TRY_ASSIGN(const AwsResponse response, client_.call(context, request));
  part.etag = unquoted(response.header("etag")).value();
  if (part.etag.empty()) return Error(ErrorCode::kCorrupt, "a part was stored without an etag");
  return part;
}

Result<S3Published> S3Uploads::complete(const CallContext& context, const ObjectRef& target, S3Upload upload,
                                        const S3Condition& condition, std::optional<std::uint64_t> crc64nvme,
                                        bool* conflict) {
  if (upload.parts.empty()) {
    SCALPER_TRY_ASSIGN(upload.parts, list_parts(context, target, upload));
  }
  AwsRequest request = upload_request("POST", target, upload);
  add_condition(request.headers, condition);
  if (upload.checksummed) request.headers.emplace_back("x-amz-checksum-type", "FULL_OBJECT");
  if (upload.checksummed && crc64nvme)
    request.headers.emplace_back("x-amz-checksum-crc64nvme", format_crc64nvme(*crc64nvme));
  request.headers.emplace_back("content-type", "application/xml");
  request.body = completion(upload);
  // Made again after no answer it would find that what it did itself stands in its way, or that somebody has taken it.
  request.repeatable = false;
  request.error_in_200 = true;
  AwsRefusal refusal;
  const auto response = client_.call(context, request, &refusal);
  if (conflict != nullptr) *conflict = !response.ok() && is_conflict(refusal);
  if (!response.ok()) return completion_error(response.error(), refusal, condition);
  return read_completion(*response);
}

Result<std::vector<S3Part>> S3Uploads::list_parts(const CallContext& context, const ObjectRef& target,
                                                  const S3Upload& upload) {
  std::vector<S3Part> parts;
  for (;;) {
    AwsRequest request = upload_request("GET", target, upload);
    if (!parts.empty()) request.query.emplace_back("part-number-marker", std::to_string(parts.back().number));
    SCALPER_TRY_ASSIGN(const AwsResponse response, client_.call(context, request));
    SCALPER_TRY_ASSIGN(const XmlElement document, parse_xml(response.body));
    const std::uint64_t last = parts.empty() ? 0 : parts.back().number;
    for (const XmlElement& element : document.children) {
      if (element.name != "Part") continue;
      const auto number = parse_number(element.text_at({"PartNumber"}));
      if (!number || *number <= (parts.empty() ? 0 : parts.back().number))
        return Error(ErrorCode::kCorrupt, "the parts of an upload are not in order");
      parts.push_back({*number, unquoted(element.text_at({"ETag"})).value(), element.text_at({"ChecksumCRC64NVME"}),
                       parse_number(element.text_at({"Size"})).value_or(0)});
    }
    if (document.text_at({"IsTruncated"}) != "true") return parts;
    if (parts.empty() || parts.back().number == last)
      return Error(ErrorCode::kCorrupt, "the list of an upload's parts does not go on");
  }
}

Result<void> S3Uploads::abort(const CallContext& context, const ObjectRef& target, const S3Upload& upload) {
  const auto response = client_.call(context, upload_request("DELETE", target, upload));
  if (response.ok() || response.failed_with(ErrorCode::kNotFound)) return {};
  return response.error();
}

void S3Uploads::give_up(Clock& clock, const ObjectRef& target, const S3Upload& upload) {
  CallContext context;
  context.deadline = clock.mono_now() + kGraceOfAbort;
  (void)abort(context, target, upload);
}

}  // namespace scalper::aws
