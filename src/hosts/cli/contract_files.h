#pragma once
// Contracts from the disk, for verbs that judge without a gate.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "validate/contract.h"

namespace scalper::cli {

// Everything below `folder` that a set may hold: .yaml, .yml and .json files, by path, '/' between segments; hidden
// ones and links are left out. kInvalidArgument above 16 MiB in all or 10,000 files.
[[nodiscard]] Result<std::vector<ContractText>> read_contract_folder(const std::filesystem::path& folder);

// One contract and the files that it names, as far as they are there.
[[nodiscard]] Result<std::vector<ContractText>> read_contract_file(const std::filesystem::path& file);

// "path:line:column: error: message", escaped.
[[nodiscard]] std::string lint_line(const LintMessage& message);

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
};

// FILE or DIR as a person names it. An Error only where it cannot be read.
[[nodiscard]] Result<ContractChoice> choose_contracts(const std::string& path);

}  // namespace scalper::cli
