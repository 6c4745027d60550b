#include "validate/formats/toml_tables.h"

#include <array>
#include <cstring>

namespace scalper::toml {
namespace {

// The same length for every place, so that no path reads as another.
std::array<char, 17> bytes_of(const KeyHash& place, char kind) {
  std::array<char, 17> bytes{};
  std::memcpy(bytes.data(), &place.high, 8);
  std::memcpy(bytes.data() + 8, &place.low, 8);
  bytes[16] = kind;
  return bytes;
}

}  // namespace

KeyHash Tables::below(const KeyHash& table, std::string_view name) {
  const auto bytes = bytes_of(table, 'k');
  hasher_.add({bytes.data(), bytes.size()});
  hasher_.add(name);
  return hasher_.finish();
}

KeyHash Tables::element(const KeyHash& table, std::uint64_t number) {
  const auto bytes = bytes_of(table, 'e');
  hasher_.add({bytes.data(), bytes.size()});
  std::array<char, 8> digits{};
  std::memcpy(digits.data(), &number, digits.size());
  hasher_.add({digits.data(), digits.size()});
  return hasher_.finish();
}

Named Tables::at(const KeyHash& place) const {
  const auto found = nodes_.find(place);
  return found == nodes_.end() ? Named::kNew : found->second.named;
}

bool Tables::set(const KeyHash& place, Named named) {
  const auto found = nodes_.find(place);
  if (found == nodes_.end() && nodes_.size() == most_) return false;
  nodes_[place].named = named;
  return true;
}

KeyHash Tables::newest(const KeyHash& place) { return element(place, nodes_[place].tables); }

}  // namespace scalper::toml
