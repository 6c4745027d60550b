#include "validate/contract/match_index.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace scalper::grammar {

void Beginnings::seal() {
  texts_.resize(numbers_.size());
  shorter_.assign(numbers_.size(), kNone);
  std::size_t before = kNone;
  for (const auto& [text, number] : numbers_) {
    texts_[number] = text;
    shorter_[number] = climb(before, text);
    before = number;
  }
}

// A text that begins `whole` begins also everything that sorts between the two: it is `number`, or among those that
// `number` begins with.
std::size_t Beginnings::climb(std::size_t number, std::string_view whole) const {
  while (number != kNone && !whole.starts_with(texts_[number])) number = shorter_[number];
  return number;
}

std::size_t Beginnings::longest(std::string_view whole) const {
  const auto after = numbers_.upper_bound(whole);
  return after == numbers_.begin() ? kNone : climb(std::prev(after)->second, whole);
}

std::shared_ptr<const CompiledContract> MatchIndex::add(const std::string& prefix, const std::string& suffix,
                                                        const std::shared_ptr<const CompiledContract>& contract) {
  const std::size_t number = prefixes_.add(prefix);
  if (number == below_.size()) below_.emplace_back();
  BelowPrefix& below = below_[number];
  const std::size_t place = below.suffixes.add({suffix.rbegin(), suffix.rend()});
  if (place < below.contracts.size()) return below.contracts[place];
  below.contracts.push_back(contract);
  return nullptr;
}

void MatchIndex::seal() {
  prefixes_.seal();
  for (BelowPrefix& below : below_) below.suffixes.seal();
  std::sort(all_.begin(), all_.end(), [](const auto& a, const auto& b) { return a->stamp().name < b->stamp().name; });
}

std::shared_ptr<const CompiledContract> MatchIndex::match(std::string_view key) const {
  const std::string backwards(key.rbegin(), key.rend());
  for (std::size_t at = prefixes_.longest(key); at != Beginnings::kNone; at = prefixes_.shorter(at)) {
    const std::size_t suffix = below_[at].suffixes.longest(backwards);
    if (suffix != Beginnings::kNone) return below_[at].contracts[suffix];
  }
  return unmatched_ == Unmatched::kBuiltin ? builtin_contract() : nullptr;
}

std::vector<std::shared_ptr<const CompiledContract>> MatchIndex::all() const {
  auto contracts = all_;
  if (unmatched_ == Unmatched::kBuiltin) contracts.push_back(builtin_contract());
  return contracts;
}

}  // namespace scalper::grammar
