// Which keywords there are, and those that lead elsewhere.
#include "validate/schema/node_builder.h"

#include <algorithm>
#include <array>

namespace scalper::schema {
namespace {

// Known, and nothing is made of them here; `then` and `else` are read with `if`.
constexpr auto kNotes = std::to_array<std::string_view>(
    {"$anchor",         "$comment",         "$defs",         "$dynamicAnchor", "$id",
     "$schema",         "$vocabulary",      "definitions",   "title",          "description",
     "default",         "deprecated",       "examples",      "readOnly",       "writeOnly",
     "contentEncoding", "contentMediaType", "contentSchema", "then",           "else"});

}  // namespace

std::span<const NodeBuilder::Rule> NodeBuilder::rules() {
  using N = NodeBuilder;
  static constexpr auto kRules = std::to_array<Rule>({
      {"$dynamicRef", From::kCore, false, true, &N::dynamic_ref},
      {"$ref", From::kCore, true, true, &N::ref},
      {"type", From::kValidation, true, true, &N::type},
      {"const", From::kValidation, true, true, &N::constant},
      {"enum", From::kValidation, true, true, &N::enumeration},
      {"multipleOf", From::kValidation, true, true, &N::multiple_of},
      {"maximum", From::kValidation, true, true, &N::maximum},
      {"exclusiveMaximum", From::kValidation, true, true, &N::exclusive_maximum},
      {"minimum", From::kValidation, true, true, &N::minimum},
      {"exclusiveMinimum", From::kValidation, true, true, &N::exclusive_minimum},
      {"maxLength", From::kValidation, true, true, &N::max_length},
      {"minLength", From::kValidation, true, true, &N::min_length},
      {"pattern", From::kValidation, true, true, &N::pattern},
      {"maxItems", From::kValidation, true, true, &N::max_items},
      {"minItems", From::kValidation, true, true, &N::min_items},
      {"uniqueItems", From::kValidation, true, true, &N::unique_items},
      {"maxContains", From::kValidation, false, true, &N::max_contains},
      {"minContains", From::kValidation, false, true, &N::min_contains},
      {"maxProperties", From::kValidation, true, true, &N::max_properties},
      {"minProperties", From::kValidation, true, true, &N::min_properties},
      {"required", From::kValidation, true, true, &N::required},
      {"dependentRequired", From::kValidation, false, true, &N::dependent_required},
      {"format", From::kAnnotation, true, true, &N::format},
      {"allOf", From::kApplicator, true, true, &N::all_of},
      {"anyOf", From::kApplicator, true, true, &N::any_of},
      {"oneOf", From::kApplicator, true, true, &N::one_of},
      {"not", From::kApplicator, true, true, &N::negation},
      {"if", From::kApplicator, true, true, &N::condition},
      {"dependentSchemas", From::kApplicator, false, true, &N::dependent_schemas},
      {"dependencies", From::kApplicator, true, true, &N::dependencies},
      {"properties", From::kApplicator, true, true, &N::properties},
      {"patternProperties", From::kApplicator, true, true, &N::pattern_properties},
      {"additionalProperties", From::kApplicator, true, true, &N::additional_properties},
      {"propertyNames", From::kApplicator, true, true, &N::property_names},
      {"prefixItems", From::kApplicator, false, true, &N::prefix_items},
      {"items", From::kApplicator, true, true, &N::items},
      {"additionalItems", From::kApplicator, true, false, &N::additional_items},
      {"contains", From::kApplicator, true, true, &N::contains},
      {"unevaluatedItems", From::kUnevaluated, false, true, &N::unevaluated_items},
      {"unevaluatedProperties", From::kUnevaluated, false, true, &N::unevaluated_properties},
  });
  return kRules;
}

bool NodeBuilder::counts(const Rule& rule) const {
  const Dialect& dialect = place_.resource->dialect;
  if (dialect.is_7() ? !rule.draft_7 : !rule.draft_2020) return false;
  switch (rule.from) {
    case From::kApplicator: return dialect.applicator;
    case From::kUnevaluated: return dialect.unevaluated;
    case From::kValidation: return dialect.validation;
    case From::kCore:
    case From::kAnnotation: return true;
  }
  return true;
}

void NodeBuilder::build() {
  const TreeNode& tree = *place_.node;
  if (tree.kind == TreeNode::Kind::kFalse) {
    node_.never = true;
    node_.always = false;
  }
  if (!tree.is_object()) return;
  const TreeNode* const only = place_.resource->dialect.is_7() ? tree.member("$ref") : nullptr;
  if (only != nullptr) {
    ref(*only);
    look_beside_reference();
  } else {
    for (const Rule& rule : rules()) {
      const TreeNode* const value = counts(rule) ? tree.member(rule.word) : nullptr;
      if (value != nullptr) (this->*rule.apply)(*value);
    }
    look_for_slips();
  }
  node_.names.seal();
  node_.sure = sure_range(node_);
  node_.always = node_.types == kEveryBit && !node_.has_values && !node_.has_number_rules && !node_.has_string_rules &&
                 !node_.has_array_rules && !node_.has_object_rules && node_.in_place.empty();
}

// Draft 7, core, 8.3: all other members of an object with a reference are ignored.
void NodeBuilder::look_beside_reference() {
  for (const TreeNode& member : place_.node->children) {
    const auto all = rules();
    const bool known = std::any_of(all.begin(), all.end(), [&](const Rule& rule) { return rule.word == member.name; });
    if (!known || member.name == "$ref") continue;
    compiler_.warning(place_, member.name_byte,
                      "the keyword " + grammar::quoted(member.name) +
                          " checks nothing beside `$ref` in draft 7: put both into `allOf`");
  }
}

// A keyword that only the other draft has is an annotation in this one.
bool NodeBuilder::is_of_the_other_draft(std::string_view word) const {
  const auto all = rules();
  return std::any_of(all.begin(), all.end(), [&](const Rule& rule) {
    return rule.word == word && (place_.resource->dialect.is_7() ? !rule.draft_7 : !rule.draft_2020);
  });
}

// An unknown keyword is an annotation, and a misspelt one checks nothing: whoever wrote it should know.
void NodeBuilder::look_for_slips() {
  std::vector<std::string_view> known(kNotes.begin(), kNotes.end());
  for (const Rule& rule : rules())
    if (counts(rule)) known.push_back(rule.word);
  for (const TreeNode& member : place_.node->children) {
    if (std::find(known.begin(), known.end(), member.name) != known.end()) continue;
    if (is_of_the_other_draft(member.name)) {
      const bool seven = place_.resource->dialect.is_7();
      compiler_.warning(place_, member.name_byte,
                        "the keyword " + grammar::quoted(member.name) + " checks nothing in " +
                            (seven ? "draft 7: it is one of draft 2020-12" : "draft 2020-12: it is one of draft 7"));
      continue;
    }
    const std::string_view meant = grammar::closest(member.name, known);
    if (meant.empty()) continue;
    compiler_.warning(place_, member.name_byte,
                      "the keyword " + grammar::quoted(member.name) + " checks nothing; did you mean \"" +
                          std::string(meant) + "\"?");
  }
}

void NodeBuilder::wants(Value value, std::string_view what) {
  compiler_.error(place_, value.byte, "`" + value.name + "` wants " + std::string(what));
}

bool NodeBuilder::is_object(Value value) {
  if (!value.is_object()) wants(value, "an object");
  return value.is_object();
}

NodeId NodeBuilder::child(Value value, Keyword because) {
  const SchemaPlace* const place = compiler_.index_.place_of(value);
  if (place != nullptr) return compiler_.node_for(*place, because);
  compiler_.error(place_, value.byte, "a schema is wanted here: an object, true or false");
  return kNoNode;
}

void NodeBuilder::add_in_place(Value value, InPlace::Kind kind) {
  const NodeId node = child(value);
  if (node != kNoNode) node_.in_place.push_back({kind, node});
}

void NodeBuilder::ref(Value value) {
  if (!value.is_string()) return wants(value, "a text");
  const auto found = compiler_.index_.find(*place_.resource, value.text, compiler_.messages_);
  if (found.place.node == nullptr)
    return compiler_.error(place_, value.byte,
                           "the reference " + grammar::quoted(value.text) + " leads nowhere: " + found.complaint);
  node_.in_place.push_back({InPlace::Kind::kAll, compiler_.node_for(found.place)});
}

void NodeBuilder::dynamic_ref(Value value) {
  if (!value.is_string()) return wants(value, "a text");
  const auto found = compiler_.index_.find(*place_.resource, value.text, compiler_.messages_);
  if (found.place.node == nullptr)
    return compiler_.error(place_, value.byte,
                           "the reference " + grammar::quoted(value.text) + " leads nowhere: " + found.complaint);
  InPlace in_place{InPlace::Kind::kAll, compiler_.node_for(found.place)};
  if (found.by_dynamic_anchor) in_place.anchor = compiler_.anchor_number(found.anchor);
  node_.in_place.push_back(in_place);
}

void NodeBuilder::alternatives(Value value, InPlace::Kind kind) {
  if (!value.is_array() || value.children.empty()) return wants(value, "a list of schemas");
  for (const TreeNode& one : value.children) add_in_place(one, kind);
}

void NodeBuilder::negation(Value value) { add_in_place(value, InPlace::Kind::kNot); }

void NodeBuilder::condition(Value value) {
  add_in_place(value, InPlace::Kind::kIf);
  if (const TreeNode* const then = place_.node->member("then")) add_in_place(*then, InPlace::Kind::kThen);
  if (const TreeNode* const other = place_.node->member("else")) add_in_place(*other, InPlace::Kind::kElse);
}

std::int32_t NodeBuilder::seen_bit(const std::string& name) {
  NameRule& rule = node_.names.rule(name);
  if (rule.seen < 0) rule.seen = static_cast<std::int32_t>(node_.seen_bits++);
  return rule.seen;
}

void NodeBuilder::depend_on_schema(const std::string& trigger, Value value) {
  const NodeId node = child(value);
  if (node == kNoNode) return;
  node_.has_object_rules = true;
  node_.in_place.push_back({InPlace::Kind::kDependent, node, seen_bit(trigger)});
}

void NodeBuilder::dependent_schemas(Value value) {
  if (!is_object(value)) return;
  for (const TreeNode& one : value.children) depend_on_schema(one.name, one);
}

void NodeBuilder::dependencies(Value value) {
  if (!is_object(value)) return;
  for (const TreeNode& one : value.children) {
    if (one.is_array()) {
      depend_on_names(one.name, one);
    } else {
      depend_on_schema(one.name, one);
    }
  }
}

void NodeBuilder::properties(Value value) {
  if (!is_object(value)) return;
  node_.has_object_rules = true;
  for (const TreeNode& one : value.children) node_.names.rule(one.name).child = child(one);
}

void NodeBuilder::pattern_properties(Value value) {
  if (!is_object(value)) return;
  node_.has_object_rules = true;
  for (const TreeNode& one : value.children) {
    compiler_.patterns_.push_back({id_, node_.pattern_properties.size(), one.name, place_, one.name_byte});
    node_.pattern_properties.push_back({nullptr, child(one)});
  }
}

void NodeBuilder::additional_properties(Value value) {
  node_.has_object_rules = true;
  node_.additional_properties = child(value, Keyword::kAdditionalProperties);
}

void NodeBuilder::property_names(Value value) {
  node_.has_object_rules = true;
  node_.property_names = child(value);
}

void NodeBuilder::prefix_items(Value value) {
  if (!value.is_array() || value.children.empty()) return wants(value, "a list of schemas");
  node_.has_array_rules = true;
  for (const TreeNode& one : value.children) node_.prefix.push_back(child(one));
}

void NodeBuilder::items(Value value) {
  if (value.is_array() && place_.resource->dialect.is_7()) {
    node_.has_array_rules = true;
    for (const TreeNode& one : value.children) node_.prefix.push_back(child(one));
    return;
  }
  if (value.is_array()) return wants(value, "a schema; the list of draft 7 is `prefixItems` in 2020-12");
  node_.has_array_rules = true;
  node_.items = child(value, Keyword::kAdditionalItems);
}

void NodeBuilder::additional_items(Value value) {
  const TreeNode* const list = place_.node->member("items");
  if (list == nullptr || !list->is_array()) return;
  node_.has_array_rules = true;
  node_.items = child(value, Keyword::kAdditionalItems);
}

void NodeBuilder::contains(Value value) {
  node_.has_array_rules = true;
  node_.contains = child(value);
  node_.contains_evaluates = !place_.resource->dialect.is_7();
}

void NodeBuilder::unevaluated_items(Value value) {
  node_.has_array_rules = true;
  node_.unevaluated_items = child(value, Keyword::kUnevaluatedItems);
}

void NodeBuilder::unevaluated_properties(Value value) {
  node_.has_object_rules = true;
  node_.unevaluated_properties = child(value, Keyword::kUnevaluatedProperties);
}

}  // namespace scalper::schema
