// The object store on a data folder: with leases and openat2, and without either.

#include "adapters/local/local_object_store.h"

#include <filesystem>
#include <fstream>

#include "contract/object_store_suite.h"
#include "support/fake_clock.h"
#include "support/posix_decorators.h"
#include "support/temp_dir.h"

namespace scalper {
namespace {

class LocalSubject final : public ObjectStoreSubject {
 public:
  LocalSubject(Posix& posix, bool leases) {
    posix_ = std::make_unique<UnsyncedPosix>(posix);
    auto folder = DataFolder::open(*posix_, dir_.path());
    EXPECT_DONE(folder);
    folder_ = *std::move(folder);
    if (!leases) folder_->has_leases = false;
    auto store = LocalObjectStore::open(*folder_, clock_);
    EXPECT_DONE(store);
    store_ = *std::move(store);
  }
  ObjectStore& store() override { return *store_; }
  Clock& clock() override { return clock_; }
  void pass(Millis time) override { clock_.advance(time); }
  void take(const ObjectKey& key) override {
    std::filesystem::remove(dir_.path() / "output" / path_of_key(key, Tree::kPlain));
  }
  bool has_delete_markers() const override { return false; }

 private:
  TempDir dir_;
  FakeClock clock_;
  std::unique_ptr<UnsyncedPosix> posix_;
  std::unique_ptr<DataFolder> folder_;
  std::unique_ptr<LocalObjectStore> store_;
};

// The same, but that senders drop their files into the inbox where they can: keys that are file names, no metadata.
class InboxSubject final : public ObjectStoreSubject {
 public:
  explicit InboxSubject(bool leases) {
    auto folder = DataFolder::open(posix_, dir_.path());
    EXPECT_DONE(folder);
    folder_ = *std::move(folder);
    if (!leases) folder_->has_leases = false;
    auto store = LocalObjectStore::open(*folder_, clock_);
    EXPECT_DONE(store);
    store_ = *std::move(store);
  }
  ObjectStore& store() override { return *store_; }
  Clock& clock() override { return clock_; }
  void pass(Millis time) override { clock_.advance(time); }
  void take(const ObjectKey& key) override {
    std::filesystem::remove(dir_.path() / "output" / path_of_key(key, Tree::kPlain));
  }
  bool has_delete_markers() const override { return false; }

  Result<ObjectInfo> arrive(const ObjectKey& key, const std::string& bytes, const Metadata& metadata) override {
    const std::string& name = key.value();
    const bool plain = name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789./") == std::string::npos &&
                       !is_ignored_in_inbox(name) && !name.ends_with('/') && !name.starts_with('/') &&
                       name.find("//") == std::string::npos && name.size() < 200;
    // A type cannot come with a file, and the suite asks for it where it asks for metadata.
    if (!plain || !metadata.empty()) return ObjectStoreSubject::arrive(key, bytes, metadata);
    const auto path = dir_.path() / "input" / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
    SCALPER_TRY_ASSIGN(const Adoption adoption, store_->inbox().adopt(CallContext{}, name));
    const auto* const adopted = std::get_if<Adopted>(&adoption);
    if (adopted == nullptr) return Error(ErrorCode::kInternal, "not adopted");
    return store_->head(CallContext{}, adopted->event.ref);
  }

 private:
  TempDir dir_;
  FakeClock clock_;
  UnsyncedPosix posix_{system_posix()};
  std::unique_ptr<DataFolder> folder_;
  std::unique_ptr<LocalObjectStore> store_;
};

INSTANTIATE_TEST_SUITE_P(
    Local, ObjectStoreContract,
    testing::Values(ObjectStoreCase{"Plain", [] { return std::make_unique<LocalSubject>(system_posix(), true); }},
                    ObjectStoreCase{"NoLeases", [] { return std::make_unique<LocalSubject>(system_posix(), false); }},
                    ObjectStoreCase{
                        "NoOpenat2",
                        [] { return std::make_unique<LocalSubject>(system_posix_without_openat2(), true); }},
                    ObjectStoreCase{"Inbox", [] { return std::make_unique<InboxSubject>(true); }},
                    ObjectStoreCase{"InboxWithoutLeases", [] { return std::make_unique<InboxSubject>(false); }}),
    subject_name<ObjectStoreSubject>);

}  // namespace
}  // namespace scalper
