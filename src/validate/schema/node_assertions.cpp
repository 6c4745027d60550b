// The keywords that say something of the value itself.
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/escape.h"
#include "validate/schema/node_builder.h"

namespace scalper::schema {
namespace {

constexpr auto kTypes = std::to_array<std::pair<std::string_view, std::uint8_t>>({
    {"null", kNullBit},
    {"boolean", kFlagBit},
    {"number", kNumberBit},
    {"string", kStringBit},
    {"array", kArrayBit},
    {"object", kObjectBit},
    {"integer", kWholeBit},
});

// 0: no type.
std::uint8_t type_bit(const TreeNode& name) {
  if (!name.is_string()) return 0;
  const auto* const found =
      std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& pair) { return pair.first == name.text; });
  return found == kTypes.end() ? std::uint8_t{0} : found->second;
}

// For messages.
std::string shown(const TreeNode& value) {
  switch (value.kind) {
    case TreeNode::Kind::kNull: return "null";
    case TreeNode::Kind::kFalse: return "false";
    case TreeNode::Kind::kTrue: return "true";
    case TreeNode::Kind::kNumber: return escape_text(value.text, 40);
    case TreeNode::Kind::kString: return "\"" + escape_text(value.text, 40) + "\"";
    case TreeNode::Kind::kArray: return value.children.empty() ? "[]" : "an array";
    case TreeNode::Kind::kObject: return value.children.empty() ? "{}" : "an object";
  }
  return {};
}

}  // namespace

void NodeBuilder::type(Value value) {
  std::uint8_t types = 0;
  const auto add = [&](const TreeNode& name) {
    const std::uint8_t bit = type_bit(name);
    if (bit == 0)
      compiler_.error(place_, name.byte,
                      "`type` wants one of null, boolean, number, string, array, object and integer");
    types |= bit;
  };
  if (value.is_array()) {
    if (value.children.empty()) return wants(value, "at least one type");
    for (const TreeNode& one : value.children) add(one);
  } else {
    add(value);
  }
  if ((types & kNumberBit) != 0) types &= static_cast<std::uint8_t>(~kWholeBit);
  node_.types = types;
}

void NodeBuilder::add_value(Value value) {
  constexpr std::size_t kMostShown = 80;
  const auto hash = hash_of(value);
  if (!hash.has_value())
    return compiler_.error(place_, value.byte, "a number has an exponent beyond 10^15, which is not supported");
  node_.values.push_back({*hash, value.is_string() ? std::optional(value.text) : std::nullopt});
  if (node_.values_text.size() < kMostShown)
    node_.values_text += (node_.values_text.empty() ? "" : ", ") + shown(value);
  else if (!node_.values_text.ends_with("..."))
    node_.values_text += ", ...";
}

void NodeBuilder::enumeration(Value value) {
  if (!value.is_array()) return wants(value, "a list of values");
  const std::vector<AllowedValue> others = std::exchange(node_.values, {});
  node_.values_text.clear();
  for (const TreeNode& one : value.children) add_value(one);
  if (node_.has_values) {  // `const` beside it: what both have
    std::erase_if(node_.values, [&](const AllowedValue& one) {
      return std::none_of(others.begin(), others.end(),
                          [&](const AllowedValue& other) { return other.hash == one.hash; });
    });
  }
  node_.has_values = true;
  node_.one_value = false;
}

void NodeBuilder::constant(Value value) {
  node_.has_values = true;
  node_.one_value = true;
  add_value(value);
}

std::optional<Decimal> NodeBuilder::number(Value value) {
  std::optional<Decimal> found;
  if (value.kind == TreeNode::Kind::kNumber) found = parse_decimal(value.text);
  if (!found.has_value()) wants(value, "a number, its exponent within 10^15");
  return found;
}

void NodeBuilder::limit(Value value, std::optional<Decimal>& into) {
  node_.has_number_rules = true;
  into = number(value);
}

void NodeBuilder::multiple_of(Value value) {
  const auto found = number(value);
  if (!found.has_value()) return;
  if (found->negative || found->digits.empty()) return wants(value, "a number above 0");
  if (found->digits.size() > kMostDivisorDigits) return wants(value, "a number of at most 18 digits");
  node_.has_number_rules = true;
  node_.multiple_of = found;
}

// 2.0 is a count too.
void NodeBuilder::count(Value value, std::uint64_t& into) {
  const auto found = value.kind == TreeNode::Kind::kNumber ? parse_decimal(value.text) : std::nullopt;
  if (!found.has_value() || found->negative || !found->is_whole()) return wants(value, "a whole number, not below 0");
  constexpr std::uint64_t kMost = 1'000'000'000'000'000;
  if (found->digits.size() + static_cast<std::uint64_t>(std::min<std::int64_t>(found->exponent, 100)) > 15) {
    into = kMost;  // no file has as many
    return;
  }
  std::uint64_t number = 0;
  std::from_chars(found->digits.data(), found->digits.data() + found->digits.size(), number);
  for (std::int64_t i = 0; i < found->exponent; ++i) number *= 10;
  into = number;
}

void NodeBuilder::max_length(Value value) {
  node_.has_string_rules = true;
  count(value, node_.max_length);
}

void NodeBuilder::min_length(Value value) {
  node_.has_string_rules = true;
  count(value, node_.min_length);
}

void NodeBuilder::pattern(Value value) {
  if (!value.is_string()) return wants(value, "a text");
  node_.has_string_rules = true;
  node_.pattern_text = value.text;
  compiler_.patterns_.push_back({id_, SchemaCompiler::kOwn, value.text, place_, value.byte});
}

void NodeBuilder::format(Value value) {
  if (!value.is_string()) return wants(value, "a text");
  if (!compiler_.options_.assert_formats && !place_.resource->dialect.format_assertion) return;
  node_.format = find_format(value.text);
  node_.format_name = value.text;
  if (node_.format == Format::kNone)
    return compiler_.warning(place_, value.byte,
                             "the format " + grammar::quoted(value.text) + " is not known: it checks nothing");
  node_.has_string_rules = true;
}

void NodeBuilder::max_items(Value value) {
  node_.has_array_rules = true;
  count(value, node_.max_items);
}

void NodeBuilder::min_items(Value value) {
  node_.has_array_rules = true;
  count(value, node_.min_items);
}

void NodeBuilder::unique_items(Value value) {
  if (!value.is_flag()) return wants(value, "true or false");
  node_.unique_items = value.kind == TreeNode::Kind::kTrue;
  node_.has_array_rules = node_.has_array_rules || node_.unique_items;
}

void NodeBuilder::max_contains(Value value) { count(value, node_.max_contains); }
void NodeBuilder::min_contains(Value value) { count(value, node_.min_contains); }

void NodeBuilder::max_properties(Value value) {
  node_.has_object_rules = true;
  count(value, node_.max_properties);
}

void NodeBuilder::min_properties(Value value) {
  node_.has_object_rules = true;
  count(value, node_.min_properties);
}

void NodeBuilder::required(Value value) {
  if (!value.is_array()) return wants(value, "a list of names");
  for (const TreeNode& name : value.children) {
    if (!name.is_string()) return wants(value, "a list of names");
    const auto bit = static_cast<std::size_t>(seen_bit(name.text));
    if (node_.required.size() <= bit / 64) node_.required.resize(bit / 64 + 1);
    node_.required[bit / 64] |= std::uint64_t{1} << (bit % 64);
    node_.has_object_rules = true;
  }
}

void NodeBuilder::depend_on_names(const std::string& trigger, Value value) {
  if (!value.is_array()) return wants(value, "a list of names for each name");
  Dependency dependency{seen_bit(trigger), {}};
  for (const TreeNode& name : value.children) {
    if (!name.is_string()) return wants(value, "a list of names for each name");
    dependency.needs.push_back(seen_bit(name.text));
  }
  node_.has_object_rules = true;
  node_.dependencies.push_back(std::move(dependency));
}

void NodeBuilder::dependent_required(Value value) {
  if (!is_object(value)) return;
  for (const TreeNode& one : value.children) depend_on_names(one.name, one);
}

}  // namespace scalper::schema
