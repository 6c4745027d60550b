#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "ports/contract_source.h"
#include "ports/telemetry.h"
#include "validate/contract.h"

namespace scalper {

// The compiled set that is current. A broken or unreachable new set never weakens a running gate: the last good one
// stays, and that is said once per digest. Thread-safe.
class ContractsInUse {
 public:
  ContractsInUse(ContractSource& source, Telemetry& telemetry) : source_(source), telemetry_(telemetry) {}

  // An Error only while there has never been a good set: then nothing may be claimed.
  [[nodiscard]] Result<std::shared_ptr<const ContractIndex>> snapshot(const CallContext& context);

  // Empty, or why the set that is published is not the one in use.
  [[nodiscard]] std::string complaint() const;

 private:
  Result<std::shared_ptr<const ContractIndex>> keep_last_good(const std::string& why, std::string digest);
  // The last good set, or why there is none. Under the lock.
  [[nodiscard]] Result<std::shared_ptr<const ContractIndex>> kept() const;

  ContractSource& source_;
  Telemetry& telemetry_;
  mutable std::mutex mutex_;
  std::string digest_;          // of the set in use
  std::string refused_digest_;  // of a set that did not compile
  std::string complaint_;
  std::shared_ptr<const ContractIndex> index_;
};

}  // namespace scalper
