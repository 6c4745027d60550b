#pragma once
// Sets of contracts as callers offer them. Only for .cpp files of api/, which include Boost.JSON before.

#include <memory>
#include <string>
#include <vector>

#include "api/contract_set.h"
#include "base/result.h"
#include "ports/contract_source.h"
#include "validate/contract.h"

namespace scalper::api {

// The member "files" of a body: [{"path", "text"}]. kInvalidArgument.
[[nodiscard]] Result<std::vector<ContractFile>> contract_files_of(const boost::json::object& body);

struct Linted {
  boost::json::array messages;
  std::shared_ptr<const ContractIndex> index;  // null: not sound
  bool says_nothing = false;                   // neither a contract nor a word on what judges without one
};
[[nodiscard]] Linted lint_contract_files(const std::vector<ContractFile>& files);

[[nodiscard]] boost::json::object lint_view(const LintMessage& message);

}  // namespace scalper::api
