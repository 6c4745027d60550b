#pragma once
// One call of CloudWatch in its JSON protocol. Only for the files beside it.
// Sources: the Amazon CloudWatch API Reference (GetMetricData, DescribeAlarms), and the service model of botocore,
// which names the protocols: JSON 1.0 with the target prefix GraniteServiceVersion20100801.

#include <string>
#include <string_view>

#include "adapters/aws/client/aws_client.h"

namespace boost::json {
class object;
class value;
}  // namespace boost::json

namespace scalper::aws::cloudwatch {

[[nodiscard]] Result<boost::json::object> call(AwsClient& client, const CallContext& context,
                                               std::string_view operation, const boost::json::object& ask);

// A time: seconds since 1970 as a number, or RFC 3339 as a text; both are met.
[[nodiscard]] Result<WallTime> time_of(const boost::json::value& value);

[[nodiscard]] Error no_answer(const std::string& why);

}  // namespace scalper::aws::cloudwatch
