#include "adapters/aws/dynamodb_single.h"

#include <boost/json.hpp>
#include <random>

#include "adapters/aws/dynamodb_calls.h"
#include "adapters/aws/dynamodb_item.h"
#include "adapters/aws/dynamodb_table.h"

namespace scalper::aws::dynamo {
namespace {

namespace json = boost::json;

// Whether what stood in the way of a write is that very write, made by an earlier try that nobody heard of.
bool is_own_write(const AwsRefusal& refusal, const std::string& token) {
  const auto answer = parse_object(refusal.body);
  if (!answer.ok()) return false;
  const json::value* const item = answer->if_contains("Item");
  return item != nullptr && item->is_object() && bytes_of(item->as_object(), kToken) == token;
}

}  // namespace

std::string random_bytes(std::size_t count) {
  thread_local std::random_device source;
  std::string bytes;
  while (bytes.size() < count) bytes += static_cast<char>(source() & 0xFFU);
  return bytes;
}

std::string new_write_token() { return random_bytes(8); }

json::object key_of(std::string_view key) { return {{kKey, text_value(key)}}; }

void add_condition(json::object& ask, const std::string& condition, json::object values) {
  if (condition.empty()) return;
  ask["ConditionExpression"] = condition;
  if (!values.empty()) ask["ExpressionAttributeValues"] = std::move(values);
}

Result<void> write_item(AwsClient& client, const CallContext& context, const std::string& table, json::object item,
                        const std::string& condition, json::object values, const std::string& token) {
  json::object ask;
  ask["Item"] = std::move(item);
  if (!condition.empty()) ask["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD";
  add_condition(ask, condition, std::move(values));
  AwsRefusal refusal;
  const auto written = call(client, context, table, "PutItem", std::move(ask), &refusal);
  if (written.ok()) return {};
  if (refusal.code != kConditionFailed) return written.error();
  if (is_own_write(refusal, token)) return {};
  return Error(ErrorCode::kPreconditionFailed, "the item is not what the write expects");
}

Result<std::optional<json::object>> read_item(AwsClient& client, const CallContext& context, const std::string& table,
                                              std::string_view key) {
  json::object ask;
  ask["Key"] = key_of(key);
  ask["ConsistentRead"] = true;
  SCALPER_TRY_ASSIGN(json::object answer, call(client, context, table, "GetItem", std::move(ask)));
  json::value* const item = answer.if_contains("Item");
  if (item == nullptr) return std::optional<json::object>{};
  if (!item->is_object()) return Error(ErrorCode::kCorrupt, "dynamodb answered an item that is none");
  return std::optional(std::move(item->as_object()));
}

}  // namespace scalper::aws::dynamo
