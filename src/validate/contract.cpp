#include "validate/contract.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "validate/contract/builtin.h"
#include "validate/contract/set_compiler.h"
#include "validate/schema/compiled_schema.h"

namespace scalper {

std::shared_ptr<const CompiledContract> builtin_contract() {
  static const std::shared_ptr<const CompiledContract> contract = grammar::compile_alone(grammar::builtin_text());
  assert(contract != nullptr);
  return contract;
}

CompiledSet compile_contracts(const std::vector<ContractText>& files) { return grammar::SetCompiler(files).run(); }

std::vector<std::string> files_named_by(const ContractText& contract) { return grammar::files_named_by(contract); }

std::vector<std::string> files_needed_by(const ContractText& contract, const std::vector<ContractText>& others) {
  std::vector<std::string> paths = files_named_by(contract);
  std::vector<schema::SchemaFile> files;
  for (const ContractText& other : others)
    if (other.path.ends_with(".json") && other.path != contract.path)
      files.push_back({other.path, schema::set_uri(other.path), other.text});
  const auto schemas = schema::make_schema_files(std::move(files));
  const std::vector<std::string> named = paths;
  for (const std::string& path : named) {
    std::vector<LintMessage> unsaid;  // whoever compiles the contract says it
    const auto compiled = schemas->compile(path, {}, unsaid);
    if (compiled == nullptr) continue;
    for (const std::string& file : compiled->files)
      if (std::find(paths.begin(), paths.end(), file) == paths.end()) paths.push_back(file);
  }
  return paths;
}

}  // namespace scalper
