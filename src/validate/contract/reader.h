#pragma once
// From the tree of a contract to its settings.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "validate/contract/grammar.h"
#include "validate/contract/tree.h"

namespace scalper::grammar {

// A file that the contract names.
struct Reference {
  std::string key;   // "csv.schema"
  std::string path;  // in the set
  Place place;
};

struct ReadContract {
  ContractSettings settings;
  std::vector<Reference> references;
  std::map<std::string, Place, std::less<>> places;  // of the keys that are there
};

// Everything that can be said of one contract by itself; errors and warnings are in `lint`. `folder` of the contract
// within the set, with a '/' at its end, or empty: what the contract names lies there or below.
[[nodiscard]] ReadContract read_contract(const ContractNode& tree, std::string_view folder, Lint& lint);

enum class Unmatched : std::uint8_t { kBuiltin, kQuarantine };
// Of set.yaml.
[[nodiscard]] Unmatched read_set(const ContractNode& tree, Lint& lint);

}  // namespace scalper::grammar
