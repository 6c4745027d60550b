// What a condition says of an item, and what a Query may ask of an index.

#include <algorithm>

#include "support/dynamodb_expressions.h"

namespace scalper::dynamo_check {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxPartitionKey = 2048;
constexpr std::size_t kMaxPlace = 1024;

const json::object* at_path(const json::object& item, const std::vector<std::string>& path) {
  if (path.size() != 1) throw Refused("paths into an attribute are nothing that this stand-in evaluates");
  const json::value* const found = item.if_contains(path[0]);
  return found == nullptr ? nullptr : &found->as_object();
}

const json::object* value_of(const Operand& operand, const json::object& item) {
  if (operand.kind == Operand::Kind::kSize) throw Refused("size() is nothing that this stand-in evaluates");
  return operand.kind == Operand::Kind::kValue ? operand.value : at_path(item, operand.path);
}

// Absent operands make a comparison false, different types too; but for "<>", which is then true.
bool compared(const std::string& word, const json::object* a, const json::object* b) {
  if (a == nullptr || b == nullptr) return word == "<>";
  const std::string type = type_of(*a);
  if (type != type_of(*b)) return word == "<>";
  if (type != "S" && type != "N" && type != "B") return (word == "=" && *a == *b) || (word == "<>" && *a != *b);
  const int order = compare(*a, *b);
  if (word == "=") return order == 0;
  if (word == "<>") return order != 0;
  if (word == "<") return order < 0;
  if (word == "<=") return order <= 0;
  return word == ">" ? order > 0 : order >= 0;
}

bool begins(const json::object* whole, const json::object* start) {
  if (whole == nullptr || start == nullptr || type_of(*whole) != type_of(*start)) return false;
  return bytes_of(*whole).starts_with(bytes_of(*start));
}

void demand_key_value(const json::object& value, std::size_t most) {
  const std::string bytes = bytes_of(value);
  if (bytes.empty()) throw Refused("The AttributeValue for a key attribute cannot contain an empty string value.");
  if (bytes.size() > most)
    throw Refused("Size of a key has exceeded the maximum size limit of " + std::to_string(most));
}

void take_key_clause(const Condition& clause, const std::string& partition, const std::string& place, KeyRange& range) {
  static const std::set<std::string> words = {"=", "<", "<=", ">", ">=", "BETWEEN", "begins_with"};
  if (!words.contains(clause.word)) throw Refused("Invalid operator used in KeyConditionExpression: " + clause.word);
  const Operand& name = clause.operands[0];
  if (name.kind != Operand::Kind::kPath || name.path.size() != 1)
    throw Refused("KeyConditionExpressions must only contain top-level attributes on the left of a condition");
  std::vector<json::object> values;
  for (std::size_t i = 1; i < clause.operands.size(); ++i) {
    if (clause.operands[i].kind != Operand::Kind::kValue)
      throw Refused("KeyConditionExpressions must compare with values");
    values.push_back(*clause.operands[i].value);
  }
  if (name.path[0] == partition) {
    if (clause.word != "=") throw Refused("Query key condition not supported");
    if (!range.partition.empty()) throw Refused("KeyConditionExpressions must only contain one condition per key");
    range.partition = values[0];
    demand_key_value(values[0], kMaxPartitionKey);
    return;
  }
  if (name.path[0] != place || place.empty()) throw Refused("Query condition missed key schema element: " + place);
  if (!range.word.empty()) throw Refused("KeyConditionExpressions must only contain one condition per key");
  range.word = clause.word;
  for (const json::object& value : values) demand_key_value(value, kMaxPlace);
  range.bounds = std::move(values);
}

void collect(const Condition& condition, std::set<std::string>& names) {
  for (const Condition& part : condition.parts) collect(part, names);
  for (const Operand& operand : condition.operands)
    if (!operand.path.empty()) names.insert(operand.path[0]);
}

}  // namespace

bool holds(const Condition& condition, const json::object& item) {
  const auto part_holds = [&](const Condition& part) { return holds(part, item); };
  const std::string& word = condition.word;
  if (word == "AND") return std::all_of(condition.parts.begin(), condition.parts.end(), part_holds);
  if (word == "OR") return std::any_of(condition.parts.begin(), condition.parts.end(), part_holds);
  if (word == "NOT") return !holds(condition.parts[0], item);
  const json::object* const first = value_of(condition.operands[0], item);
  if (word == "attribute_exists") return first != nullptr;
  if (word == "attribute_not_exists") return first == nullptr;
  const json::object* const second = value_of(condition.operands[1], item);
  if (word == "begins_with") return begins(first, second);
  if (word == "attribute_type") return first != nullptr && type_of(*first) == bytes_of(*second);
  if (word == "contains") throw Refused("contains() is nothing that this stand-in evaluates");
  if (word == "BETWEEN")
    return compared(">=", first, second) && compared("<=", first, value_of(condition.operands[2], item));
  if (word == "IN")
    return std::any_of(condition.operands.begin() + 1, condition.operands.end(),
                       [&](const Operand& operand) { return compared("=", first, value_of(operand, item)); });
  return compared(word, first, second);
}

std::set<std::string> attributes_of(const Condition& condition) {
  std::set<std::string> names;
  collect(condition, names);
  return names;
}

KeyRange read_key_condition(std::string_view text, Placeholders& placeholders, const std::string& partition,
                            const std::string& place) {
  const Condition condition = read_condition(text, placeholders);
  KeyRange range;
  if (condition.word == "AND") {
    if (condition.parts.size() > 2) throw Refused("Conditions can be of length 1 or 2 only");
    for (const Condition& part : condition.parts) take_key_clause(part, partition, place, range);
  } else {
    take_key_clause(condition, partition, place, range);
  }
  if (range.partition.empty()) throw Refused("Query condition missed key schema element: " + partition);
  return range;
}

}  // namespace scalper::dynamo_check
