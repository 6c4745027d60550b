#include "validate/safety/name_set.h"

#include <utility>

namespace scalper {
namespace {

constexpr std::size_t kFirstSlots = 64;  // a power of two, as all that follow

bool is_empty(const KeyHash& slot) { return slot == KeyHash{}; }

// Zero marks an empty slot; the one name in 2^127 that hashes to it takes its neighbour.
KeyHash kept(KeyHash name) {
  if (is_empty(name)) name.low = 1;
  return name;
}

}  // namespace

std::size_t NameSet::slot_of(const KeyHash& name) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = static_cast<std::size_t>(name.low) & mask;
  while (!is_empty(slots_[at]) && slots_[at] != name) at = (at + 1) & mask;
  return at;
}

bool NameSet::has(const KeyHash& name) const { return !slots_.empty() && !is_empty(slots_[slot_of(kept(name))]); }

NameSet::Answer NameSet::add(const KeyHash& name) {
  if (has(name)) return Answer::kThere;
  if (8 * (count_ + 1) > 7 * slots_.size() && !grow()) return Answer::kFull;
  slots_[slot_of(kept(name))] = kept(name);
  ++count_;
  return Answer::kNew;
}

bool NameSet::grow() {
  const std::size_t wanted = slots_.empty() ? kFirstSlots : 2 * slots_.size();
  // The half that is left is given back only once the new one stands.
  std::optional<Reservation> room;
  room.emplace(budget_, wanted * sizeof(KeyHash));
  if (!room->granted()) return false;
  const std::vector<KeyHash> old = std::exchange(slots_, std::vector<KeyHash>(wanted));
  for (const KeyHash& name : old)
    if (!is_empty(name)) slots_[slot_of(name)] = name;
  held_.reset();
  room.reset();
  held_.emplace(budget_, wanted * sizeof(KeyHash));
  return held_->granted();
}

}  // namespace scalper
