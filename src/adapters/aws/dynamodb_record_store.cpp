#include "adapters/aws/dynamodb_record_store.h"

#include <boost/json.hpp>

#include "adapters/aws/dynamodb_calls.h"
#include "adapters/aws/dynamodb_conditions.h"
#include "adapters/aws/dynamodb_item.h"
#include "adapters/aws/dynamodb_single.h"
#include "adapters/aws/dynamodb_table.h"
#include "model/file_id.h"
#include "ports/may_begin.h"

namespace scalper::aws {
namespace {

namespace json = boost::json;

constexpr const char* kCursorSecret = "control#cursors";

Error guard_failed() { return {ErrorCode::kPreconditionFailed, "the record is not what the write expects"}; }

}  // namespace

Result<std::optional<FileRecord>> DynamoDbRecordStore::get(const CallContext& context, const FileId& id) {
  SCALPER_TRY(may_begin(context, clock_));
  if (!is_file_id(id.value())) return std::optional<FileRecord>{};  // none can have been put
  SCALPER_TRY_ASSIGN(const auto item, dynamo::read_item(client_, context, table_, id.value()));
  if (!item) return std::optional<FileRecord>{};
  SCALPER_TRY_ASSIGN(FileRecord record, dynamo::record_of(*item));
  return std::optional(std::move(record));
}

Result<void> DynamoDbRecordStore::put(const CallContext& context, const FileRecord& record, const WriteGuard& guard) {
  SCALPER_TRY(may_begin(context, clock_));
  const std::string token = dynamo::new_write_token();
  SCALPER_TRY_ASSIGN(json::object item, dynamo::item_of(record, token));
  return dynamo::write_item(client_, context, table_, std::move(item), dynamo::put_condition(guard),
                            dynamo::condition_values(guard), token);
}

Result<void> DynamoDbRecordStore::renew_lease(const CallContext& context, const FileId& id, const OwnerToken& owner,
                                              WallTime until) {
  SCALPER_TRY(may_begin(context, clock_));
  if (owner.empty() || !is_file_id(id.value())) return guard_failed();
  json::object ask;
  ask["Key"] = dynamo::key_of(id.value());
  ask["UpdateExpression"] = "SET ls = :ls";
  dynamo::add_condition(ask, "ow = :ow",
                        {{":ow", dynamo::bytes_value(owner.value())}, {":ls", dynamo::time_value(until)}});
  AwsRefusal refusal;
  const auto written = dynamo::call(client_, context, table_, "UpdateItem", std::move(ask), &refusal);
  if (written.ok()) return {};
  return refusal.code == dynamo::kConditionFailed ? guard_failed() : written.error();
}

Result<void> DynamoDbRecordStore::remove(const CallContext& context, const FileId& id, const WriteGuard& guard) {
  SCALPER_TRY(may_begin(context, clock_));
  if (!is_file_id(id.value())) return {};
  json::object ask;
  ask["Key"] = dynamo::key_of(id.value());
  dynamo::add_condition(ask, dynamo::remove_condition(guard), dynamo::condition_values(guard));
  AwsRefusal refusal;
  const auto written = dynamo::call(client_, context, table_, "DeleteItem", std::move(ask), &refusal);
  if (written.ok()) return {};
  return refusal.code == dynamo::kConditionFailed ? guard_failed() : written.error();
}

Result<std::optional<Marker>> DynamoDbRecordStore::get_marker(const CallContext& context, const std::string& name) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY_ASSIGN(const auto item, dynamo::read_item(client_, context, table_, dynamo::marker_key(name)));
  if (!item) return std::optional<Marker>{};
  SCALPER_TRY_ASSIGN(Marker marker, dynamo::marker_of(*item, name));
  return std::optional(std::move(marker));
}

Result<void> DynamoDbRecordStore::put_marker(const CallContext& context, const std::string& name,
                                             const std::string& value, std::uint64_t expected) {
  SCALPER_TRY(may_begin(context, clock_));
  if (value.size() > dynamo::kMaxRecord)
    return Error(ErrorCode::kInvalidArgument, "a marker's value is larger than 64 KiB");
  const std::string token = dynamo::new_write_token();
  WriteGuard guard = WriteGuard::if_revision(expected);
  if (expected == 0) guard = WriteGuard::if_absent();
  return dynamo::write_item(client_, context, table_, dynamo::marker_item(name, value, expected + 1, token),
                            dynamo::put_condition(guard), dynamo::condition_values(guard), token);
}

Result<std::shared_ptr<const PageCursors>> DynamoDbRecordStore::cursors(const CallContext& context) {
  {
    const std::lock_guard lock(mutex_);
    if (cursors_) return cursors_;
  }
  SCALPER_TRY_ASSIGN(auto secret, get_marker(context, kCursorSecret));
  if (!secret) {
    const std::string fresh = dynamo::random_bytes(32);
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
