#pragma once
// The contract of the ObjectStore port: every sentence of ports/object_store.h, for every adapter.
//
// An adapter joins in a file of its own:
//   class MyStoreSubject final : public ObjectStoreSubject { ... };
//   INSTANTIATE_TEST_SUITE_P(My, ObjectStoreContract,
//                            testing::Values(ObjectStoreCase{"MyStore", [] { return std::make_unique<MyStoreSubject>();
//                            }}), subject_name<ObjectStoreSubject>);
// A capability that the adapter does not declare is not skipped: the same tests then assert the refusal.

#include <map>

#include "contract/subject.h"
#include "ports/clock.h"
#include "ports/object_store.h"
#include "support/byte_sources.h"

namespace scalper {

class ObjectStoreSubject {
 public:
  virtual ~ObjectStoreSubject() = default;
  [[nodiscard]] virtual ObjectStore& store() = 0;
  [[nodiscard]] virtual Clock& clock() = 0;
  // Lets time go by, as the store and the clock see it.
  virtual void pass(Millis time) = 0;

  // Buckets that are there and empty. The first takes many versions of one key.
  [[nodiscard]] virtual BucketName input() const { return BucketName{"input"}; }
  [[nodiscard]] virtual BucketName output() const { return BucketName{"output"}; }

  // A sender's file comes in as a new version of an input key.
  [[nodiscard]] virtual Result<ObjectInfo> arrive(const ObjectKey& key, const std::string& bytes,
                                                  const Metadata& metadata) {
    TextSource body(bytes);
    return store().put(CallContext{}, input(), key, body, metadata, "text/plain", false);
  }

  // A consumer takes an output file as consumers do (S3: DELETE without a version, local: unlink).
  virtual void take(const ObjectKey& key) = 0;
  // Whether take() leaves a delete marker that listings show and remove_version() lifts.
  [[nodiscard]] virtual bool has_delete_markers() const = 0;

  // Which of the awkward keys the store takes. One that refuses some, or an emulator that mangles them, has a test of
  // its own that says what it does with each.
  [[nodiscard]] virtual bool takes(const std::string& /*key*/) const { return true; }
  // Whether head() and open() of a version by its id say if it is the latest; else they never say "yes".
  [[nodiscard]] virtual bool tells_latest_by_version() const { return true; }
  // Whether a copy's answer or its head() states a full-object checksum; else whoever copies reads it back.
  [[nodiscard]] virtual bool states_checksums() const { return true; }
  // Whether completing a replacement again may be answered as before; a second version it never makes.
  [[nodiscard]] virtual bool repeats_completions() const { return false; }
  // Lies of emulators: pages of a listing that are in order only within themselves, a condition that several writers at
  // once pass together.
  [[nodiscard]] virtual bool pages_in_order() const { return true; }
  [[nodiscard]] virtual bool replaces_atomically() const { return true; }
};

using ObjectStoreCase = SubjectCase<ObjectStoreSubject>;

class ObjectStoreContract : public testing::TestWithParam<ObjectStoreCase> {
 protected:
  // What the world can see of a key: nothing, or the bytes and the metadata of its current version.
  struct Sight {
    bool there = false;
    std::string bytes;
    Metadata metadata;
    VersionId version;
    friend bool operator==(const Sight&, const Sight&) = default;
    friend void PrintTo(const Sight& sight, std::ostream* out) {
      *out << (sight.there ? "'" + escape_text(sight.bytes) + "' as " + sight.version.value() : "nothing");
    }
  };

  void SetUp() override {
    subject = GetParam().make();
    store = &subject->store();
    input = subject->input();
    output = subject->output();
  }

  // Each fails the test and answers an empty value where the store does not do it.
  ObjectInfo arrive(const std::string& key, const std::string& bytes, const Metadata& metadata = {});
  std::string read(const ObjectRef& ref, ByteRange range = {});
  // The versions of the whole bucket in listing order, page by page.
  std::vector<ObjectInfo> all(const BucketName& bucket, const std::string& prefix = "", std::size_t limit = 1000);
  std::vector<ObjectInfo> all_of_key(const BucketName& bucket, const std::string& key, WallTime since = {},
                                     std::size_t limit = 1000);
  Sight sight(const BucketName& bucket, const std::string& key);
  bool is_there(const ObjectRef& ref) { return store->head(context, ref).ok(); }

  // Those awkward keys that this store takes.
  [[nodiscard]] std::vector<std::string> keys() const;

  // Reads the source to its end, seals it, and asks for its copy to output/<key>.
  CopyRequest request(const ObjectInfo& source, const std::string& key, const Metadata& metadata = {});
  // copy(), or where the store lacks it a replacement of nothing: the way the pipeline publishes on either.
  Result<CopyAnswer> publish(const CopyRequest& request);
  // arrive() + publish(): an object in output.
  CopyAnswer stand(const std::string& key, const std::string& bytes);
  [[nodiscard]] bool consumes() const { return store->capabilities().copy_consumes_source; }

  std::unique_ptr<ObjectStoreSubject> subject;
  ObjectStore* store = nullptr;
  BucketName input;
  BucketName output;
  CallContext context;
};

// Keys that have broken stores: each is a key of its own, none may be taken for another.
[[nodiscard]] const std::vector<std::string>& awkward_keys();

}  // namespace scalper
