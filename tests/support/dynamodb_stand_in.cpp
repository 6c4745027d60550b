#include "support/dynamodb_stand_in.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

namespace scalper::dynamo_check {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxItem = 400 * 1024;
constexpr std::size_t kMaxBatch = 100;
constexpr std::size_t kUnit = 1024;

struct ConditionFailed {
  const json::object* stored;
  bool tell;
};

std::string text_at(const json::object& object, const char* name) { return std::string(object.at(name).as_string()); }

void demand_known(const json::object& ask, const std::set<std::string>& known) {
  for (const auto& parameter : ask)
    if (!known.contains(std::string(parameter.key())))
      throw Refused("the service does not know the parameter " + std::string(parameter.key()));
}

std::size_t units_of(std::size_t bytes) { return std::max<std::size_t>(1, (bytes + kUnit - 1) / kUnit); }

bool is_in_range(const KeyRange& range, const std::string& place) {
  if (range.word.empty()) return true;
  const std::string first = bytes_of(range.bounds[0]);
  if (range.word == "BETWEEN") return first <= place && place <= bytes_of(range.bounds[1]);
  if (range.word == "begins_with") return place.starts_with(first);
  if (range.word == "=") return place == first;
  if (range.word == "<") return place < first;
  if (range.word == "<=") return place <= first;
  return range.word == ">" ? place > first : place >= first;
}

}  // namespace

std::string records_table_definition() {
  std::ifstream file(std::string(SCALPER_SOURCE_DIR) + "/schemas/records-table.json");
  EXPECT_TRUE(file.good());
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

DynamoDbStandIn::DynamoDbStandIn(const std::string& definition) {
  read_definition(json::parse(definition).as_object());
}

void DynamoDbStandIn::read_definition(const json::object& definition) {
  table_ = text_at(definition, "TableName");
  std::set<std::string> unused;
  for (const json::value& attribute : definition.at("AttributeDefinitions").as_array()) {
    const std::string name = text_at(attribute.as_object(), "AttributeName");
    types_[name] = text_at(attribute.as_object(), "AttributeType");
    unused.insert(name);
  }
  const auto names_of = [&](const json::value& schema) {
    KeyNames names;
    for (const json::value& key : schema.as_array()) {
      const std::string name = text_at(key.as_object(), "AttributeName");
      if (!types_.contains(name)) throw Refused("a key names an attribute that is not defined: " + name);
      unused.erase(name);
      (text_at(key.as_object(), "KeyType") == "HASH" ? names.partition : names.place) = name;
    }
    return names;
  };
  key_name_ = names_of(definition.at("KeySchema")).partition;
  for (const json::value& index : definition.at("GlobalSecondaryIndexes").as_array()) {
    if (text_at(index.at("Projection").as_object(), "ProjectionType") != "KEYS_ONLY")
      throw Refused("this stand-in knows indexes of keys alone");
    indexes_[text_at(index.as_object(), "IndexName")] = names_of(index.at("KeySchema"));
  }
  if (!unused.empty()) throw Refused("Some AttributeDefinitions are not used: " + *unused.begin());
}

Result<aws::AwsResponse> DynamoDbStandIn::call(const CallContext&, const aws::AwsRequest& request,
                                               aws::AwsRefusal* refusal) {
  const std::lock_guard lock(mutex_);
  const auto refuse = [&](ErrorCode code, const std::string& word, std::string body) -> Error {
    if (refusal != nullptr) *refusal = {400, word, std::move(body)};
    return {code, "dynamodb: " + word};
  };
  std::string operation;
  for (const auto& [name, value] : request.headers)
    if (name == "x-amz-target") operation = value;
  constexpr std::string_view kVersion = "DynamoDB_20120810.";
  EXPECT_TRUE(operation.starts_with(kVersion)) << operation;
  EXPECT_EQ(request.service, "dynamodb");
  EXPECT_TRUE(request.method == "POST" && request.path == "/" && request.repeatable);
  operation.erase(0, kVersion.size());
  operations_.push_back(operation);
  try {
    const json::object ask = json::parse(request.body).as_object();
    if (std::exchange(lose_next_, false)) static_cast<void>(run(operation, ask));
    aws::AwsResponse response;
    response.status = 200;
    response.body = json::serialize(run(operation, ask));
    return response;
  } catch (const ConditionFailed& failed) {
    json::object body{{"__type", "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"}};
    if (failed.tell && failed.stored != nullptr) body["Item"] = *failed.stored;
    return refuse(ErrorCode::kPreconditionFailed, "ConditionalCheckFailedException", json::serialize(body));
  } catch (const Refused& refused) {
    ADD_FAILURE() << operation << " would be refused: " << refused.what() << "\n" << request.body.substr(0, 2000);
    return refuse(ErrorCode::kInvalidArgument, "ValidationException", "");
  }
}

void DynamoDbStandIn::spoil(const std::string& key, const std::string& attribute, const std::string& text) {
  const std::lock_guard lock(mutex_);
  items_.at(key)[attribute] = json::object{{"S", text}};
}

Result<aws::AwsStream> DynamoDbStandIn::open(const CallContext&, const aws::AwsRequest&, aws::AwsRefusal*) {
  return Error(ErrorCode::kUnsupported, "dynamodb streams nothing");
}

Result<std::string> DynamoDbStandIn::presign(const CallContext&, const aws::AwsRequest&, std::chrono::seconds) {
  return Error(ErrorCode::kUnsupported, "dynamodb is not presigned");
}

json::object DynamoDbStandIn::run(const std::string& operation, const json::object& ask) {
  if (operation == "BatchGetItem") return batch_get(ask);
  if (text_at(ask, "TableName") != table_) throw Refused("another table: " + text_at(ask, "TableName"));
  if (operation == "PutItem") return put(ask);
  if (operation == "GetItem") return get(ask);
  if (operation == "UpdateItem") return update(ask);
  if (operation == "DeleteItem") return erase(ask);
  if (operation == "Query") return query(ask);
  throw Refused("no such operation");
}

void DynamoDbStandIn::demand_condition(const json::object& ask, const Item* stored, Placeholders& placeholders) const {
  const json::value* const text = ask.if_contains("ConditionExpression");
  if (text == nullptr) {
    placeholders.demand_all_used();
    return;
  }
  const Condition condition = read_condition(std::string_view(text->as_string()), placeholders);
  placeholders.demand_all_used();
  if (holds(condition, stored == nullptr ? Item{} : *stored)) return;
  const json::value* const tell = ask.if_contains("ReturnValuesOnConditionCheckFailure");
  throw ConditionFailed{stored, tell != nullptr && tell->as_string() == "ALL_OLD"};
}

json::object DynamoDbStandIn::put(const json::object& ask) {
  demand_known(ask, {"TableName", "Item", "ConditionExpression", "ExpressionAttributeNames",
                     "ExpressionAttributeValues", "ReturnValuesOnConditionCheckFailure"});
  const Item& item = ask.at("Item").as_object();
  check_item(item);
  const std::string key = bytes_of(item.at(key_name_).as_object());
  Placeholders placeholders(ask);
  if (!ask.contains("ConditionExpression") && placeholders.any())
    throw Refused("ExpressionAttributeValues can only be specified when using expressions");
  demand_condition(ask, find(key), placeholders);
  store("PutItem", key, &item);
  return {};
}

json::object DynamoDbStandIn::get(const json::object& ask) {
  demand_known(ask, {"TableName", "Key", "ConsistentRead"});
  const Item* const found = find(key_of(ask.at("Key").as_object()));
  json::object answer;
  if (found != nullptr) answer["Item"] = *found;
  return answer;
}

json::object DynamoDbStandIn::update(const json::object& ask) {
  demand_known(ask, {"TableName", "Key", "UpdateExpression", "ConditionExpression", "ExpressionAttributeNames",
                     "ExpressionAttributeValues", "ReturnValuesOnConditionCheckFailure"});
  const std::string key = key_of(ask.at("Key").as_object());
  Placeholders placeholders(ask);
  const Update update = read_update(std::string_view(ask.at("UpdateExpression").as_string()), placeholders);
  demand_condition(ask, find(key), placeholders);
  Item after = find(key) == nullptr ? ask.at("Key").as_object() : *find(key);
  const auto demand_no_key = [&](const Operand& target) {
    if (target.path[0] == key_name_)
      throw Refused("Cannot update attribute " + key_name_ + ". This attribute is part of the key");
    if (target.path.size() != 1) throw Refused("paths into an attribute are nothing that this stand-in updates");
  };
  for (const Assignment& assignment : update.set) {
    demand_no_key(assignment.target);
    if (assignment.value.kind != Operand::Kind::kValue) throw Refused("this stand-in sets plain values");
    after[assignment.target.path[0]] = *assignment.value.value;
  }
  for (const Operand& removed : update.remove) {
    demand_no_key(removed);
    after.erase(removed.path[0]);
  }
  check_item(after);
  store("UpdateItem", key, &after);
  return {};
}

json::object DynamoDbStandIn::erase(const json::object& ask) {
  demand_known(ask, {"TableName", "Key", "ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues",
                     "ReturnValuesOnConditionCheckFailure"});
  const std::string key = key_of(ask.at("Key").as_object());
  Placeholders placeholders(ask);
  demand_condition(ask, find(key), placeholders);
  store("DeleteItem", key, nullptr);
  return {};
}

json::object DynamoDbStandIn::query(const json::object& ask) {
  demand_known(ask, {"TableName", "IndexName", "KeyConditionExpression", "FilterExpression", "ExpressionAttributeNames",
                     "ExpressionAttributeValues", "Limit", "ScanIndexForward"});
  const std::string index = text_at(ask, "IndexName");
  if (!indexes_.contains(index)) throw Refused("The table does not have the specified index: " + index);
  const KeyNames& names = indexes_.at(index);
  Placeholders placeholders(ask);
  const KeyRange range = read_key_condition(std::string_view(ask.at("KeyConditionExpression").as_string()),
                                            placeholders, names.partition, names.place);
  if (type_of(range.partition) != types_.at(names.partition))
    throw Refused("Condition parameter type does not match schema type");
  for (const json::object& bound : range.bounds)
    if (type_of(bound) != types_.at(names.place)) throw Refused("Condition parameter type does not match schema type");
  if (const json::value* const filter = ask.if_contains("FilterExpression")) {
    const auto named = attributes_of(read_condition(std::string_view(filter->as_string()), placeholders));
    for (const std::string& key : {names.partition, names.place})
      if (named.contains(key))
        throw Refused("Filter Expression can only contain non-primary key attributes: Primary key attribute: " + key);
    throw Refused("this stand-in filters nothing");
  }
  placeholders.demand_all_used();
  const std::int64_t limit = ask.contains("Limit") ? ask.at("Limit").to_number<std::int64_t>() : 1000;
  if (limit < 1) throw Refused("Limit must be at least 1");
  const std::string partition = bytes_of(range.partition);
  json::array items;
  json::object answer;
  for (auto at = entries_[index].lower_bound({partition, "", ""}); at != entries_[index].end(); ++at) {
    if (std::get<0>(*at) != partition) break;
    if (!is_in_range(range, std::get<1>(*at))) continue;
    const Item& item = items_.at(std::get<2>(*at));
    json::object entry = entry_of(names, item);
    items.push_back(entry);
    if (std::cmp_equal(items.size(), limit)) {  // as the service does: even where nothing is behind it
      answer["LastEvaluatedKey"] = entry;
      break;
    }
  }
  answer["Count"] = items.size();
  answer["Items"] = std::move(items);
  return answer;
}

json::object DynamoDbStandIn::batch_get(const json::object& ask) {
  demand_known(ask, {"RequestItems"});
  const json::object& tables = ask.at("RequestItems").as_object();
  if (tables.size() != 1 || !tables.contains(table_)) throw Refused("another table");
  demand_known(tables.at(table_).as_object(), {"Keys", "ConsistentRead"});
  const json::array& keys = tables.at(table_).at("Keys").as_array();
  if (keys.empty() || keys.size() > kMaxBatch) throw Refused("Too many items requested for the BatchGetItem call");
  std::set<std::string> seen;
  json::array found;
  json::array left;
  for (const json::value& key : keys) {
    const std::string name = key_of(key.as_object());
    if (!seen.insert(name).second) throw Refused("Provided list of item keys contains duplicates");
    if (starved_ > 0 && seen.size() > 1) {
      left.push_back(key);
    } else if (const Item* const item = find(name)) {
      found.push_back(*item);
    }
  }
  starved_ -= starved_ > 0 ? 1 : 0;
  std::reverse(found.begin(), found.end());  // in no promised order
  json::object answer;
  answer["Responses"] = json::object{{table_, std::move(found)}};
  answer["UnprocessedKeys"] = json::object{};
  if (!left.empty()) {
    json::object again = tables.at(table_).as_object();
    again["Keys"] = std::move(left);
    answer["UnprocessedKeys"] = json::object{{table_, std::move(again)}};
  }
  return answer;
}

void DynamoDbStandIn::check_item(const Item& item) const {
  if (!item.contains(key_name_)) throw Refused("One of the required keys was not given a value");
  for (const auto& attribute : item) {
    const std::string name(attribute.key());
    const std::string type = type_of(attribute.value().as_object());
    const auto key = types_.find(name);
    if (name.empty()) throw Refused("Item contains an empty attribute name");
    if (key == types_.end()) continue;
    if (type != key->second)
      throw Refused("Type mismatch for key " + name + " expected: " + key->second + " actual: " + type);
    const std::size_t bytes = bytes_of(attribute.value().as_object()).size();
    if (bytes == 0) throw Refused("The AttributeValue for a key attribute cannot contain an empty value. Key: " + name);
    const bool is_place =
        std::any_of(indexes_.begin(), indexes_.end(), [&](const auto& index) { return index.second.place == name; });
    if (bytes > (is_place ? 1024U : 2048U)) throw Refused("Size of a key has exceeded its limit: " + name);
  }
  if (size_of(item) > kMaxItem) throw Refused("Item size has exceeded the maximum allowed size");
}

std::string DynamoDbStandIn::key_of(const json::object& key) const {
  if (key.size() != 1 || !key.contains(key_name_)) throw Refused("The provided key element does not match the schema");
  const json::object& value = key.at(key_name_).as_object();
  if (type_of(value) != types_.at(key_name_)) throw Refused("The provided key element does not match the schema");
  const std::string name = bytes_of(value);
  if (name.empty() || name.size() > 2048) throw Refused("a key has 1 to 2,048 bytes");
  return name;
}

const DynamoDbStandIn::Item* DynamoDbStandIn::find(const std::string& key) const {
  const auto found = items_.find(key);
  return found == items_.end() ? nullptr : &found->second;
}

std::optional<DynamoDbStandIn::Place> DynamoDbStandIn::place_in(const KeyNames& names, const std::string& key,
                                                                const Item* item) const {
  if (item == nullptr || !item->contains(names.partition) || !item->contains(names.place)) return std::nullopt;
  return Place{bytes_of(item->at(names.partition).as_object()), bytes_of(item->at(names.place).as_object()), key};
}

json::object DynamoDbStandIn::entry_of(const KeyNames& names, const Item& item) const {
  json::object entry;
  for (const std::string& name : {key_name_, names.partition, names.place}) entry[name] = item.at(name);
  return entry;
}

std::size_t DynamoDbStandIn::move_entries(const std::string& key, const Item* before, const Item* after) {
  std::size_t units = 0;
  for (const auto& [index, names] : indexes_) {
    const auto from = place_in(names, key, before);
    const auto to = place_in(names, key, after);
    if (from == to) continue;  // keys alone: nothing of the entry changes
    if (from) entries_[index].erase(*from);
    if (to) entries_[index].insert(*to);
    for (const Item* item : {from ? before : nullptr, to ? after : nullptr})
      if (item != nullptr) units += units_of(size_of(entry_of(names, *item)));
  }
  return units;
}

void DynamoDbStandIn::store(const std::string& operation, const std::string& key, const Item* after) {
  const Item* const before = find(key);
  BilledWrite write{.operation = operation};
  write.item_bytes = std::max(before == nullptr ? 0 : size_of(*before), after == nullptr ? 0 : size_of(*after));
  write.table_units = units_of(write.item_bytes);
  write.index_units = move_entries(key, before, after);
  writes_.push_back(write);
  if (after == nullptr)
    items_.erase(key);
  else
    items_[key] = Item(*after);
}

std::vector<BilledWrite> DynamoDbStandIn::writes() {
  const std::lock_guard lock(mutex_);
  return writes_;
}

std::vector<std::string> DynamoDbStandIn::operations() {
  const std::lock_guard lock(mutex_);
  return operations_;
}

std::vector<json::object> DynamoDbStandIn::items() {
  const std::lock_guard lock(mutex_);
  std::vector<json::object> all;
  for (const auto& [key, item] : items_) all.push_back(item);
  return all;
}

void DynamoDbStandIn::starve_batches(int calls) {
  const std::lock_guard lock(mutex_);
  starved_ = calls;
}

void DynamoDbStandIn::lose_next_answer() {
  const std::lock_guard lock(mutex_);
  lose_next_ = true;
}

}  // namespace scalper::dynamo_check
