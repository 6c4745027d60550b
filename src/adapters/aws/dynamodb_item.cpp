#include "adapters/aws/dynamodb_item.h"

#include <boost/json.hpp>
#include <charconv>

#include "adapters/aws/dynamodb_packing.h"
#include "adapters/aws/dynamodb_table.h"
#include "base/base64.h"
#include "base/bytes.h"
#include "base/escape.h"
#include "digest/sha256.h"
#include "model/file_id.h"
#include "model/record_json.h"

namespace scalper::aws::dynamo {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxMarkerKey = 1000;  // a key that is the place in an index too may have 1,024 bytes

json::object typed(std::string_view type, std::string text) { return {{type, std::move(text)}}; }

// The value of an attribute of that type, as the service writes it.
std::optional<std::string_view> raw(const json::object& item, std::string_view name, std::string_view type) {
  const json::value* const value = item.if_contains(name);
  if (value == nullptr || !value->is_object()) return std::nullopt;
  const json::value* const text = value->as_object().if_contains(type);
  if (text == nullptr || !text->is_string()) return std::nullopt;
  return std::string_view(text->as_string());
}

template <class Number>
std::optional<Number> number_of(const json::object& item, std::string_view name) {
  const auto text = raw(item, name, "N");
  if (!text) return std::nullopt;
  Number number{};
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc{} || end != text->data() + text->size()) return std::nullopt;
  return number;
}

Error corrupt(std::string_view what) { return {ErrorCode::kCorrupt, "an item has no " + std::string(what)}; }

// Seconds, rounded up: nothing is forgotten early.
std::int64_t seconds_of(WallTime time) {
  return std::chrono::ceil<std::chrono::seconds>(time.time_since_epoch()).count();
}

void put_places(json::object& item, const FileRecord& record) {
  const std::string& id = record.id.value();
  if (record.open) item[kOpen.partition] = text_value(shard_name(shard_of(id, kOpenShards)));
  if (!record.final_at) return;
  const std::uint32_t shard = shard_of(id, status_shards(record.status));
  item[kByStatus.partition] = text_value(status_partition(record.status, shard));
  item[kByStatus.place] = bytes_value(time_place(*record.final_at, id));
  item[kByKey.partition] = text_value(shard_name(shard_of(id, kKeyShards)));
  item[kByKey.place] = bytes_value(key_place(record.origin.key.value(), *record.final_at, id));
}

// What stands in attributes of its own is not written twice.
FileRecord body_of(const FileRecord& record) {
  FileRecord body = record;
  body.id = FileId{};
  body.revision = 0;
  body.owner = OwnerToken{};
  body.lease_until = WallTime{};
  body.epoch = 0;
  return body;
}

}  // namespace

json::object text_value(std::string_view text) { return typed("S", std::string(text)); }
json::object bytes_value(std::string_view bytes) { return typed("B", to_base64(as_bytes(bytes))); }
json::object number_value(std::uint64_t number) { return typed("N", std::to_string(number)); }
json::object time_value(WallTime time) { return typed("N", std::to_string(time.time_since_epoch().count())); }

std::optional<std::string> text_of(const json::object& item, std::string_view name) {
  const auto text = raw(item, name, "S");
  return text ? std::optional(std::string(*text)) : std::nullopt;
}

std::optional<std::string> bytes_of(const json::object& item, std::string_view name) {
  const auto text = raw(item, name, "B");
  return text ? from_base64(*text) : std::nullopt;
}

Result<json::object> item_of(const FileRecord& record, std::string_view token) {
  if (!is_file_id(record.id.value())) return Error(ErrorCode::kInvalidArgument, "a record has an id of 26 characters");
  if (record.origin.key.value().size() > kMaxKeyBytes)
    return Error(ErrorCode::kInvalidArgument, "a record's key is longer than 1,024 bytes");
  if (record_to_json(record).size() > kMaxRecord)
    return Error(ErrorCode::kInvalidArgument, "the record is larger than 64 KiB");
  SCALPER_TRY_ASSIGN(const std::string body, pack(record_to_json(body_of(record))));
  json::object item;
  item[kKey] = text_value(record.id.value());
  item[kRevision] = number_value(record.revision);
  item[kToken] = bytes_value(token);
  item[kEpoch] = number_value(record.epoch);
  if (!record.owner.empty()) item[kOwner] = bytes_value(record.owner.value());
  if (!record.owner.empty() || record.lease_until != WallTime{}) item[kLease] = time_value(record.lease_until);
  if (record.decision) item[kDecided] = json::object{{"BOOL", true}};
  if (record.expires_at) item[kExpiry] = typed("N", std::to_string(seconds_of(*record.expires_at)));
  put_places(item, record);
  item[kBody] = bytes_value(body);
  return item;
}

Result<FileRecord> record_of(const json::object& item) {
  const auto body = bytes_of(item, kBody);
  const auto id = text_of(item, kKey);
  const auto revision = number_of<std::uint64_t>(item, kRevision);
  const auto epoch = number_of<std::uint32_t>(item, kEpoch);
  if (!body || !id) return corrupt("body");
  if (!revision || !epoch) return corrupt("revision or epoch");
  SCALPER_TRY_ASSIGN(const std::string text, unpack(*body, kMaxRecord));
  SCALPER_TRY_ASSIGN(FileRecord record, record_from_json(text));
  record.id = FileId{*id};
  record.revision = *revision;
  record.epoch = *epoch;
  record.owner = OwnerToken{bytes_of(item, kOwner).value_or("")};
  record.lease_until = WallTime{Millis{number_of<std::int64_t>(item, kLease).value_or(0)}};
  return record;
}

std::string marker_key(std::string_view name) {
  const bool other_key =
      is_file_id(name) || name.starts_with("marker#") || name.starts_with("audit#") || name.starts_with("passing#");
  if (!name.empty() && name.size() <= kMaxMarkerKey && !other_key && is_valid_utf8(name)) return std::string(name);
  return "marker#" + to_hex(sha256(as_bytes(name)));
}

json::object marker_item(std::string_view name, std::string_view value, std::uint64_t revision,
                         std::string_view token) {
  json::object item;
  const std::string key = marker_key(name);
  item[kKey] = text_value(key);
  if (key != name && !name.empty()) item[kMarkerName] = bytes_value(name);
  item[kRevision] = number_value(revision);
  item[kToken] = bytes_value(token);
  if (!value.empty()) item[kMarkerValue] = bytes_value(value);
  return item;
}

Result<Marker> marker_of(const json::object& item, std::string_view name) {
  const auto revision = number_of<std::uint64_t>(item, kRevision);
  if (!revision) return corrupt("revision");
  if (marker_key(name) != name && bytes_of(item, kMarkerName).value_or("") != name) return corrupt("marker's name");
  return Marker{bytes_of(item, kMarkerValue).value_or(""), *revision};
}

}  // namespace scalper::aws::dynamo
