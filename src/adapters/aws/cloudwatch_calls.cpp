#include "adapters/aws/cloudwatch_calls.h"

#include <boost/json.hpp>
#include <cmath>

namespace scalper::aws::cloudwatch {

namespace json = boost::json;

Error no_answer(const std::string& why) { return {ErrorCode::kCorrupt, "cloudwatch: the answer " + why}; }

Result<json::object> call(AwsClient& client, const CallContext& context, std::string_view operation,
                          const json::object& ask) {
  AwsRequest request;
  request.service = "monitoring";
  request.headers = {{"content-type", "application/x-amz-json-1.0"},
                     {"x-amz-target", "GraniteServiceVersion20100801." + std::string(operation)}};
  request.body = json::serialize(ask);
  SCALPER_TRY_ASSIGN(const AwsResponse response, client.call(context, request));
  if (response.body.empty()) return json::object{};
  boost::system::error_code failed;
  json::value value = json::parse(response.body, failed);
  if (failed || !value.is_object()) return no_answer("is no JSON object");
  return std::move(value.as_object());
}

Result<WallTime> time_of(const json::value& value) {
  constexpr double kLatest = 253402300799.0;  // the end of the year 9999
  if (value.is_string()) {
    if (const auto time = parse_rfc3339(std::string(value.get_string()))) return *time;
    return no_answer("has a time that is none");
  }
  boost::system::error_code failed;
  const auto seconds = value.to_number<double>(failed);
  if (failed || seconds < 0 || seconds > kLatest) return no_answer("has a time that is none");
  return WallTime{Millis{static_cast<std::int64_t>(std::llround(seconds * 1000))}};
}

}  // namespace scalper::aws::cloudwatch
