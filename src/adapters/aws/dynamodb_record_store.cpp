#include "adapters/aws/dynamodb_record_store.h"

#include <array>
#include <boost/json.hpp>
#include <random>

#include "adapters/aws/dynamodb_calls.h"
#include "adapters/aws/dynamodb_conditions.h"
#include "adapters/aws/dynamodb_item.h"
#include "adapters/aws/dynamodb_table.h"
#include "base/bytes.h"
#include "model/file_id.h"
#include "ports/may_begin.h"

namespace scalper::aws {
namespace {

namespace json = boost::json;

constexpr const char* kCursorSecret = "control#cursors";

std::string random_bytes(std::size_t count) {
  thread_local std::random_device source;
  std::string bytes;
  while (bytes.size() < count) bytes += static_cast<char>(source() & 0xFFU);
  return bytes;
}

// Of one put(): 64 bits, for they are compared with one item only.
std::string new_token() { return random_bytes(8); }

json::object key_of(std::string_view key) { return {{dynamo::kKey, dynamo::text_value(key)}}; }

Error guard_failed() { return {ErrorCode::kPreconditionFailed, "the record is not what the write expects"}; }

void add_condition(json::object& ask, const std::string& condition, json::object values) {
  if (condition.empty()) return;
  ask["ConditionExpression"] = condition;
  if (!values.empty()) ask["ExpressionAttributeValues"] = std::move(values);
}

// Whether what stood in the way of a write is that very write, made by an earlier try that nobody heard of.
bool is_own_write(const AwsRefusal& refusal, const std::string& token) {
  const auto answer = dynamo::parse_object(refusal.body);
  if (!answer.ok()) return false;
  const json::value* const item = answer->if_contains("Item");
  return item != nullptr && item->is_object() && dynamo::bytes_of(item->as_object(), dynamo::kToken) == token;
}

Result<void> write_item(AwsClient& client, const CallContext& context, const std::string& table, json::object item,
                        const std::string& condition, json::object values, const std::string& token) {
  json::object ask;
  ask["Item"] = std::move(item);
  if (!condition.empty()) ask["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD";
  add_condition(ask, condition, std::move(values));
  AwsRefusal refusal;
  const auto written = dynamo::call(client, context, table, "PutItem", std::move(ask), &refusal);
  if (written.ok()) return {};
  if (refusal.code != dynamo::kConditionFailed) return written.error();
  if (is_own_write(refusal, token)) return {};
  return guard_failed();
}

Result<std::optional<json::object>> read_item(AwsClient& client, const CallContext& context, const std::string& table,
                                              std::string_view key) {
  json::object ask;
  ask["Key"] = key_of(key);
  ask["ConsistentRead"] = true;
  SCALPER_TRY_ASSIGN(json::object answer, dynamo::call(client, context, table, "GetItem", std::move(ask)));
  json::value* const item = answer.if_contains("Item");
  if (item == nullptr) return std::optional<json::object>{};
  if (!item->is_object()) return Error(ErrorCode::kCorrupt, "dynamodb answered an item that is none");
  return std::optional(std::move(item->as_object()));
}

}  // namespace

Result<std::optional<FileRecord>> DynamoDbRecordStore::get(const CallContext& context, const FileId& id) {
  SCALPER_TRY(may_begin(context, clock_));
  if (!is_file_id(id.value())) return std::optional<FileRecord>{};  // none can have been put
  SCALPER_TRY_ASSIGN(const auto item, read_item(client_, context, table_, id.value()));
  if (!item) return std::optional<FileRecord>{};
  SCALPER_TRY_ASSIGN(FileRecord record, dynamo::record_of(*item));
  return std::optional(std::move(record));
}

Result<void> DynamoDbRecordStore::put(const CallContext& context, const FileRecord& record, const WriteGuard& guard) {
  SCALPER_TRY(may_begin(context, clock_));
  const std::string token = new_token();
  SCALPER_TRY_ASSIGN(json::object item, dynamo::item_of(record, token));
  return write_item(client_, context, table_, std::move(item), dynamo::put_condition(guard),
                    dynamo::condition_values(guard), token);
}

Result<void> DynamoDbRecordStore::renew_lease(const CallContext& context, const FileId& id, const OwnerToken& owner,
                                              WallTime until) {
  SCALPER_TRY(may_begin(context, clock_));
  if (owner.empty() || !is_file_id(id.value())) return guard_failed();
  json::object ask;
  ask["Key"] = key_of(id.value());
  ask["UpdateExpression"] = "SET ls = :ls";
  add_condition(ask, "ow = :ow", {{":ow", dynamo::bytes_value(owner.value())}, {":ls", dynamo::time_value(until)}});
  AwsRefusal refusal;
  const auto written = dynamo::call(client_, context, table_, "UpdateItem", std::move(ask), &refusal);
  if (written.ok()) return {};
  return refusal.code == dynamo::kConditionFailed ? guard_failed() : written.error();
}

Result<void> DynamoDbRecordStore::remove(const CallContext& context, const FileId& id, const WriteGuard& guard) {
  SCALPER_TRY(may_begin(context, clock_));
  if (!is_file_id(id.value())) return {};
  json::object ask;
  ask["Key"] = key_of(id.value());
  add_condition(ask, dynamo::remove_condition(guard), dynamo::condition_values(guard));
  AwsRefusal refusal;
  const auto written = dynamo::call(client_, context, table_, "DeleteItem", std::move(ask), &refusal);
  if (written.ok()) return {};
  return refusal.code == dynamo::kConditionFailed ? guard_failed() : written.error();
}

Result<std::optional<Marker>> DynamoDbRecordStore::get_marker(const CallContext& context, const std::string& name) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY_ASSIGN(const auto item, read_item(client_, context, table_, dynamo::marker_key(name)));
  if (!item) return std::optional<Marker>{};
  SCALPER_TRY_ASSIGN(Marker marker, dynamo::marker_of(*item, name));
  return std::optional(std::move(marker));
}

Result<void> DynamoDbRecordStore::put_marker(const CallContext& context, const std::string& name,
                                             const std::string& value, std::uint64_t expected) {
  SCALPER_TRY(may_begin(context, clock_));
  if (value.size() > dynamo::kMaxRecord)
    return Error(ErrorCode::kInvalidArgument, "a marker's value is larger than 64 KiB");
  const std::string token = new_token();
  WriteGuard guard = WriteGuard::if_revision(expected);
  if (expected == 0) guard = WriteGuard::if_absent();
  return write_item(client_, context, table_, dynamo::marker_item(name, value, expected + 1, token),
                    dynamo::put_condition(guard), dynamo::condition_values(guard), token);
}

Result<std::shared_ptr<const PageCursors>> DynamoDbRecordStore::cursors(const CallContext& context) {
  {
    const std::lock_guard lock(mutex_);
    if (cursors_) return cursors_;
  }
  SCALPER_TRY_ASSIGN(auto secret, get_marker(context, kCursorSecret));
  if (!secret) {
    const std::string fresh = random_bytes(32);
    const auto written = put_marker(context, kCursorSecret, fresh, 0);
    if (!written.ok() && !written.failed_with(ErrorCode::kPreconditionFailed)) return written.error();
    SCALPER_TRY_ASSIGN(secret, get_marker(context, kCursorSecret));  // ours, or that of who came first
    if (!secret) return Error(ErrorCode::kCorrupt, "the secret of cursors is gone");
  }
  auto made = std::make_shared<const PageCursors>(secret->value);
  const std::lock_guard lock(mutex_);
  cursors_ = made;
  return made;
}

}  // namespace scalper::aws
