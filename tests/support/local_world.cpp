#include "support/local_world.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "digest/crc64nvme.h"
#include "digest/sha256.h"
#include "support/byte_sources.h"

namespace scalper {
namespace fs = std::filesystem;
namespace {

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Error again(const std::string& why) { return {ErrorCode::kUnavailable, why}; }

// From the inbox, or, where an earlier try got half-way, from what the sweep sees.
Result<void> find_source(LocalWorld& world, const std::string& name, JourneyRecord& record) {
  LocalObjectStore& store = world.store();
  SCALPER_TRY_ASSIGN(const auto page, store.list_versions(CallContext{}, BucketName{"input"}, "", 10, ""));
  if (!page.versions.empty()) {
    record.source = page.versions.front().ref;
    return {};
  }
  SCALPER_TRY_ASSIGN(const Adoption adoption, store.inbox().adopt(CallContext{}, name));
  const auto* const adopted = std::get_if<Adopted>(&adoption);
  if (adopted == nullptr) return again("not adopted");
  record.source = adopted->event.ref;
  return {};
}

Result<bool> look_for_mine(LocalWorld& world, const ObjectRef& target, const JourneyRecord& record) {
  SCALPER_TRY_ASSIGN(const auto page,
                     world.store().list_key_versions(CallContext{}, target.bucket, target.key, {}, 10, ""));
  for (const ObjectInfo& info : page.versions)
    if (info.metadata.contains(kMetaId) && info.metadata.at(kMetaId) == record.source->version.value()) return true;
  return false;
}

Result<void> read_and_decide(LocalWorld& world, const std::string& bytes, JourneyRecord& record) {
  SCALPER_TRY_ASSIGN(auto opened, world.store().open(CallContext{}, *record.source, ETag{}, {}));
  SCALPER_TRY_ASSIGN(const std::string text, drain(CallContext{}, *opened.body));
  EXPECT_EQ(text, bytes);
  SCALPER_TRY_ASSIGN(record.decision, world.store().seal(CallContext{}, *record.source));
  return {};
}

Result<void> check_copy(const CopyAnswer& answer, const std::string& bytes) {
  EXPECT_EQ(answer.size, bytes.size());
  if (answer.crc64nvme) {
    EXPECT_EQ(*answer.crc64nvme, crc64nvme(as_bytes(bytes)));
  }
  return {};
}

// The inbox has its bytes again, under another version; what is in quarantine never does that.
void vanish(JourneyRecord& record) {
  EXPECT_EQ(record.source->bucket.value(), "input");
  const bool replace = record.replace;
  record = {};
  record.replace = replace;
}

Result<CopyAnswer> replace(LocalObjectStore& store, const CopyRequest& request) {
  const auto current = store.head(CallContext{}, {request.bucket, request.key, VersionId{}});
  if (!current.ok() && !current.failed_with(ErrorCode::kNotFound)) return current.error();
  SCALPER_TRY_ASSIGN(const UploadId upload, store.begin_replace(CallContext{}, request));
  return store.complete_replace(CallContext{}, request, upload, current.ok() ? current->etag : ETag{});
}

Result<void> publish(LocalWorld& world, const ObjectRef& target, const std::string& bytes, bool resumed,
                     JourneyRecord& record) {
  LocalObjectStore& store = world.store();
  if (resumed) {
    SCALPER_TRY_ASSIGN(record.verified, look_for_mine(world, target, record));
    if (record.verified) return {};
  }
  CopyRequest request;
  request.source = *record.source;
  request.source_etag = ETag{record.source->version.value()};
  request.seal = *record.decision;
  request.bucket = target.bucket;
  request.key = target.key;
  request.metadata = {{kMetaId, record.source->version.value()}};
  const auto answer = record.replace ? replace(store, request) : store.copy(CallContext{}, request);
  if (answer.ok()) {
    record.verified = true;
    return check_copy(*answer, bytes);
  }
  SCALPER_TRY_ASSIGN(record.verified, look_for_mine(world, target, record));
  if (record.verified) return {};
  if (answer.failed_with(ErrorCode::kNotFound)) vanish(record);
  return answer.error();
}

}  // namespace

LocalWorld::LocalWorld(bool leases, Posix& posix) : unsynced(posix), leases_(leases) { EXPECT_TRUE(reopen()); }

void LocalWorld::close() {
  store_.reset();
  folder_.reset();
}

bool LocalWorld::reopen() {
  close();
  auto folder = DataFolder::open(faulty, dir_.path());
  if (!folder.ok()) return false;
  folder_ = *std::move(folder);
  if (!leases_) folder_->has_leases = false;
  auto store = LocalObjectStore::open(*folder_, clock);
  if (!store.ok()) {
    folder_.reset();
    return false;
  }
  store_ = *std::move(store);
  return true;
}

void LocalWorld::drop(const std::string& name, const std::string& bytes) const {
  const fs::path file = path("input") / name;
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << bytes;
}

ObjectRef LocalWorld::adopt(const std::string& name) {
  const auto adoption = store_->inbox().adopt(CallContext{}, name);
  EXPECT_TRUE(adoption.ok()) << (adoption.ok() ? "" : adoption.error().message());
  const auto* const adopted = adoption.ok() ? std::get_if<Adopted>(&*adoption) : nullptr;
  EXPECT_NE(adopted, nullptr) << name;
  return adopted == nullptr ? ObjectRef{} : adopted->event.ref;
}

std::vector<std::string> LocalWorld::copies_of(const std::string& bytes) const {
  std::vector<std::string> copies;
  for (const auto& entry : fs::recursive_directory_iterator(dir_.path())) {
    const std::string name = fs::relative(entry.path(), dir_.path());
    const bool known = name.starts_with(".scalper/meta") || name.starts_with(".scalper/journal");
    if (entry.is_regular_file() && !known && content_of(entry.path()) == bytes) copies.push_back(name);
  }
  return copies;
}

Result<void> try_journey(LocalWorld& world, const std::string& name, const std::string& bytes, const ObjectRef& target,
                         bool resumed, JourneyRecord& record) {
  LocalObjectStore& store = world.store();
  if (!record.source) SCALPER_TRY(find_source(world, name, record));
  if (!record.verified && record.decision && resumed) {
    const auto same = store.confirm(CallContext{}, *record.source, *record.decision, to_hex(sha256(as_bytes(bytes))));
    if (same.failed_with(ErrorCode::kPreconditionFailed)) record.decision.reset();
    if (!same.ok() && record.decision && !same.failed_with(ErrorCode::kNotFound)) return same;
  }
  if (!record.verified && !record.decision) {
    const auto decided = read_and_decide(world, bytes, record);
    if (decided.failed_with(ErrorCode::kNotFound)) vanish(record);
    if (!decided.ok()) return decided;
  }
  if (!record.verified) SCALPER_TRY(publish(world, target, bytes, resumed, record));
  return store.remove_version(CallContext{}, *record.source, *record.decision);
}

}  // namespace scalper
