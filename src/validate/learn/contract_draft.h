#pragma once
// A contract that says what samples have in common, with a comment to each line, for people to edit.

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "validate/contract.h"
#include "validate/learn/sample_notes.h"

namespace scalper::learn {

struct DraftQuestion {
  std::string name;    // of the contract: in the shape of that key
  std::string prefix;  // of the keys that it will judge
  std::vector<std::string> suffixes;
  std::string stem;  // of the files: "orders" for orders.yaml, orders.table.json
  std::uint64_t samples = 0;
  std::uint64_t least = 0;  // bytes
  std::uint64_t most = 0;
  std::set<std::string> warned;  // codes that the samples' verdicts have
  bool unsaid = false;           // they had more findings than were kept
};

// Why one contract cannot speak of all the samples; empty: it can.
[[nodiscard]] std::string disagreement(const SampleNotes& notes);

// The contract, then the schemas that it names. For samples without disagreement().
[[nodiscard]] std::vector<ContractText> draft_contract(const SampleNotes& notes, const DraftQuestion& question);

}  // namespace scalper::learn
