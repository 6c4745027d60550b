// LocalObjectStore: listings by page.

#include <algorithm>
#include <charconv>

#include "adapters/local/local_object_parts.h"
#include "ports/may_begin.h"

namespace scalper {
namespace {

constexpr std::size_t kMaxPage = 1000;

Error bad_cursor() { return {ErrorCode::kInvalidArgument, "the cursor is not one of this listing"}; }

Result<void> check_limit(std::size_t limit) {
  if (limit < 1 || limit > kMaxPage) return Error(ErrorCode::kInvalidArgument, "a page has 1 to 1000 entries");
  return {};
}

std::string scope_of(const BucketName& bucket, const std::string& prefix) {
  return "versions " + bucket.value() + " " + prefix;
}

}  // namespace

Result<VersionPage> LocalObjectStore::list_versions(const CallContext& context, const BucketName& bucket,
                                                    const std::string& prefix, std::size_t limit,
                                                    const std::string& cursor) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY(check_limit(limit));
  if (bucket.value() == local::kInput) return list_input(prefix, limit, cursor);
  SCALPER_TRY_ASSIGN(PublishedBucket* const there, published(bucket));
  return list_published(context, *there, prefix, limit, cursor);
}

Result<VersionPage> LocalObjectStore::list_input(const std::string& prefix, std::size_t limit,
                                                 const std::string& cursor) {
  const std::string scope = scope_of(BucketName{local::kInput}, prefix);
  ObjectKey key{prefix};
  std::string generation;
  if (!cursor.empty()) {
    const auto position = cursors_.decode(scope, cursor);
    if (!position || position->size() != 2) return bad_cursor();
    key = ObjectKey{(*position)[0]};
    generation = (*position)[1];
  }
  const auto versions = ledger_.page(prefix, key, generation, limit + 1);
  VersionPage page;
  for (std::size_t i = 0; i < std::min(limit, versions.size()); ++i) {
    SCALPER_TRY_ASSIGN(const auto version, files_.find(versions[i].generation));  // settled, or not there
    if (!version) continue;
    const auto newest = ledger_.current(version->key);
    page.versions.push_back(describe(*version, newest && newest->generation == version->generation));
  }
  if (versions.size() > limit)
    page.next_cursor = cursors_.encode(scope, {versions[limit - 1].key.value(), versions[limit - 1].generation});
  return page;
}

// The keys of all files there are, once for a whole listing: keys and paths do not sort alike.
Result<std::shared_ptr<const LocalObjectStore::Snapshot>> LocalObjectStore::snapshot(const CallContext& context,
                                                                                     PublishedBucket& bucket,
                                                                                     const std::string& prefix,
                                                                                     bool fresh) {
  {
    const std::lock_guard lock(mutex_);
    const auto at = snapshots_.find(bucket.name);
    if (!fresh && at != snapshots_.end() && at->second->prefix == prefix) return at->second;
  }
  auto made = std::make_shared<Snapshot>();
  made->prefix = prefix;
  std::vector<std::string> folders{""};
  while (!folders.empty()) {
    SCALPER_TRY(may_begin(context, clock_));
    const std::string folder = std::move(folders.back());
    folders.pop_back();
    SCALPER_TRY_ASSIGN(const auto entries, bucket.list(folder));
    for (const FolderEntry& entry : entries) {
      const std::string path = folder.empty() ? entry.name : folder + "/" + entry.name;
      if (entry.kind == FileKind::kFolder) folders.push_back(path);
      if (entry.kind != FileKind::kRegular) continue;
      SCALPER_TRY_ASSIGN(const ObjectKey key, bucket.key_at(path));
      if (key.value().starts_with(prefix)) made->keys.insert(key.value());
    }
  }
  const std::lock_guard lock(mutex_);
  snapshots_[bucket.name] = made;
  return std::shared_ptr<const Snapshot>(made);
}

Result<VersionPage> LocalObjectStore::list_published(const CallContext& context, PublishedBucket& bucket,
                                                     const std::string& prefix, std::size_t limit,
                                                     const std::string& cursor) {
  const std::string scope = scope_of(bucket.name, prefix);
  std::string behind;
  if (!cursor.empty()) {
    const auto position = cursors_.decode(scope, cursor);
    if (!position || position->size() != 1) return bad_cursor();
    behind = position->front();
  }
  SCALPER_TRY_ASSIGN(const auto all, snapshot(context, bucket, prefix, cursor.empty()));
  VersionPage page;
  for (auto key = cursor.empty() ? all->keys.begin() : all->keys.upper_bound(behind); key != all->keys.end(); ++key) {
    if (page.versions.size() == limit) {
      page.next_cursor = cursors_.encode(scope, {behind});
      return page;
    }
    behind = *key;
    const ObjectRef ref{bucket.name, ObjectKey{*key}, VersionId{}};
    const auto found = find_at(bucket, ref);
    if (found.failed_with(ErrorCode::kNotFound)) continue;  // taken since
    if (!found.ok()) return found.error();
    page.versions.push_back(describe(bucket, ref.key, *found));
  }
  const std::lock_guard lock(mutex_);
  snapshots_.erase(bucket.name);
  return page;
}

Result<VersionPage> LocalObjectStore::list_key_versions(const CallContext& context, const BucketName& bucket,
                                                        const ObjectKey& key, WallTime since, std::size_t limit,
                                                        const std::string& cursor) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY(check_limit(limit));
  const std::string scope =
      "key " + std::to_string(since.time_since_epoch().count()) + " " + bucket.value() + " " + key.value();
  std::string behind;
  if (!cursor.empty()) {
    const auto position = cursors_.decode(scope, cursor);
    if (!position || position->size() != 1) return bad_cursor();
    behind = position->front();
  }
  std::vector<ObjectInfo> newest_first;
  if (bucket.value() == local::kInput) {
    for (const AdoptedVersion& version : ledger_.of_key(key)) {
      SCALPER_TRY_ASSIGN(const auto settled, files_.find(version.generation));
      if (settled) newest_first.push_back(describe(*settled, newest_first.empty()));
    }
  } else {
    SCALPER_TRY_ASSIGN(PublishedBucket* const there, published(bucket));
    SCALPER_TRY_ASSIGN(newest_first, published_of_key(*there, key));
  }
  VersionPage page;
  bool passed = behind.empty();
  for (const ObjectInfo& info : newest_first) {
    const bool wanted = passed && info.last_modified >= since;
    passed = passed || info.ref.version.value() == behind;
    if (!wanted) continue;
    if (page.versions.size() == limit) {
      page.next_cursor = cursors_.encode(scope, {page.versions.back().ref.version.value()});
      return page;
    }
    page.versions.push_back(info);
  }
  return page;
}

// Whoever looks for an earlier publication will count on it: it is made durable before it is told.
Result<std::vector<ObjectInfo>> LocalObjectStore::published_of_key(PublishedBucket& bucket, const ObjectKey& key) {
  const std::lock_guard lock(bucket.key_lock(key));
  SCALPER_TRY_ASSIGN(const KeyVersions known, bucket.meta.load(key));
  std::vector<ObjectInfo> newest_first;
  for (auto version = known.versions.rbegin(); version != known.versions.rend(); ++version) {
    SCALPER_TRY_ASSIGN(const bool published, bucket.is_published(*version));
    if (!published) continue;
    SCALPER_TRY_ASSIGN(auto place, bucket.place_of(*version));
    const bool there = place.has_value();
    if (there) {
      SCALPER_TRY(bucket.sync(place->spot));
    } else {
      place.emplace();
      place->stat.size = version->size;
      place->stat.mtime_ns = version->mtime_ns;
    }
    newest_first.push_back(describe(bucket, key, Found{*version, *std::move(place)}));
    newest_first.back().latest = there;
  }
  if (newest_first.empty()) return newest_first;
  int code = folder_.in_sync.sync(posix_, folder_.in);
  if (code >= 0) code = folder_.staging_sync.sync(posix_, folder_.staging);
  if (code < 0) return posix_error(code, "syncing the folder of adopted files");
  return newest_first;
}

}  // namespace scalper
