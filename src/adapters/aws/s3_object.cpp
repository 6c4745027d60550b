#include "adapters/aws/s3_object.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "adapters/aws/client/aws_errors.h"
#include "adapters/aws/s3_text.h"
#include "base/escape.h"

namespace scalper::aws {
namespace {

constexpr std::string_view kMetaPrefix = "x-amz-meta-";
constexpr std::array<std::string_view, 6> kContentHeaders{"content-type",        "content-encoding", "content-language",
                                                          "content-disposition", "cache-control",    "expires"};

bool equals_ignoring_case(std::string_view a, std::string_view upper) {
  return std::equal(a.begin(), a.end(), upper.begin(), upper.end(),
                    [](char x, char y) { return (x >= 'a' && x <= 'z' ? x - 'a' + 'A' : x) == y; });
}

// "bytes 0-9/1234" or "bytes */1234": the size is that of the whole.
std::optional<std::uint64_t> whole_size(const AwsResponse& response) {
  const std::string_view range = response.header("content-range");
  if (range.empty()) return parse_number(response.header("content-length"));
  const auto slash = range.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  return parse_number(range.substr(slash + 1));
}

Metadata metadata_in(const AwsResponse& response) {
  Metadata metadata;
  for (const auto& [name, value] : response.headers)
    if (name.starts_with(kMetaPrefix) && name.size() > kMetaPrefix.size())
      metadata[name.substr(kMetaPrefix.size())] = value;
  return metadata;
}

Error unreadable(const ObjectRef& ref, std::string_view what) {
  return {ErrorCode::kCorrupt, "S3 answers for " + escape_text(ref.key.value()) + " without " + std::string(what)};
}

}  // namespace

std::optional<std::uint64_t> full_object_crc(std::string_view value, std::string_view type) {
  if (!type.empty() && !equals_ignoring_case(type, "FULL_OBJECT")) return std::nullopt;
  return parse_crc64nvme(value);
}

std::optional<std::uint64_t> begin_of_body(const AwsResponse& response) {
  constexpr int kPartial = 206;
  constexpr std::string_view kUnit = "bytes ";
  if (response.status != kPartial) return 0;
  const std::string_view range = response.header("content-range");
  const auto dash = range.find('-');
  if (!range.starts_with(kUnit) || dash == std::string_view::npos) return std::nullopt;
  return parse_number(range.substr(kUnit.size(), dash - kUnit.size()));
}

Result<S3Object> read_object(const ObjectRef& asked, const AwsResponse& response) {
  S3Object object;
  ObjectInfo& info = object.info;
  info.ref = asked;
  info.etag = unquoted(response.header("etag"));
  if (info.etag.empty()) return unreadable(asked, "an etag");
  const auto size = whole_size(response);
  if (!size) return unreadable(asked, "a length");
  info.size = *size;
  const auto time = parse_http_date(response.header("last-modified"));
  if (!time) return unreadable(asked, "a time");
  info.last_modified = *time;
  if (asked.version.empty()) info.ref.version = written_version(response.header("x-amz-version-id"));
  if (info.ref.version.empty() || is_bare_null(asked.version))
    info.ref.version = null_version_id(info.etag, info.last_modified);
  info.latest = asked.version.empty();
  info.crc64nvme = full_object_crc(response.header("x-amz-checksum-crc64nvme"), response.header("x-amz-checksum-type"));
  info.content_type = response.header("content-type");
  info.metadata = metadata_in(response);
  for (const std::string_view name : kContentHeaders)
    if (const std::string_view value = response.header(name); !value.empty())
      object.content_headers.emplace_back(name, value);
  object.storage_class = response.header("x-amz-storage-class");
  object.tags = parse_number(response.header("x-amz-tagging-count"));
  return object;
}

void add_metadata(Fields& headers, const Metadata& metadata) {
  for (const auto& [name, value] : metadata) headers.emplace_back(std::string(kMetaPrefix) + name, value);
}

void SeenObjects::remember(const S3Object& object) {
  const ObjectRef& ref = object.info.ref;
  if (ref.version.empty() || parse_null_version(ref.version)) return;
  const std::lock_guard lock(mutex_);
  if (const auto known = by_ref_.find(ref); known != by_ref_.end()) {
    newest_first_.erase(known->second);
    by_ref_.erase(known);
  }
  newest_first_.push_front(object);
  by_ref_[ref] = newest_first_.begin();
  if (newest_first_.size() <= kKept) return;
  by_ref_.erase(newest_first_.back().info.ref);
  newest_first_.pop_back();
}

std::optional<S3Object> SeenObjects::find(const ObjectRef& ref) {
  const std::lock_guard lock(mutex_);
  const auto known = by_ref_.find(ref);
  if (known == by_ref_.end()) return std::nullopt;
  return *known->second;
}

void SeenObjects::forget(const ObjectRef& ref) {
  const std::lock_guard lock(mutex_);
  const auto known = by_ref_.find(ref);
  if (known == by_ref_.end()) return;
  newest_first_.erase(known->second);
  by_ref_.erase(known);
}

}  // namespace scalper::aws
