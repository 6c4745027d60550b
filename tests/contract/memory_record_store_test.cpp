#include "adapters/memory/memory_record_store.h"

#include "contract/record_store_suite.h"
#include "support/fake_clock.h"

namespace scalper {
namespace {

class MemoryRecordSubject final : public RecordStoreSubject {
 public:
  RecordStore& store() override { return store_; }
  Clock& clock() override { return clock_; }

 private:
  FakeClock clock_;
  MemoryRecordStore store_{clock_};
};

INSTANTIATE_TEST_SUITE_P(Memory, RecordStoreContract,
                         testing::Values(RecordStoreCase{"Plain",
                                                         [] { return std::make_unique<MemoryRecordSubject>(); }}),
                         subject_name<RecordStoreSubject>);

}  // namespace
}  // namespace scalper
