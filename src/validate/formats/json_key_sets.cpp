#include "validate/formats/json_key_sets.h"

#include <algorithm>

namespace scalper {

void JsonKeySets::drop() {
  keys_.resize(sets_.back().keys);
  slots_.resize(sets_.back().slots);
  sets_.pop_back();
}

void JsonKeySets::clear() {
  depth_ = 0;
  sets_.clear();
  keys_.clear();
  slots_.clear();
}

std::uint32_t& JsonKeySets::slot_of(const Set& set, const KeyHash& key) {
  std::size_t at = key.low & set.mask;
  while (true) {
    std::uint32_t& slot = slots_[set.slots + at];
    if (slot == 0 || keys_[set.keys + slot - 1] == key) return slot;
    at = (at + 1) & set.mask;
  }
}

void JsonKeySets::grow(Set& set) {
  set.mask = set.mask == 0 ? 4 * kFew - 1 : 2 * set.mask + 1;
  slots_.resize(set.slots);
  slots_.resize(set.slots + set.mask + 1, 0);
  const std::size_t count = keys_.size() - set.keys;
  for (std::size_t i = 0; i < count; ++i) slot_of(set, keys_[set.keys + i]) = static_cast<std::uint32_t>(i + 1);
}

JsonKeySets::Answer JsonKeySets::add(const KeyHash& key) {
  if (sets_.empty() || sets_.back().depth != depth_) sets_.push_back({depth_, keys_.size(), slots_.size(), 0});
  Set& set = sets_.back();
  const std::size_t count = keys_.size() - set.keys;
  if (set.mask == 0) {
    const auto begin = keys_.begin() + static_cast<std::ptrdiff_t>(set.keys);
    if (std::find(begin, keys_.end(), key) != keys_.end()) return Answer::kDuplicate;
  } else if (slot_of(set, key) != 0) {
    return Answer::kDuplicate;
  }
  if (keys_.size() == kMostKeys) return Answer::kFull;
  keys_.push_back(key);
  if (set.mask == 0 ? count + 1 > kFew : 2 * (count + 1) > set.mask) {
    grow(set);
  } else if (set.mask != 0) {
    slot_of(set, key) = static_cast<std::uint32_t>(count + 1);
  }
  return Answer::kNew;
}

}  // namespace scalper
