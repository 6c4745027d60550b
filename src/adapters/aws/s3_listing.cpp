#include "adapters/aws/s3_listing.h"

#include <algorithm>
#include <optional>

#include "adapters/aws/client/xml.h"
#include "adapters/aws/s3_object_store.h"
#include "adapters/aws/s3_text.h"
#include "base/escape.h"
#include "base/form_encoding.h"
#include "ports/may_begin.h"

namespace scalper::aws {
namespace {

constexpr std::size_t kMaxPage = 1000;

Error unreadable(const char* what) { return {ErrorCode::kCorrupt, std::string("a listing of versions with ") + what}; }

Result<std::string> decoded(const std::string& text, bool encoded) {
  if (!encoded) return text;
  auto bytes = form_decoded(text);
  if (!bytes) return unreadable("a key that is not encoded as it says");
  return *std::move(bytes);
}

Result<ObjectInfo> read_entry(const BucketName& bucket, const XmlElement& element, bool encoded) {
  ObjectInfo info;
  info.delete_marker = element.name == "DeleteMarker";
  SCALPER_TRY_ASSIGN(std::string key, decoded(element.text_at({"Key"}), encoded));
  if (key.empty()) return unreadable("an entry without a key");
  info.ref = {bucket, ObjectKey{std::move(key)}, VersionId{element.text_at({"VersionId"})}};
  info.etag = unquoted(element.text_at({"ETag"}));
  info.latest = element.text_at({"IsLatest"}) == "true";
  const auto time = parse_listed_time(element.text_at({"LastModified"}));
  if (!time) return unreadable("an entry without a time");
  info.last_modified = *time;
  if (info.ref.version.empty()) return unreadable("an entry without a version");
  if (info.ref.version.value() == "null") info.ref.version = null_version_id(info.etag, info.last_modified);
  if (info.delete_marker) return info;
  const auto size = parse_number(element.text_at({"Size"}));
  if (!size || info.etag.empty()) return unreadable("an entry without a size or an etag");
  info.size = *size;
  return info;
}

// AWS lists newest first by itself, whatever the times say: that of a multipart upload is when it was begun.
bool is_in_order(const std::vector<ObjectInfo>& versions) {
  return std::adjacent_find(versions.begin(), versions.end(), [](const ObjectInfo& a, const ObjectInfo& b) {
           return b.ref.key < a.ref.key || (a.ref.key == b.ref.key && b.latest);
         }) == versions.end();
}

// For stores that put the markers behind all versions, or sort by something else.
bool comes_before(const ObjectInfo& a, const ObjectInfo& b) {
  if (a.ref.key != b.ref.key) return a.ref.key < b.ref.key;
  if (a.latest != b.latest) return a.latest;
  return a.last_modified > b.last_modified;
}

Error bad_cursor() { return {ErrorCode::kInvalidArgument, "the cursor is not one of this listing"}; }

Result<void> check_limit(std::size_t limit) {
  if (limit < 1 || limit > kMaxPage) return Error{ErrorCode::kInvalidArgument, "a page has 1 to 1000 entries"};
  return {};
}

struct Position {
  std::string key;
  std::string version;
};

Result<Position> position_in(const PageCursors& cursors, const std::string& scope, const std::string& cursor) {
  if (cursor.empty()) return Position{};
  auto fields = cursors.decode(scope, cursor);
  if (!fields || fields->size() != 2) return bad_cursor();
  return Position{std::move((*fields)[0]), std::move((*fields)[1])};
}

std::string scope_of(const char* what, const BucketName& bucket, const std::string& rest) {
  return std::string(what) + " " + std::to_string(bucket.value().size()) + " " + bucket.value() + rest;
}

Result<ListedPage> fetch_page(AwsClient& client, const CallContext& context, const BucketName& bucket,
                              const std::string& prefix, std::size_t limit, const Position& behind,
                              bool with_below = true) {
  if (!is_bucket_name(bucket))
    return Error{ErrorCode::kNotFound, "no bucket can have the name " + escape_text(bucket.value())};
  AwsRequest request;
  request.service = "s3";
  request.method = "GET";
  request.bucket = bucket.value();
  request.query = {{"versions", ""}, {"encoding-type", "url"}, {"max-keys", std::to_string(limit)}};
  if (!prefix.empty()) request.query.emplace_back("prefix", prefix);
  if (!with_below) request.query.emplace_back("delimiter", "/");
  if (!behind.key.empty()) request.query.emplace_back("key-marker", behind.key);
  if (!behind.version.empty()) request.query.emplace_back("version-id-marker", behind.version);
  SCALPER_TRY_ASSIGN(const AwsResponse response, client.call(context, request));
  return read_listing(bucket, response.body);
}

}  // namespace

Result<ListedPage> read_listing(const BucketName& bucket, std::string_view document) {
  SCALPER_TRY_ASSIGN(const XmlElement root, parse_xml(document));
  if (root.name != "ListVersionsResult") return unreadable("another name");
  const bool encoded = root.text_at({"EncodingType"}) == "url";
  ListedPage page;
  for (const XmlElement& element : root.children) {
    if (element.name != "Version" && element.name != "DeleteMarker") continue;
    SCALPER_TRY_ASSIGN(ObjectInfo info, read_entry(bucket, element, encoded));
    page.versions.push_back(std::move(info));
  }
  if (!is_in_order(page.versions)) std::stable_sort(page.versions.begin(), page.versions.end(), comes_before);
  page.truncated = root.text_at({"IsTruncated"}) == "true";
  if (!page.truncated) return page;
  SCALPER_TRY_ASSIGN(page.next_key, decoded(root.text_at({"NextKeyMarker"}), encoded));
  page.next_version = root.text_at({"NextVersionIdMarker"});
  if (page.next_key.empty()) return unreadable("more to come, and not from where");
  return page;
}

Result<VersionPage> S3ObjectStore::list_versions(const CallContext& context, const BucketName& bucket,
                                                 const std::string& prefix, std::size_t limit,
                                                 const std::string& cursor) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY(check_limit(limit));
  const std::string scope = scope_of("versions", bucket, prefix);
  SCALPER_TRY_ASSIGN(const Position behind, position_in(cursors_, scope, cursor));
  SCALPER_TRY_ASSIGN(ListedPage listed, fetch_page(client_, context, bucket, prefix, limit, behind));
  VersionPage page;
  page.versions = std::move(listed.versions);
  if (listed.truncated) {
    if (listed.next_key == behind.key && listed.next_version == behind.version)
      return Error(ErrorCode::kCorrupt, "the listing of versions does not go on");
    page.next_cursor = cursors_.encode(scope, {listed.next_key, listed.next_version});
  }
  return page;
}

// The key is the first of those that begin with it, and what lies below it as below a folder is left out. No version is
// passed over for being behind an older one: see is_in_order(). A whole page at a time, since some stores have others
// before it.
Result<VersionPage> S3ObjectStore::list_key_versions(const CallContext& context, const BucketName& bucket,
                                                     const ObjectKey& key, WallTime since, std::size_t limit,
                                                     const std::string& cursor) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY(check_limit(limit));
  const std::string scope = scope_of("key", bucket, "/" + key.value());
  SCALPER_TRY_ASSIGN(Position behind, position_in(cursors_, scope, cursor));
  VersionPage page;
  for (;;) {
    SCALPER_TRY_ASSIGN(ListedPage listed, fetch_page(client_, context, bucket, key.value(), kMaxPage, behind, false));
    for (ObjectInfo& info : listed.versions) {
      if (info.ref.key != key || info.delete_marker || info.last_modified < since) continue;
      if (page.versions.size() == limit) {
        const ObjectRef& last = page.versions.back().ref;
        page.next_cursor = cursors_.encode(scope, {key.value(), wire_version(last.version)});
        return page;
      }
      page.versions.push_back(std::move(info));
    }
    if (!listed.truncated || listed.next_key != key.value()) return page;
    if (listed.next_key == behind.key && listed.next_version == behind.version)
      return Error(ErrorCode::kCorrupt, "the listing of versions does not go on");
    behind = {std::move(listed.next_key), std::move(listed.next_version)};
  }
}

}  // namespace scalper::aws
