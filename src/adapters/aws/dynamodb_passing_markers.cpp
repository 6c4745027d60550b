#include "adapters/aws/dynamodb_passing_markers.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "adapters/aws/dynamodb_item.h"
#include "adapters/aws/dynamodb_single.h"
#include "adapters/aws/dynamodb_table.h"
#include "base/bytes.h"
#include "digest/sha256.h"
#include "ports/may_begin.h"

namespace scalper::aws {
namespace {

namespace json = boost::json;

std::string key_of_name(const std::string& name) { return "passing#" + to_hex(sha256(as_bytes(name))); }

std::optional<std::uint64_t> number_in(const json::object& item, std::string_view name) {
  const json::value* const value = item.if_contains(name);
  if (value == nullptr || !value->is_object()) return std::nullopt;
  const json::value* const digits = value->as_object().if_contains("N");
  if (digits == nullptr || !digits->is_string()) return std::nullopt;
  const json::string& text = digits->get_string();
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

Result<std::optional<PassingMarker>> DynamoDbPassingMarkers::get(const CallContext& context, const std::string& name) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY_ASSIGN(const auto item, dynamo::read_item(client_, context, table_, key_of_name(name)));
  if (!item) return std::optional<PassingMarker>{};
  const auto revision = number_in(*item, dynamo::kRevision);
  const auto over = number_in(*item, dynamo::kOver);
  if (!revision || !over) return Error(ErrorCode::kCorrupt, "a passing marker in the table is damaged");
  PassingMarker marker{dynamo::bytes_of(*item, dynamo::kMarkerValue).value_or(""), *revision,
                       WallTime{Millis{static_cast<std::int64_t>(*over)}}};
  if (marker.forget_at <= clock_.wall_now()) return std::optional<PassingMarker>{};
  return std::optional(std::move(marker));
}

Result<void> DynamoDbPassingMarkers::put(const CallContext& context, const std::string& name, const std::string& value,
                                         WallTime forget_at, std::uint64_t expected) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY(check_passing(name, value));
  const std::string token = dynamo::new_write_token();
  const WallTime over = std::max(forget_at, WallTime{});
  json::object item = dynamo::key_of(key_of_name(name));
  item[dynamo::kRevision] = dynamo::number_value(expected + 1);
  item[dynamo::kToken] = dynamo::bytes_value(token);
  if (!value.empty()) item[dynamo::kMarkerValue] = dynamo::bytes_value(value);
  item[dynamo::kOver] = dynamo::time_value(over);
  item[dynamo::kExpiry] =
      dynamo::number_value(static_cast<std::uint64_t>(over.time_since_epoch() / std::chrono::seconds(1)) + 1);
  json::object values{{":now", dynamo::time_value(clock_.wall_now())}};
  if (expected > 0) values[":rv"] = dynamo::number_value(expected);
  const std::string condition = expected == 0 ? "attribute_not_exists(pk) OR ex <= :now" : "rv = :rv AND ex > :now";
  return dynamo::write_item(client_, context, table_, std::move(item), condition, std::move(values), token);
}

}  // namespace scalper::aws
