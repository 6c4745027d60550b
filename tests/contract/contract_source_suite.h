#pragma once
// The contract of the ContractSource port, for every adapter. How an adapter joins is said in object_store_suite.h.

#include "contract/subject.h"
#include "ports/clock.h"
#include "ports/contract_source.h"

namespace scalper {

class ContractSourceSubject {
 public:
  virtual ~ContractSourceSubject() = default;
  [[nodiscard]] virtual ContractSource& source() = 0;
  [[nodiscard]] virtual Clock& clock() = 0;
  // Lets time go by, as the source and the clock see it.
  virtual void pass(Millis time) = 0;
};

using ContractSourceCase = SubjectCase<ContractSourceSubject>;

class ContractSourceContract : public testing::TestWithParam<ContractSourceCase> {
 protected:
  void SetUp() override {
    subject = GetParam().make();
    source = &subject->source();
  }
  // The current digest, after every cache has had its 10 seconds; empty if there is none.
  std::string current();

  std::unique_ptr<ContractSourceSubject> subject;
  ContractSource* source = nullptr;
  CallContext context;
};

}  // namespace scalper
