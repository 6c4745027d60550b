#pragma once
// Calls of DynamoDB (API version 2012-08-10) in its JSON protocol. Only for src/adapters/aws.

#include <string>
#include <string_view>

#include "adapters/aws/client/aws_client.h"

namespace boost::json {
class object;
}

namespace scalper::aws::dynamo {

inline constexpr std::string_view kConditionFailed = "ConditionalCheckFailedException";

// The table's name is added to what is asked. Errors are the client's; kCorrupt: the answer is no JSON object. A table
// or an index that is not there is kUnavailable and never kNotFound, which above speaks of files: what cannot be
// recorded has to come again.
[[nodiscard]] Result<boost::json::object> call(AwsClient& client, const CallContext& context, const std::string& table,
                                               std::string_view operation, boost::json::object ask,
                                               AwsRefusal* refusal = nullptr);

// The same of many items: the name stands within `ask` already.
[[nodiscard]] Result<boost::json::object> call_batch(AwsClient& client, const CallContext& context,
                                                     const std::string& table, std::string_view operation,
                                                     const boost::json::object& ask, AwsRefusal* refusal = nullptr);

// Nothing, or the object; kCorrupt. At most 32 levels deep.
[[nodiscard]] Result<boost::json::object> parse_object(std::string_view text);

}  // namespace scalper::aws::dynamo
