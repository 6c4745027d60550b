#pragma once
// Contracts from the disk, as people keep them.

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "validate/contract.h"

namespace scalper {

// Everything below `folder` that a set may hold: .yaml, .yml and .json files, by path, '/' between segments; hidden
// ones are left out, links to files followed. kInvalidArgument above 16 MiB in all or 10,000 files, for a link to a
// folder, and for a name of a set that is no file.
[[nodiscard]] Result<std::vector<ContractText>> read_contract_folder(const std::filesystem::path& folder);

// One contract and the files that it names, as far as they are there.
[[nodiscard]] Result<std::vector<ContractText>> read_contract_file(const std::filesystem::path& file);

// "path:line:column: error: message", escaped.
[[nodiscard]] std::string lint_line(const LintMessage& message);

}  // namespace scalper
