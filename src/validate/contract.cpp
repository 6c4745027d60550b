#include "validate/contract.h"

#include <cassert>

#include "validate/contract/builtin.h"
#include "validate/contract/set_compiler.h"

namespace scalper {

std::shared_ptr<const CompiledContract> builtin_contract() {
  static const std::shared_ptr<const CompiledContract> contract = grammar::compile_alone(grammar::builtin_text());
  assert(contract != nullptr);
  return contract;
}

CompiledSet compile_contracts(const std::vector<ContractText>& files) { return grammar::SetCompiler(files).run(); }

std::vector<std::string> files_named_by(const ContractText& contract) { return grammar::files_named_by(contract); }

}  // namespace scalper
