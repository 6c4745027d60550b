#include "hosts/cli/contract_files.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "base/escape.h"

namespace scalper::cli {
namespace {

constexpr std::size_t kPathChars = 400;

}  // namespace

ChosenContracts::ChosenContracts(std::shared_ptr<const ContractIndex> index, bool one_for_all)
    : index_(std::move(index)) {
  if (!one_for_all) return;
  for (const auto& contract : index_->all())
    if (contract->stamp().name != builtin_contract()->stamp().name) only_ = contract;
}

std::shared_ptr<const CompiledContract> ChosenContracts::match(const std::string& key) const {
  if (only_) return only_;
  return index_ ? index_->match(key) : builtin_contract();
}

Result<ContractChoice> choose_contracts(const std::string& path) {
  ContractChoice choice;
  if (path.empty()) return choice;
  std::error_code failed;
  const bool folder = std::filesystem::is_directory(path, failed);
  SCALPER_TRY_ASSIGN(const auto files, folder ? read_contract_folder(path) : read_contract_file(path));
  CompiledSet set = compile_contracts(files);
  choice.empty = set.index != nullptr && set.says_nothing;
  choice.messages = std::move(set.messages);
  choice.refused = set.index == nullptr;
  if (set.index) choice.contracts = ChosenContracts(std::move(set.index), !folder);
  return choice;
}

std::string no_contracts_in(const std::string& path) {
  return "there is no contract in " + escape_text(path, kPathChars) +
         ": no .yaml or .yml file, and no .json file with a key `contract`";
}

}  // namespace scalper::cli
