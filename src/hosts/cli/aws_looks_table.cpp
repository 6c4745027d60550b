#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <utility>

#include "adapters/aws/dynamodb_calls.h"
#include "adapters/aws/json_fields.h"
#include "base/escape.h"
#include "hosts/cli/aws_looks.h"

namespace scalper::cli {
namespace {

namespace json = boost::json;
using aws::list_in;
using aws::text_in;

const json::object& object_in(const json::object& object, std::string_view name) {
  static const json::object none;
  const json::value* const value = object.if_contains(name);
  return value != nullptr && value->is_object() ? value->get_object() : none;
}

// " kp:HASH:S kk:RANGE:B"
std::string keys_of(const json::object& holder, const std::map<std::string, std::string>& types) {
  std::string text;
  for (const json::value& key : list_in(holder, "KeySchema")) {
    if (!key.is_object()) continue;
    const std::string name = text_in(key.get_object(), "AttributeName");
    const auto type = types.find(name);
    text += " " + name + ":" + text_in(key.get_object(), "KeyType") + ":" + (type == types.end() ? "?" : type->second);
  }
  return text;
}

std::string joined(const std::set<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + escape_text(text, 200);
  return all;
}

void judge_shape(const Look& look, const std::string& subject, const json::object& table) {
  const std::set<std::string> there = shape_of(table);
  const std::set<std::string> wanted = records_shape();
  std::set<std::string> missing;
  std::set<std::string> more;
  std::set_difference(wanted.begin(), wanted.end(), there.begin(), there.end(), std::inserter(missing, missing.end()));
  std::set_difference(there.begin(), there.end(), wanted.begin(), wanted.end(), std::inserter(more, more.end()));
  if (!missing.empty())
    return look.said.fail(
        subject, "lacks " + joined(missing) + (more.empty() ? "" : ", and has " + joined(more)),
        "make it from schemas/records-table.json; keys of a table cannot be changed, indexes can be added");
  if (!more.empty())
    return look.said.warn(subject, "has more than it needs: " + joined(more), "each index makes every write dearer");
  look.said.ok(subject, "has the keys and indexes of schemas/records-table.json");
}

void judge_state(const Look& look, const std::string& subject, const json::object& table) {
  const std::string status = text_in(table, "TableStatus");
  const std::string remedy = "wait; 'aws dynamodb describe-table' shows how far it is";
  if (!status.empty() && status != "ACTIVE" && status != "UPDATING")
    return look.said.fail(subject, "is " + escape_text(status), remedy);
  for (const json::value& index : list_in(table, "GlobalSecondaryIndexes")) {
    const std::string state = index.is_object() ? text_in(index.get_object(), "IndexStatus") : "";
    if (!state.empty() && state != "ACTIVE" && state != "UPDATING")
      return look.said.fail(
          subject, "its index " + escape_text(text_in(index.get_object(), "IndexName")) + " is " + escape_text(state),
          remedy);
  }
  look.said.ok(subject, "is there and active");
}

// Asks for one more of its properties; an empty object after a warning.
json::object asked(const Look& look, const std::string& table, const std::string& operation, const std::string& what) {
  const auto answer = aws::dynamo::call(look.client, CallContext{}, table, operation, {});
  if (answer.ok()) return *answer;
  const bool denied = answer.failed_with(ErrorCode::kPermissionDenied);
  look.said.warn("table " + escape_text(table),
                 what + (denied ? " may not be looked at" : ": " + answer.error().message()),
                 denied ? "allow dynamodb:" + operation : "");
  return {};
}

void look_at_expiry(const Look& look, const std::string& table) {
  const std::string subject = "table " + escape_text(table);
  const json::object answer = asked(look, table, "DescribeTimeToLive", "expiry");
  if (answer.empty()) return;
  const json::object& expiry = object_in(answer, "TimeToLiveDescription");
  const std::string status = text_in(expiry, "TimeToLiveStatus");
  if ((status == "ENABLED" || status == "ENABLING") && text_in(expiry, "AttributeName") == "ttl")
    return look.said.ok(subject, "lets records go when their retention ends");
  look.said.warn(subject, "keeps records for ever",
                 "aws dynamodb update-time-to-live --table-name " + escape_text(table) +
                     " --time-to-live-specification Enabled=true,AttributeName=ttl");
}

void look_at_backups(const Look& look, const std::string& table) {
  const std::string subject = "table " + escape_text(table);
  const json::object answer = asked(look, table, "DescribeContinuousBackups", "backups");
  if (answer.empty()) return;
  const json::object& backups = object_in(answer, "ContinuousBackupsDescription");
  if (text_in(object_in(backups, "PointInTimeRecoveryDescription"), "PointInTimeRecoveryStatus") == "ENABLED")
    return look.said.ok(subject, "can be brought back to any second of the last days");
  look.said.warn(subject, "has no point-in-time recovery: records that are lost have to be rebuilt by 'scalper audit'",
                 "aws dynamodb update-continuous-backups --table-name " + escape_text(table) +
                     " --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true");
}

}  // namespace

std::set<std::string> shape_of(const json::object& table) {
  std::map<std::string, std::string> types;
  for (const json::value& attribute : list_in(table, "AttributeDefinitions"))
    if (attribute.is_object())
      types[text_in(attribute.get_object(), "AttributeName")] = text_in(attribute.get_object(), "AttributeType");
  std::set<std::string> shape{"keys" + keys_of(table, types)};
  for (const json::value& index : list_in(table, "GlobalSecondaryIndexes"))
    if (index.is_object())
      shape.insert(text_in(index.get_object(), "IndexName") + keys_of(index.get_object(), types) + " " +
                   text_in(object_in(index.get_object(), "Projection"), "ProjectionType"));
  return shape;
}

std::set<std::string> records_shape() {
  return {"keys pk:HASH:S", "by_status sp:HASH:S sk:RANGE:B KEYS_ONLY", "by_key kp:HASH:S kk:RANGE:B KEYS_ONLY",
          "open_records op:HASH:S pk:RANGE:S KEYS_ONLY"};
}

void look_at_table(const Look& look, const std::string& table) {
  const std::string subject = "table " + escape_text(table);
  const auto answer = aws::dynamo::call(look.client, CallContext{}, table, "DescribeTable", {});
  if (!answer.ok()) {
    const bool denied = answer.failed_with(ErrorCode::kPermissionDenied);
    return look.said.fail(subject, answer.error().message(),
                          denied ? "allow dynamodb:DescribeTable"
                                 : "aws dynamodb create-table --cli-input-json "
                                   "file://schemas/records-table.json");
  }
  const json::object& described = object_in(*answer, "Table");
  judge_state(look, subject, described);
  judge_shape(look, subject, described);
  if (std::string key = text_in(object_in(described, "SSEDescription"), "KMSMasterKeyArn"); !key.empty())
    look.keys.insert(std::move(key));
  look_at_expiry(look, table);
  look_at_backups(look, table);
}

}  // namespace scalper::cli
