// Contract sets in buckets of servers that speak S3's API, and what the contract of the port does not reach.

#include "adapters/aws/s3_contract_source.h"

#include "contract/contract_source_suite.h"
#include "s3_servers.h"
#include "support/fake_clock.h"

namespace scalper::aws {
namespace {

class EmulatedSource final : public ContractSourceSubject {
 public:
  explicit EmulatedSource(const Server& server) : aws_(server.endpoint), bucket_(aws_, "sets") {}
  ContractSource& source() override { return source_; }
  Clock& clock() override { return clock_; }
  void pass(Millis time) override { clock_.advance(time); }

 private:
  EmulatedAws aws_;
  EmulatedBucket bucket_;
  FakeClock clock_;
  // Deadlines are looked at by its clock, which is not the client's.
  S3ContractSource source_{aws_.client, clock_, bucket_.name(), "gate/contracts"};
};

ContractSourceCase on(const Server& server) {
  return {server.name, [&server] { return std::make_unique<EmulatedSource>(server); }};
}

INSTANTIATE_TEST_SUITE_P(S3, ContractSourceContract, testing::Values(on(kSeaweed), on(kMinistack)),
                         subject_name<ContractSourceSubject>);

}  // namespace
}  // namespace scalper::aws
