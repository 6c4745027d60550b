#pragma once
// Contracts: what a feed's owner demands of files below a prefix. Parsed and compiled once, then immutable and shared.
// The grammar is described by schemas/contract.schema.json and the page docs/contracts.md.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/verdict.h"
#include "validate/contract_settings.h"

namespace scalper {

struct ContractText {
  std::string path;  // relative to the set's root, '/' between segments
  std::string text;
};

struct LintMessage {
  enum class Level : std::uint8_t { kError, kWarning } level = Level::kError;
  std::string path;
  std::uint64_t line = 0;  // 1-based; 0 = unknown
  std::uint64_t column = 0;
  std::string message;  // with "did you mean" where a key is unknown; escaped
};

// What the pipeline has to know of a contract; the checks themselves are behind Validator.
class CompiledContract {
 public:
  virtual ~CompiledContract() = default;
  [[nodiscard]] virtual const ContractStamp& stamp() const = 0;
  [[nodiscard]] virtual const ContractSettings& settings() const = 0;
  [[nodiscard]] IntegrityFrom integrity_from() const { return settings().integrity.from; }
  [[nodiscard]] bool integrity_required() const { return settings().integrity.require.has_value(); }
  [[nodiscard]] Millis integrity_wait() const { return settings().integrity.wait; }
};

// A whole set, compiled. Immutable.
class ContractIndex {
 public:
  virtual ~ContractIndex() = default;
  // The contract with the longest matching prefix (and a matching suffix; of those with the longest such, one without
  // suffixes comes last); the built-in one where none matches, or null where the set says `unmatched: quarantine`.
  [[nodiscard]] virtual std::shared_ptr<const CompiledContract> match(std::string_view key) const = 0;
  [[nodiscard]] virtual std::vector<std::shared_ptr<const CompiledContract>> all() const = 0;
};

struct CompiledSet {
  std::shared_ptr<const ContractIndex> index;  // null if there are errors
  std::vector<LintMessage> messages;           // errors and warnings (a key whose check is not built yet is a warning)
  // Neither a contract nor a set.yaml: the built-in contract judges, and nobody said so. Schemas say nothing.
  bool says_nothing = true;
};

// *.yaml and *.yml are contracts, and so is each *.json with a top-level `contract` key; other *.json are files that
// contracts may name, by their path from the contract's own folder. set.yaml (or .yml, .json) at the root speaks for
// the whole set: `unmatched: builtin | quarantine`. An empty set is good: only the built-in contract.
//
// Two contracts of one name, or with one prefix and suffix in common, are refused: longest prefix, then longest suffix,
// names one contract. All errors are reported at once, ordered by path and line, up to 1,000 messages. Bounds: 10,000
// files, 16 MiB in all, 256 KiB a contract, 2 MiB a schema. Never throws but for want of memory.
[[nodiscard]] CompiledSet compile_contracts(const std::vector<ContractText>& files);

// The paths in the set of the files that this contract names; also if it has errors elsewhere.
[[nodiscard]] std::vector<std::string> files_named_by(const ContractText& contract);
// The same with those of `others` that the named schemas refer to, by path or by `$id`.
[[nodiscard]] std::vector<std::string> files_needed_by(const ContractText& contract,
                                                       const std::vector<ContractText>& others);

// The contract for files that no contract matches: type known and agreeing with the name, well-formed, declared
// checksums right, archives harmless.
[[nodiscard]] std::shared_ptr<const CompiledContract> builtin_contract();

}  // namespace scalper
