// The memory object store in each of its forms.

#include "adapters/memory/memory_object_store.h"

#include "contract/object_store_suite.h"
#include "support/fake_clock.h"

namespace scalper {
namespace {

class MemorySubject final : public ObjectStoreSubject {
 public:
  explicit MemorySubject(MemoryObjectStoreOptions options) : store_(clock_, options) {
    store_.add_bucket(input());
    store_.add_bucket(output());
  }
  ObjectStore& store() override { return store_; }
  Clock& clock() override { return clock_; }
  void pass(Millis time) override { clock_.advance(time); }
  void take(const ObjectKey& key) override { EXPECT_DONE(store_.hide(CallContext{}, output(), key)); }
  bool has_delete_markers() const override { return true; }

 private:
  FakeClock clock_;
  MemoryObjectStore store_;
};

ObjectStoreCase memory(const char* name, MemoryObjectStoreOptions options) {
  return {name, [options] { return std::make_unique<MemorySubject>(options); }};
}

INSTANTIATE_TEST_SUITE_P(Memory, ObjectStoreContract,
                         testing::Values(memory("Plain", {}), memory("Counted", {.ids = IdMode::kCounted}),
                                         memory("Consuming", {.copy_consumes_source = true}),
                                         memory("Mutable", {.copy_consumes_source = true, .immutable_versions = false}),
                                         memory("NoCreateOnlyCopy", {.create_only_copy = false}),
                                         memory("NoCreateOnlyCopyConsuming",
                                                {.create_only_copy = false, .copy_consumes_source = true}),
                                         memory("NoChecksumOnCopy", {.copy_gives_checksum = false})),
                         subject_name<ObjectStoreSubject>);

}  // namespace
}  // namespace scalper
