#pragma once
// Whole validations: a contract of given settings, an input in given chunks, and the cases of tests/cases/files.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/cuts.h"
#include "validate/validator.h"

namespace scalper::tests {

// A contract that demands exactly these settings.
[[nodiscard]] std::shared_ptr<const CompiledContract> contract_of(ContractSettings settings);

// The verdict on the chunks; each is fed from memory that is gone afterwards. ADD_FAILURE where there is none.
[[nodiscard]] Verdict verdict_on(const Chunks& chunks, FileFacts facts,
                                 const std::shared_ptr<const CompiledContract>& contract = builtin_contract());
// The text whole, under a name.
[[nodiscard]] Verdict verdict_on(std::string_view text, const std::string& name, ContractSettings settings = {});

// The codes of the findings, sorted, each once, between commas; "-" = none.
[[nodiscard]] std::string codes_of(const Verdict& verdict);

struct FileCase {
  std::string path;     // below tests/cases/files
  std::string verdict;  // word
  std::string type;     // "-": not looked at
  std::string codes;    // as codes_of() writes them
  std::string bytes;
  std::shared_ptr<const CompiledContract> contract;  // of the set tests/cases/contracts, else the built-in one
};
// Those of tests/cases/files/expected.tsv, in its order.
[[nodiscard]] const std::vector<FileCase>& file_cases();

// One gzip member.
[[nodiscard]] std::string gzip_of(std::string_view text, int level = 6);

}  // namespace scalper::tests
