#include "adapters/aws/dynamodb_calls.h"

#include <boost/json.hpp>

#include "base/escape.h"

namespace scalper::aws::dynamo {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxDepth = 32;  // of the service's own documents

Error no_table(const std::string& table, const Error& error) {
  return {ErrorCode::kUnavailable, "the table \"" + escape_text(table) +
                                       "\" or an index of it is not there; SCALPER_TABLE names it, "
                                       "schemas/records-table.json makes it: " +
                                       error.message()};
}

}  // namespace

Result<json::object> parse_object(std::string_view text) {
  json::parse_options options;
  options.max_depth = kMaxDepth;
  boost::system::error_code failed;
  json::value value = json::parse(text, failed, json::storage_ptr(), options);
  if (failed || !value.is_object()) return Error(ErrorCode::kCorrupt, "dynamodb answered something that is no object");
  return std::move(value.as_object());
}

Result<json::object> call_batch(AwsClient& client, const CallContext& context, const std::string& table,
                                std::string_view operation, const json::object& ask, AwsRefusal* refusal) {
  AwsRequest request;
  request.service = "dynamodb";
  request.headers = {{"content-type", "application/x-amz-json-1.0"},
                     {"x-amz-target", "DynamoDB_20120810." + std::string(operation)}};
  request.body = json::serialize(ask);
  const auto response = client.call(context, request, refusal);
  if (response.failed_with(ErrorCode::kNotFound)) return no_table(table, response.error());
  if (!response.ok()) return response.error();
  return parse_object(response->body);
}

Result<json::object> call(AwsClient& client, const CallContext& context, const std::string& table,
                          std::string_view operation, json::object ask, AwsRefusal* refusal) {
  ask["TableName"] = table;
  return call_batch(client, context, table, operation, ask, refusal);
}

}  // namespace scalper::aws::dynamo
