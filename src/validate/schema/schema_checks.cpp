// What one node demands of one value by itself.
#include <algorithm>

#include "validate/schema/schema_fail.h"
#include "validate/schema/schema_index.h"

namespace scalper::schema {

void SchemaRun::check_begin(Frame& frame, Evaluation& one) {
  if (frame.scalar) return check_scalar(one, *scalar_);
  const Node& node = *one.node;
  if (node.never) return fail(one, node.because, frame.where, [&] { return false_sentence(node); });
  if ((node.types & (frame.object ? kObjectBit : kArrayBit)) == 0)
    fail(one, Keyword::kType, frame.where,
         [&] { return type_sentence(node, frame.object ? "an object" : "an array"); });
}

void SchemaRun::check_scalar(Evaluation& one, Value& value) {
  const Node& node = *one.node;
  if (node.never) return fail(one, node.because, value.where, [&] { return false_sentence(node); });
  if (node.always) return;
  const bool number = value.kind == JsonKind::kNumber;
  if (number && (node.has_number_rules || node.has_values || (node.types & kWholeBit) != 0) &&
      !value.number().has_value())
    return give_up("a number is too long to be compared: the schema was not checked further");
  if (node.types != kEveryBit && (node.types & value.bits()) == 0)
    fail(one, Keyword::kType, value.where, [&] { return type_sentence(node, value.shown()); });
  if (number) {
    if (node.has_number_rules) check_number(one, value);
  } else if (node.has_string_rules && (value.kind == JsonKind::kString || value.kind == JsonKind::kKey)) {
    check_string(one, value);
  }
  if (node.has_values) check_values(one, value.hash(), value.where, &value);
}

void SchemaRun::check_number(Evaluation& one, Value& value) {
  const Node& node = *one.node;
  const Decimal& number = *value.number();
  const auto limit = [&](const std::optional<Decimal>& bound, Keyword keyword, std::string_view words, auto holds) {
    if (bound.has_value() && !holds(compare(number, *bound)))
      fail(one, keyword, value.where, [&] { return limit_sentence(words, *bound, value); });
  };
  limit(node.maximum, Keyword::kMaximum, "at most", [](int order) { return order <= 0; });
  limit(node.minimum, Keyword::kMinimum, "at least", [](int order) { return order >= 0; });
  limit(node.exclusive_maximum, Keyword::kExclusiveMaximum, "less than", [](int order) { return order < 0; });
  limit(node.exclusive_minimum, Keyword::kExclusiveMinimum, "more than", [](int order) { return order > 0; });
  if (node.multiple_of.has_value() && !is_multiple(number, *node.multiple_of))
    fail(one, Keyword::kMultipleOf, value.where,
         [&] { return limit_sentence("a multiple of", *node.multiple_of, value); });
}

void SchemaRun::check_string(Evaluation& one, Value& value) {
  const Node& node = *one.node;
  // No character takes more than four bytes: most lengths need not be counted.
  const bool counted = value.cut || value.text.size() > node.max_length || value.text.size() / 4 < node.min_length;
  if (counted && value.length() > node.max_length)
    fail(one, Keyword::kMaxLength, value.where,
         [&] { return count_sentence("at most", node.max_length, "characters", value.length()); });
  if (counted && value.length() < node.min_length)
    fail(one, Keyword::kMinLength, value.where,
         [&] { return count_sentence("at least", node.min_length, "characters", value.length()); });
  if (value.cut && (node.pattern != nullptr || node.format != Format::kNone))
    return give_up("a string is longer than the 256 KiB that patterns look at: the schema was not checked further");
  if (node.pattern != nullptr && !node.pattern->found_in(value.text))
    fail(one, Keyword::kPattern, value.where, [&] {
      return "expected a text that matches " + grammar::quoted(node.pattern_text) + ", found " + value.shown();
    });
  if (node.format != Format::kNone && !has_format(node.format, value.text))
    fail(one, Keyword::kFormat, value.where,
         [&] { return "expected the format " + node.format_name + ", found " + value.shown(); });
}

void SchemaRun::check_values(Evaluation& one, const ValueHash& hash, const Where& where, const Value* value) {
  const Node& node = *one.node;
  if (std::any_of(node.values.begin(), node.values.end(), [&](const AllowedValue& one) { return one.hash == hash; }))
    return;
  fail(one, node.one_value ? Keyword::kConst : Keyword::kEnum, where,
       [&] { return values_sentence(node, value != nullptr ? value->shown() : "another array or object"); });
}

void SchemaRun::check_container(Frame& frame, Evaluation& one) {
  const Node& node = *one.node;
  if (node.has_values) check_values(one, frame.value, frame.where, nullptr);
  if (frame.object && node.has_object_rules) check_object(frame, one);
  if (!frame.object && node.has_array_rules) check_array(frame, one);
}

void SchemaRun::check_array(Frame& frame, Evaluation& one) {
  const Node& node = *one.node;
  const auto bound = [&](Keyword keyword, std::string_view words, std::uint64_t limit, std::string_view what,
                         std::uint64_t found) {
    fail(one, keyword, frame.where, [&] { return count_sentence(words, limit, what, found); });
  };
  if (frame.count > node.max_items) bound(Keyword::kMaxItems, "at most", node.max_items, "elements", frame.count);
  if (frame.count < node.min_items) bound(Keyword::kMinItems, "at least", node.min_items, "elements", frame.count);
  if (node.contains == kNoNode) return;
  if (one.contained < node.min_contains)
    bound(Keyword::kMinContains, "at least", node.min_contains, "elements that match `contains`", one.contained);
  if (one.contained > node.max_contains)
    bound(Keyword::kMaxContains, "at most", node.max_contains, "elements that match `contains`", one.contained);
}

void SchemaRun::check_object(Frame& frame, Evaluation& one) {
  const Node& node = *one.node;
  if (frame.count > node.max_properties)
    fail(one, Keyword::kMaxProperties, frame.where,
         [&] { return count_sentence("at most", node.max_properties, "members", frame.count); });
  if (frame.count < node.min_properties)
    fail(one, Keyword::kMinProperties, frame.where,
         [&] { return count_sentence("at least", node.min_properties, "members", frame.count); });
  bool all = true;
  for (std::size_t i = 0; i < node.required.size(); ++i)
    all = all && (frame.words[one.words + i] & node.required[i]) == node.required[i];
  if (!all || !node.dependencies.empty()) check_required(frame, one);
}

void SchemaRun::check_required(Frame& frame, Evaluation& one) {
  const Node& node = *one.node;
  const auto seen = [&](std::int32_t bit) {
    const auto at = static_cast<std::uint32_t>(bit);
    return (frame.words[one.words + at / 64] >> (at % 64) & 1U) != 0;
  };
  const auto name = [&](std::int32_t bit) {
    const auto& rules = node.names.rules();
    return grammar::quoted(
        std::find_if(rules.begin(), rules.end(), [&](const NameRule& rule) { return rule.seen == bit; })->text);
  };
  for (const NameRule& rule : node.names.rules()) {
    if (rule.seen < 0 || seen(rule.seen) || !bit_at(node.required, static_cast<std::uint64_t>(rule.seen))) continue;
    fail(one, Keyword::kRequired, frame.where,
         [&] { return "the member " + grammar::quoted(rule.text) + " is missing"; });
  }
  for (const Dependency& dependency : node.dependencies) {
    if (!seen(dependency.trigger)) continue;
    for (const std::int32_t need : dependency.needs) {
      if (seen(need)) continue;
      fail(one, Keyword::kDependentRequired, frame.where, [&] {
        return "the member " + name(need) + " is missing, which the member " + name(dependency.trigger) + " demands";
      });
    }
  }
}

void SchemaRun::check_unevaluated(Frame& frame, Evaluation& one) {
  const NodeId id = frame.object ? one.node->unevaluated_properties : one.node->unevaluated_items;
  if (frame.scalar || id == kNoNode) return;
  const Node& node = schema_.nodes[id];
  Rest& rest = one.more();
  const Keyword keyword = frame.object ? Keyword::kUnevaluatedProperties : Keyword::kUnevaluatedItems;
  for (std::uint64_t i = 0; i < frame.count && !rest.all; ++i) {
    if (bit_at(rest.evaluated, i) || !(node.never || bit_at(rest.unmatched, i))) continue;
    const Child& child = frame.children[static_cast<std::size_t>(i)];
    fail(
        one, keyword, {child.byte, child.line, frame.where.containers},
        [&] { return unevaluated_sentence(node, keyword, child.name, i); },
        frame.object ? pointer_step(child.name) : "/" + std::to_string(i));
  }
  rest.all = true;
}

}  // namespace scalper::schema
