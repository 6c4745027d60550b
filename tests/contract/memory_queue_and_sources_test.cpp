#include "adapters/memory/memory_contract_source.h"
#include "adapters/memory/memory_notices.h"
#include "adapters/memory/memory_work_queue.h"
#include "contract/contract_source_suite.h"
#include "contract/notices_suite.h"
#include "contract/work_queue_suite.h"
#include "support/fake_clock.h"

namespace scalper {
namespace {

class MemoryQueueSubject final : public WorkQueueSubject {
 public:
  WorkQueue& queue() override { return queue_; }
  Clock& clock() override { return clock_; }
  void pass(Millis time) override { clock_.advance(time); }

 private:
  FakeClock clock_;
  MemoryWorkQueue queue_{clock_, {.max_receives = kMaxReceives}};
};

class MemoryContractSubject final : public ContractSourceSubject {
 public:
  ContractSource& source() override { return source_; }
  Clock& clock() override { return clock_; }
  void pass(Millis time) override { clock_.advance(time); }

 private:
  FakeClock clock_;
  MemoryContractSource source_{clock_};
};

class MemoryNoticesSubject final : public NoticesSubject {
 public:
  Notices& notices() override { return notices_; }
  Clock& clock() override { return clock_; }
  std::vector<std::string> told() override {
    std::vector<std::string> ids;
    for (const Notice& notice : notices_.told()) ids.push_back(notice.id);
    return ids;
  }

 private:
  FakeClock clock_;
  MemoryNotices notices_{clock_};
};

INSTANTIATE_TEST_SUITE_P(Memory, WorkQueueContract,
                         testing::Values(WorkQueueCase{"Plain", [] { return std::make_unique<MemoryQueueSubject>(); }}),
                         subject_name<WorkQueueSubject>);
INSTANTIATE_TEST_SUITE_P(Memory, ContractSourceContract,
                         testing::Values(ContractSourceCase{"Plain",
                                                            [] { return std::make_unique<MemoryContractSubject>(); }}),
                         subject_name<ContractSourceSubject>);
INSTANTIATE_TEST_SUITE_P(Memory, NoticesContract,
                         testing::Values(NoticesCase{"Plain", [] { return std::make_unique<MemoryNoticesSubject>(); }}),
                         subject_name<NoticesSubject>);

}  // namespace
}  // namespace scalper
