#pragma once
// Which of thousands of contracts a key belongs to: a search and a short climb, never a look at each.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "validate/contract.h"
#include "validate/contract/reader.h"

namespace scalper::grammar {

// Texts, of which those that begin a given one are found, the longest first. Filled, then sealed, then only asked.
class Beginnings {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  // The number that stands for the text from now on; the same for the same text.
  std::size_t add(std::string text) { return numbers_.try_emplace(std::move(text), numbers_.size()).first->second; }
  void seal();
  // The longest text that `whole` begins with; then, from each, the next shorter one. kNone: no more.
  [[nodiscard]] std::size_t longest(std::string_view whole) const;
  [[nodiscard]] std::size_t shorter(std::size_t number) const { return shorter_[number]; }

 private:
  [[nodiscard]] std::size_t climb(std::size_t number, std::string_view whole) const;

  std::map<std::string, std::size_t, std::less<>> numbers_;
  std::vector<std::string_view> texts_;  // by number; they lie in numbers_
  std::vector<std::size_t> shorter_;     // by number: the longest other text that it begins with
};

// Longest prefix first; within it the longest suffix, contracts without one last. A contract whose prefix matches and
// whose suffixes do not is passed over for one with a shorter prefix.
class MatchIndex final : public ContractIndex {
 public:
  // Null, or the contract that has this very prefix and suffix ("" = none) already; then nothing was added.
  std::shared_ptr<const CompiledContract> add(const std::string& prefix, const std::string& suffix,
                                              const std::shared_ptr<const CompiledContract>& contract);
  void add_name(const std::shared_ptr<const CompiledContract>& contract) { all_.push_back(contract); }
  void set_unmatched(Unmatched unmatched) { unmatched_ = unmatched; }
  void seal();  // before the first match()

  [[nodiscard]] std::shared_ptr<const CompiledContract> match(std::string_view key) const override;
  [[nodiscard]] std::vector<std::shared_ptr<const CompiledContract>> all() const override;

 private:
  struct BelowPrefix {
    Beginnings suffixes;                                             // written backwards
    std::vector<std::shared_ptr<const CompiledContract>> contracts;  // by the suffix's number
  };

  Unmatched unmatched_ = Unmatched::kBuiltin;
  Beginnings prefixes_;
  std::vector<BelowPrefix> below_;  // by the prefix's number
  std::vector<std::shared_ptr<const CompiledContract>> all_;
};

}  // namespace scalper::grammar
