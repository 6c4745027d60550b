// MemoryObjectStore: what yields bytes and pages.

#include <algorithm>
#include <charconv>
#include <cstring>

#include "adapters/memory/memory_object_store.h"
#include "ports/may_begin.h"

namespace scalper {
namespace {

constexpr std::size_t kMaxPage = 1000;

std::uint64_t number_in(const std::string& text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Error bad_cursor() { return {ErrorCode::kInvalidArgument, "the cursor is not one of this listing"}; }

Result<void> check_limit(std::size_t limit) {
  if (limit < 1 || limit > kMaxPage) return Error{ErrorCode::kInvalidArgument, "a page has 1 to 1000 entries"};
  return {};
}

}  // namespace

// Holds the bytes for as long as it is read, as a GET that began before its version was removed goes on. A store whose
// versions are not immutable asks before each read whether the version is still there.
class MemoryObjectStore::Reader final : public ByteSource {
 public:
  Reader(MemoryObjectStore& store, ObjectRef ref, std::shared_ptr<const Content> content, ByteRange range)
      : store_(store), ref_(std::move(ref)), content_(std::move(content)), at_(range.first) {
    end_ = at_ + std::min<std::uint64_t>(range.length, content_->bytes.size() - at_);
  }

  Result<std::size_t> read(const CallContext& context, MutableBytes into) override {
    SCALPER_TRY(may_begin(context, store_.clock_));
    if (!store_.options_.immutable_versions) {
      const std::lock_guard lock(store_.mutex_);
      SCALPER_TRY(store_.find_version(ref_));
    }
    const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), end_ - at_));
    if (n > 0) std::memcpy(into.data(), content_->bytes.data() + at_, n);
    at_ += n;
    return n;
  }

 private:
  MemoryObjectStore& store_;
  ObjectRef ref_;
  std::shared_ptr<const Content> content_;
  std::uint64_t at_;
  std::uint64_t end_ = 0;
};

Result<OpenedObject> MemoryObjectStore::open(const CallContext& context, const ObjectRef& ref, const ETag& if_match,
                                             ByteRange range) {
  SCALPER_TRY(may_begin(context, clock_));
  const std::lock_guard lock(mutex_);
  SCALPER_TRY_ASSIGN(const Found found, find_version(ref));
  const Version& version = *found.version;
  if (!if_match.empty() && version.etag != if_match)
    return Error{ErrorCode::kPreconditionFailed, "the version has another etag"};
  if (range.first > version.content->bytes.size())
    return Error{ErrorCode::kInvalidArgument, "the range begins beyond the end"};
  ObjectInfo info = describe(ref, found);
  auto body = std::make_unique<Reader>(*this, info.ref, version.content, range);
  return OpenedObject{std::move(info), std::move(body)};
}

Result<VersionPage> MemoryObjectStore::list_versions(const CallContext& context, const BucketName& bucket,
                                                     const std::string& prefix, std::size_t limit,
                                                     const std::string& cursor) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY(check_limit(limit));
  const std::string scope = "versions " + std::to_string(bucket.value().size()) + " " + bucket.value() + prefix;
  std::string from = prefix;
  std::uint64_t below = UINT64_MAX;  // the key `from` goes on with versions older than this
  if (!cursor.empty()) {
    const auto position = cursors_.decode(scope, cursor);
    if (!position || position->size() != 2) return bad_cursor();
    from = (*position)[0];
    below = number_in((*position)[1]);
  }
  const std::lock_guard lock(mutex_);
  SCALPER_TRY_ASSIGN(const Bucket* const there, find_bucket(bucket));
  VersionPage page;
  for (auto at = there->keys.lower_bound(from); at != there->keys.end() && at->first.starts_with(prefix); ++at) {
    const auto& [key, versions] = *at;
    for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
      if (key == from && version->order >= below) continue;
      if (page.versions.size() == limit) {
        page.next_cursor = cursors_.encode(scope, {page.versions.back().ref.key.value(), std::to_string(below)});
        return page;
      }
      page.versions.push_back(list_entry(bucket, key, *version, version == versions.rbegin()));
      if (page.versions.size() == limit) below = version->order;
    }
  }
  return page;
}

Result<VersionPage> MemoryObjectStore::list_key_versions(const CallContext& context, const BucketName& bucket,
                                                         const ObjectKey& key, WallTime since, std::size_t limit,
                                                         const std::string& cursor) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY(check_limit(limit));
  const std::string scope = "key " + std::to_string(since.time_since_epoch().count()) + " " +
                            std::to_string(bucket.value().size()) + " " + bucket.value() + key.value();
  std::uint64_t below = UINT64_MAX;
  if (!cursor.empty()) {
    const auto position = cursors_.decode(scope, cursor);
    if (!position || position->size() != 1) return bad_cursor();
    below = number_in((*position)[0]);
  }
  const std::lock_guard lock(mutex_);
  SCALPER_TRY_ASSIGN(const Bucket* const there, find_bucket(bucket));
  VersionPage page;
  const auto found = there->keys.find(key.value());
  if (found == there->keys.end()) return page;
  const Versions& versions = found->second;
  for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
    if (version->order >= below || !version->content || version->last_modified < since) continue;
    if (page.versions.size() == limit) {
      page.next_cursor = cursors_.encode(scope, {std::to_string(below)});
      break;
    }
    page.versions.push_back(list_entry(bucket, key.value(), *version, version == versions.rbegin()));
    if (page.versions.size() == limit) below = version->order;
  }
  return page;
}

ObjectInfo MemoryObjectStore::list_entry(const BucketName& bucket, const std::string& key, const Version& version,
                                         bool latest) {
  ObjectInfo info;
  info.ref = {bucket, ObjectKey{key}, version.id};
  info.size = version.content ? version.content->bytes.size() : 0;
  info.etag = version.etag;
  info.last_modified = version.last_modified;
  info.latest = latest;
  info.delete_marker = version.content == nullptr;
  return info;
}

}  // namespace scalper
