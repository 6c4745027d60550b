#pragma once
// Contracts from the disk, for verbs that judge without a gate.

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "hosts/local_contract_files.h"
#include "validate/contract.h"

namespace scalper::cli {

// Which contract judges a key.
class ChosenContracts {
 public:
  ChosenContracts() = default;  // the built-in one
  // `one_for_all`: the set is one contract that judges whatever the key is.
  ChosenContracts(std::shared_ptr<const ContractIndex> index, bool one_for_all);
  // Null: the set sends such files to quarantine.
  [[nodiscard]] std::shared_ptr<const CompiledContract> match(const std::string& key) const;

 private:
  std::shared_ptr<const ContractIndex> index_;
  std::shared_ptr<const CompiledContract> only_;
};

struct ContractChoice {
  ChosenContracts contracts;
  std::vector<LintMessage> messages;
  bool refused = false;
  bool empty = false;  // something was named, and holds neither a contract nor a set.yaml
};

// FILE or DIR as a person names it. An Error only where it cannot be read.
[[nodiscard]] Result<ContractChoice> choose_contracts(const std::string& path);

// What to say of a choice that is empty.
[[nodiscard]] std::string no_contracts_in(const std::string& path);

}  // namespace scalper::cli
