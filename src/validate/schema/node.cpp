#include "validate/schema/node.h"

#include <algorithm>
#include <cstring>

namespace scalper::schema {

// Names come from the schema: nobody gains by names that collide, so this need not be keyed.
std::uint64_t name_hash(std::string_view name) {
  constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15U;
  std::uint64_t hash = name.size() * kFactor;
  for (; name.size() >= 8; name.remove_prefix(8)) {
    std::uint64_t word = 0;
    std::memcpy(&word, name.data(), sizeof word);
    hash = (hash ^ word) * kFactor;
    hash ^= hash >> 29U;
  }
  std::uint64_t word = 0;
  std::memcpy(&word, name.data(), name.size());
  hash = (hash ^ word) * kFactor;
  return hash ^ (hash >> 32U);
}

SureRange sure_range(const Node& node) {
  constexpr std::int64_t kMost = 1'000'000'000'000'000'000;  // above every number of 18 digits
  SureRange range{-kMost, kMost};
  bool all = !node.multiple_of.has_value();
  const auto bound = [&](const std::optional<Decimal>& decimal, auto apply) {
    if (!decimal.has_value()) return;
    const auto whole = whole_number(*decimal);
    all = all && whole.has_value();
    if (whole.has_value()) apply(*whole);
  };
  bound(node.minimum, [&](std::int64_t value) { range.low = std::max(range.low, value); });
  bound(node.exclusive_minimum, [&](std::int64_t value) { range.low = std::max(range.low, value + 1); });
  bound(node.maximum, [&](std::int64_t value) { range.high = std::min(range.high, value); });
  bound(node.exclusive_maximum, [&](std::int64_t value) { range.high = std::min(range.high, value - 1); });
  return all ? range : SureRange{};
}

NameRule& NameTable::rule(std::string_view name) {
  const auto found = std::find_if(rules_.begin(), rules_.end(), [&](const NameRule& r) { return r.text == name; });
  if (found != rules_.end()) return *found;
  NameRule& made = rules_.emplace_back();
  made.text = name;
  made.hash = name_hash(name);
  return made;
}

void NameTable::seal() {
  if (rules_.empty()) return;
  std::size_t size = 4;
  while (size < 2 * rules_.size()) size *= 2;
  mask_ = size - 1;
  slots_.assign(size, 0);
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    std::size_t at = rules_[i].hash & mask_;
    while (slots_[at] != 0) at = (at + 1) & mask_;
    slots_[at] = static_cast<std::uint32_t>(i + 1);
  }
}

}  // namespace scalper::schema
