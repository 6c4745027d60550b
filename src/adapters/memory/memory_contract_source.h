#pragma once

#include <map>
#include <mutex>
#include <string>

#include "ports/clock.h"
#include "ports/contract_source.h"

namespace scalper {

// Sets in memory. publish(): kInvalidArgument for a digest that is no plain word, for paths that are empty, absolute,
// doubled or lead out of the set, and for a digest that is stored with other files.
class MemoryContractSource final : public ContractSource {
 public:
  explicit MemoryContractSource(Clock& clock) : clock_(clock) {}

  [[nodiscard]] Result<std::string> current_digest(const CallContext&) override;
  [[nodiscard]] Result<ContractSet> load(const CallContext&, const std::string& digest) override;
  [[nodiscard]] Result<void> publish(const CallContext&, const ContractSet& set) override;

 private:
  Clock& clock_;
  std::mutex mutex_;
  std::string current_;
  std::map<std::string, ContractSet> sets_;
};

}  // namespace scalper
