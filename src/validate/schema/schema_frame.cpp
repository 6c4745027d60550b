#include "validate/schema/schema_frame.h"

#include <algorithm>

#include "base/escape.h"

namespace scalper::schema {
namespace {

constexpr std::size_t kShown = 40;
constexpr std::size_t kPooled = 64;  // entries that a frame keeps room for when it is used again

std::uint64_t characters(std::string_view text) {
  return static_cast<std::uint64_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

template <class T>
void empty(std::vector<T>& vector) {
  vector.clear();
  if (vector.capacity() > kPooled) vector.shrink_to_fit();
}

}  // namespace

std::uint8_t Value::bits() {
  switch (kind) {
    case JsonKind::kString:
    case JsonKind::kKey: return kStringBit;
    case JsonKind::kTrue:
    case JsonKind::kFalse: return kFlagBit;
    case JsonKind::kNumber: {
      const bool plain = text.find_first_of(".eE") == std::string_view::npos;
      const bool whole = plain || (number().has_value() && number()->is_whole());
      return whole ? kNumberBit | kWholeBit : kNumberBit;
    }
    default: return kNullBit;
  }
}

const std::optional<Decimal>& Value::number() {
  if (!number_known_) {
    number_known_ = true;
    if (!cut) number_ = parse_decimal(text);
  }
  return number_;
}

std::uint64_t Value::length() {
  if (!length_.has_value()) length_ = characters(text);
  return *length_;
}

const ValueHash& Value::hash() {
  if (hash_.has_value()) return *hash_;
  if (hasher_.has_value()) {
    hash_ = hasher_->finish();
  } else if (kind == JsonKind::kString || kind == JsonKind::kKey) {
    hash_ = hash_of_string(text);
  } else if (kind == JsonKind::kNumber) {
    hash_ = number().has_value() ? hash_of_number(*number()) : hash_of_word('?');
  } else {
    hash_ = hash_of_word(kind == JsonKind::kTrue ? 't' : kind == JsonKind::kFalse ? 'f' : 'n');
  }
  return *hash_;
}

void Value::add_piece(std::string_view piece) {
  if (!hasher_.has_value()) hasher_ = string_hasher();
  hasher_->add(piece);
  length_ = length_.value_or(0) + characters(piece);
}

std::string Value::shown() const {
  switch (kind) {
    case JsonKind::kTrue: return "true";
    case JsonKind::kFalse: return "false";
    case JsonKind::kNull: return "null";
    case JsonKind::kNumber: return "the number " + escape_text(text, kShown);
    default: return "the string \"" + escape_text(text, kShown) + "\"";
  }
}

bool HashSet::add(ValueHash hash) {
  if (hash == ValueHash{}) hash.low = 1;
  if (2 * (count_ + 1) > slots_.size()) {
    std::vector<ValueHash> old(std::max<std::size_t>(16, 2 * slots_.size()));
    old.swap(slots_);
    for (const ValueHash& one : old)
      if (!(one == ValueHash{})) place(one);
  }
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash.low & mask; !(slots_[at] == ValueHash{}); at = (at + 1) & mask)
    if (slots_[at] == hash) return false;
  place(hash);
  ++count_;
  return true;
}

void HashSet::place(const ValueHash& hash) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash.low & mask;
  while (!(slots_[at] == ValueHash{})) at = (at + 1) & mask;
  slots_[at] = hash;
}

void Frame::reset() {
  where = {};
  object = scalar = wants_values = keeps_children = has_unique = false;
  serial = count = 0;
  empty(evaluations);
  empty(kids);
  empty(words);
  empty(links);
  empty(children);
  hash.reset();
  bytes = grown = 0;
}

void Alternatives::add(const Evaluation& branch) {
  ++total;
  if (!branch.failed) {
    ++matched;
    (matched == 1 ? first : second) = total;
  } else if (closest.node == nullptr || branch.reason.byte > closest.byte) {
    closest = branch.reason;
  }
}

}  // namespace scalper::schema
