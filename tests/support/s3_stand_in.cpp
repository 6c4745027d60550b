// S3StandIn: calls, objects, conditions.

#include "support/s3_stand_in.h"

#include <algorithm>
#include <charconv>

#include "adapters/aws/client/aws_errors.h"
#include "adapters/aws/s3_text.h"
#include "api/tus_fields.h"
#include "base/form_encoding.h"
#include "digest/crc64nvme.h"
#include "digest/sha256.h"
#include "ports/may_begin.h"
#include "support/byte_sources.h"
#include "support/s3_stand_in_asked.h"

namespace scalper {
namespace {

constexpr std::size_t kLongestKey = 1024;
constexpr std::size_t kMostMetadata = 2048;
constexpr std::size_t kETagDigits = 32;

// Equal of equal bytes, as an MD5 would be.
std::string etag_of(std::string_view bytes) { return to_hex(sha256(as_bytes(bytes))).substr(0, kETagDigits); }

std::string error_document(const std::string& code, const std::string& message) {
  return "<Error><Code>" + aws::escape_xml(code) + "</Code><Message>" + aws::escape_xml(message) + "</Message></Error>";
}

std::size_t count_of(std::string_view tags) {
  return tags.empty() ? 0 : static_cast<std::size_t>(std::count(tags.begin(), tags.end(), '&')) + 1;
}

struct Range {
  std::uint64_t first = 0;
  std::uint64_t end = 0;
};

// "bytes=2-5" or "bytes=2-" of so many; nothing: it begins at the end or beyond.
std::optional<Range> range_of(std::string_view text, std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  text.remove_prefix(kUnit.size());
  const auto dash = text.find('-');
  const auto first = aws::parse_number(text.substr(0, dash));
  const auto last = aws::parse_number(text.substr(dash + 1));
  if (!first || *first >= size) return std::nullopt;
  return Range{*first, last ? std::min(*last + 1, size) : size};
}

std::string operation_name(const aws::AwsRequest& request) {
  std::string name = request.method;
  for (const auto& [query, value] : request.query)
    if (query != "versionId" && query != "prefix" && query != "max-keys" && query != "encoding-type")
      name += " " + query;
  for (const auto& [header, value] : request.headers)
    if (header == "x-amz-copy-source") name += " copy";
  return name;
}

}  // namespace

void S3StandIn::add_bucket(const std::string& bucket) {
  const std::lock_guard lock(mutex_);
  buckets_[bucket];
}

Error S3StandIn::refusal(const aws::AwsRequest& request, int status, const std::string& code,
                         aws::AwsRefusal* into) const {
  aws::AwsResponse answer{status, {}, request.method == "HEAD" ? "" : error_document(code, "the stand-in says no")};
  aws::AwsFailure failure = aws::read_failure(answer, request.method, clock_.wall_now());
  if (into != nullptr) *into = failure.refusal;
  return {failure.code, "s3 " + request.method + ": " + failure.refusal.code + " " + failure.message};
}

Result<aws::AwsResponse> S3StandIn::call(const CallContext& context, const aws::AwsRequest& request,
                                         aws::AwsRefusal* refusal) {
  SCALPER_TRY(may_begin(context, clock_));
  const std::lock_guard lock(mutex_);
  operations_.push_back(operation_name(request));
  aws::AwsResponse answer;
  try {
    answer = run(request);
    answer.headers.emplace_back("content-length", std::to_string(answer.body.size()));
    if (request.method == "HEAD") answer.body.clear();
    return answer;
  } catch (const Refused& refused) {
    answer = {refused.status, {}, request.method == "HEAD" ? "" : error_document(refused.code, refused.message)};
  }
  aws::AwsFailure failure = aws::read_failure(answer, request.method, clock_.wall_now());
  if (refusal != nullptr) *refusal = failure.refusal;
  return Error(failure.code, "s3: " + failure.refusal.code + " " + failure.message);
}

Result<aws::AwsStream> S3StandIn::open(const CallContext& context, const aws::AwsRequest& request,
                                       aws::AwsRefusal* refusal) {
  SCALPER_TRY_ASSIGN(aws::AwsResponse answer, call(context, request, refusal));
  auto body = std::make_unique<TextSource>(std::move(answer.body), 4096);
  answer.body.clear();
  return aws::AwsStream{std::move(answer), std::move(body)};
}

Result<std::string> S3StandIn::presign(const CallContext&, const aws::AwsRequest&, std::chrono::seconds) {
  return Error(ErrorCode::kUnsupported, "the stand-in takes no presigned calls");
}

aws::AwsResponse S3StandIn::run(const aws::AwsRequest& request) {
  if (request.service != "s3" || request.stream != nullptr || !request.path.starts_with('/'))
    throw Refused{400, "InvalidRequest"};
  const Asked asked(request);
  if (asked.key.size() > kLongestKey) throw Refused{400, "KeyTooLongError"};
  const std::string& method = request.method;
  if (asked.key.empty()) {
    (void)bucket(asked.bucket);
    if (method != "GET") throw Refused{405, "MethodNotAllowed"};
    if (asked.has("versions")) return list(asked);
    asked.only({"versioning"}, {});
    return {200, {}, "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"};
  }
  if (asked.has("tagging")) return tags(asked);
  if (method == "POST") return asked.has("uploads") ? begin_upload(asked) : complete(asked);
  if (asked.has("uploadId")) {
    if (method == "PUT") return put_part(asked);
    return method == "GET" ? list_parts(asked) : abort(asked);
  }
  if (method == "GET" || method == "HEAD") return get(asked);
  if (method == "DELETE") return remove(asked);
  if (method == "PUT") return asked.header("x-amz-copy-source").empty() ? put(asked) : copy(asked);
  throw Refused{405, "MethodNotAllowed"};
}

S3StandIn::Versions& S3StandIn::bucket(const std::string& name) {
  const auto found = buckets_.find(name);
  if (found == buckets_.end()) throw Refused{404, "NoSuchBucket"};
  return found->second;
}

const S3Stored* S3StandIn::current(const Asked& asked) {
  const Versions& all = bucket(asked.bucket);
  const auto found = all.find(asked.key);
  if (found == all.end() || found->second.empty() || found->second.back().is_marker) return nullptr;
  return &found->second.back();
}

const S3Stored& S3StandIn::named(const std::string& in, const std::string& key, const std::string& version,
                                 bool has_version) {
  const Versions& all = bucket(in);
  const auto found = all.find(key);
  if (!has_version) {
    if (found == all.end() || found->second.empty() || found->second.back().is_marker) throw Refused{404, "NoSuchKey"};
    return found->second.back();
  }
  // "v" and twelve digits, as store() gives them.
  if (version.size() != 13 || version[0] != 'v') throw Refused{400, "InvalidArgument", "Invalid version id specified"};
  if (found != all.end())
    for (const S3Stored& stored : found->second)
      if (stored.version == version) {
        if (stored.is_marker) throw Refused{405, "MethodNotAllowed"};
        return stored;
      }
  throw Refused{404, "NoSuchVersion"};
}

void S3StandIn::demand(const Asked& asked) {
  const S3Stored* const there = current(asked);
  const std::string none = asked.header("if-none-match");
  const std::string match = asked.header("if-match");
  if (!none.empty() && none != "*") throw Refused{501, "NotImplemented"};
  if (!none.empty() && there != nullptr) throw Refused{412, "PreconditionFailed"};
  if (match.empty()) return;
  if (there == nullptr) throw Refused{404, "NoSuchKey"};
  if (aws::unquoted(match).value() != there->etag) throw Refused{412, "PreconditionFailed"};
}

void S3StandIn::check_crc(const Asked& asked, std::string_view bytes) const {
  const std::string stated = asked.header("x-amz-checksum-crc64nvme");
  if (!stated.empty() && stated != aws::format_crc64nvme(crc64nvme(as_bytes(bytes)))) throw Refused{400, "BadDigest"};
}

WallTime S3StandIn::now() const { return std::chrono::floor<std::chrono::seconds>(clock_.wall_now()); }

const S3Stored& S3StandIn::store(const std::string& in, const std::string& key, S3Stored stored) {
  std::size_t metadata = 0;
  for (const auto& [name, value] : stored.headers)
    if (name.starts_with("x-amz-meta-"))
      metadata += name.size() - std::string_view("x-amz-meta-").size() + value.size();
  if (metadata > kMostMetadata) throw Refused{400, "MetadataTooLarge"};
  std::string number = std::to_string(++count_);
  stored.version = "v" + std::string(12 - number.size(), '0') + number;
  std::vector<S3Stored>& all = bucket(in)[key];
  all.push_back(std::move(stored));
  return all.back();
}

aws::AwsResponse S3StandIn::get(const Asked& asked) {
  asked.only({"versionId"}, {"x-amz-checksum-mode", "if-match", "range"});
  const S3Stored& stored = named(asked.bucket, asked.key, asked.query("versionId"), asked.has("versionId"));
  const std::string match = asked.header("if-match");
  if (!match.empty() && aws::unquoted(match).value() != stored.etag) throw Refused{412, "PreconditionFailed"};
  aws::AwsResponse answer{200, stored.headers, stored.bytes};
  answer.headers.emplace_back("etag", aws::quoted(ETag{stored.etag}));
  answer.headers.emplace_back("last-modified", api::http_date(stored.modified));
  answer.headers.emplace_back("x-amz-version-id", stored.version);
  if (const std::size_t tags = count_of(stored.tags))
    answer.headers.emplace_back("x-amz-tagging-count", std::to_string(tags));
  const std::string wanted = asked.header("range");
  if (!wanted.empty()) {
    const auto range = range_of(wanted, stored.bytes.size());
    if (!range) throw Refused{416, "InvalidRange"};
    answer.status = 206;
    answer.headers.emplace_back("content-range", "bytes " + std::to_string(range->first) + "-" +
                                                     std::to_string(range->end - 1) + "/" +
                                                     std::to_string(stored.bytes.size()));
    answer.body = stored.bytes.substr(range->first, range->end - range->first);
  } else if (asked.header("x-amz-checksum-mode") == "ENABLED" && options_.keeps_checksums) {
    answer.headers.emplace_back("x-amz-checksum-crc64nvme", aws::format_crc64nvme(crc64nvme(as_bytes(stored.bytes))));
    answer.headers.emplace_back("x-amz-checksum-type", "FULL_OBJECT");
  }
  return answer;
}

aws::AwsResponse S3StandIn::put(const Asked& asked) {
  asked.only({}, {"if-none-match", "if-match", "x-amz-checksum-crc64nvme", "x-amz-tagging"});
  (void)bucket(asked.bucket);
  check_crc(asked, asked.request.body);
  demand(asked);
  S3Stored stored{"",           etag_of(asked.request.body),  asked.request.body, now(), false,
                  asked.kept(), asked.header("x-amz-tagging")};
  const S3Stored& made = store(asked.bucket, asked.key, std::move(stored));
  return {200, {{"etag", aws::quoted(ETag{made.etag})}, {"x-amz-version-id", made.version}}, ""};
}

// What x-amz-copy-source names, if it is what the caller has seen.
const S3Stored& S3StandIn::source_of(const Asked& asked) {
  const std::string text = asked.header("x-amz-copy-source");
  const auto mark = text.find("?versionId=");
  const auto path = form_decoded(text.substr(0, mark));
  if (!path || text.find('+') != std::string::npos) throw Refused{400, "InvalidArgument", "not encoded"};
  const auto slash = path->find('/');
  const bool by_version = mark != std::string::npos;
  const std::string version = by_version ? text.substr(mark + std::string_view("?versionId=").size()) : "";
  const S3Stored& source = named(path->substr(0, slash), path->substr(slash + 1), version, by_version);
  const std::string match = asked.header("x-amz-copy-source-if-match");
  if (!match.empty() && aws::unquoted(match).value() != source.etag) throw Refused{412, "PreconditionFailed"};
  return source;
}

aws::AwsResponse S3StandIn::copy(const Asked& asked) {
  asked.only({}, {"x-amz-copy-source", "x-amz-copy-source-if-match", "x-amz-metadata-directive", "if-none-match",
                  "x-amz-checksum-algorithm"});
  (void)bucket(asked.bucket);
  const S3Stored source = source_of(asked);
  if (source.bytes.size() > options_.copy_limit) throw Refused{400, "InvalidRequest", "larger than can be copied"};
  if (options_.copies_honour_conditions) demand(asked);
  const bool replaces = asked.header("x-amz-metadata-directive") == "REPLACE";
  const S3Stored& made = store(
      asked.bucket, asked.key,
      {"", etag_of(source.bytes), source.bytes, now(), false, replaces ? asked.kept() : source.headers, source.tags});
  std::string text = "<CopyObjectResult><ETag>" + aws::escape_xml(aws::quoted(ETag{made.etag})) +
                     "</ETag><LastModified>" + format_rfc3339(made.modified) + "</LastModified>";
  if (options_.keeps_checksums)
    text += "<ChecksumCRC64NVME>" + aws::format_crc64nvme(crc64nvme(as_bytes(made.bytes))) +
            "</ChecksumCRC64NVME><ChecksumType>FULL_OBJECT</ChecksumType>";
  return {200, {{"x-amz-version-id", made.version}}, text + "</CopyObjectResult>"};
}

aws::AwsResponse S3StandIn::remove(const Asked& asked) {
  asked.only({"versionId"}, {});
  Versions& all = bucket(asked.bucket);
  if (!asked.has("versionId")) {
    const S3Stored& marker = store(asked.bucket, asked.key, {"", "", "", now(), true, {}, ""});
    return {204, {{"x-amz-version-id", marker.version}, {"x-amz-delete-marker", "true"}}, ""};
  }
  const auto found = all.find(asked.key);
  if (found != all.end()) {
    std::erase_if(found->second, [&](const S3Stored& stored) { return stored.version == asked.query("versionId"); });
    if (found->second.empty()) all.erase(found);
  }
  return {204, {}, ""};
}

aws::AwsResponse S3StandIn::tags(const Asked& asked) {
  asked.only({"tagging", "versionId"}, {});
  if (asked.request.method != "GET") throw Refused{405, "MethodNotAllowed"};
  const S3Stored& stored = named(asked.bucket, asked.key, asked.query("versionId"), asked.has("versionId"));
  std::string text = "<Tagging><TagSet>";
  std::string_view rest = stored.tags;
  while (!rest.empty()) {
    const std::string_view tag = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(tag.size() + 1, rest.size()));
    const auto equals = tag.find('=');
    text += "<Tag><Key>" + aws::escape_xml(*form_decoded(tag.substr(0, equals))) + "</Key><Value>" +
            aws::escape_xml(*form_decoded(tag.substr(equals + 1))) + "</Value></Tag>";
  }
  return {200, {}, text + "</TagSet></Tagging>"};
}

std::map<std::string, std::vector<S3Stored>> S3StandIn::versions(const std::string& bucket) {
  const std::lock_guard lock(mutex_);
  return buckets_.at(bucket);
}

std::size_t S3StandIn::uploads() {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::count_if(uploads_.begin(), uploads_.end(), [](const auto& upload) { return !upload.second.done; }));
}

std::vector<std::string> S3StandIn::operations() {
  const std::lock_guard lock(mutex_);
  return operations_;
}

}  // namespace scalper
