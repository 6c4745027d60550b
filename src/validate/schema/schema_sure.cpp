// The quick yes: what most values of a good file are asked is answered without making anything of them. Whatever is not
// sure goes through the checks one by one, which also say what is wrong.
#include <algorithm>
#include <array>

#include "validate/schema/schema_run.h"

namespace scalper::schema {
namespace {

__extension__ using Wide = __int128;

constexpr auto kPowers = [] {
  std::array<std::int64_t, kMostShortDigits + 1> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;  // NOLINT(*-constant-array-index)
  return powers;
}();

bool number_is_sure(const Node& node, std::string_view text) {
  const bool any = (node.types & kNumberBit) != 0;
  if (any && !node.has_number_rules) return true;
  if (!any && (node.types & kWholeBit) == 0) return false;
  const auto number = short_number(text);
  if (!number.has_value() || (!any && number->fraction > 0)) return false;
  if (!node.has_number_rules) return true;
  const Wide scale = kPowers.at(number->fraction);
  return node.sure.low * scale <= number->digits && number->digits <= node.sure.high * scale;
}

bool length_is_sure(const Node& node, std::string_view text) {
  // No character takes more than four bytes.
  if (text.size() <= node.max_length && text.size() / 4 >= node.min_length) return true;
  const auto length = static_cast<std::uint64_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
  return node.min_length <= length && length <= node.max_length;
}

bool string_is_sure(const Node& node, std::string_view text) {
  if ((node.types & kStringBit) == 0) return false;
  if (node.has_values &&
      std::none_of(node.values.begin(), node.values.end(), [&](const AllowedValue& one) { return one.text == text; }))
    return false;
  if (!node.has_string_rules) return true;
  return length_is_sure(node, text) && (node.pattern == nullptr || node.pattern->found_in(text)) &&
         (node.format == Format::kNone || has_format(node.format, text));
}

bool is_sure(const Node& node, JsonKind kind, std::string_view text) {
  if (node.never || !node.in_place.empty()) return false;
  if (kind == JsonKind::kString) return string_is_sure(node, text);
  if (node.has_values) return false;
  if (kind == JsonKind::kNumber) return number_is_sure(node, text);
  return (node.types & (kind == JsonKind::kNull ? kNullBit : kFlagBit)) != 0;
}

}  // namespace

bool SchemaRun::surely_match(JsonKind kind, std::string_view text) {
  for (const Pending& pending : pending_) {
    if (pending.kind == LinkKind::kContains || !is_sure(schema_.nodes[pending.node], kind, text)) return false;
  }
  pending_.clear();
  return true;
}

}  // namespace scalper::schema
