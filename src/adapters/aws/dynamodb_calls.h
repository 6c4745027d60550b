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

// The table's name is added to what is asked. Errors are the client's; kCorrupt: the answer is no JSON object.
// kNotFound says that the table is not there, or its index.
[[nodiscard]] Result<boost::json::object> call(AwsClient& client, const CallContext& context, const std::string& table,
                                               std::string_view operation, boost::json::object ask,
                                               AwsRefusal* refusal = nullptr);

// Many tables at once: the name stands within `ask`.
[[nodiscard]] Result<boost::json::object> call_batch(AwsClient& client, const CallContext& context,
                                                     std::string_view operation, const boost::json::object& ask,
                                                     AwsRefusal* refusal = nullptr);

// Nothing, or the object; kCorrupt. At most 32 levels deep.
[[nodiscard]] Result<boost::json::object> parse_object(std::string_view text);

}  // namespace scalper::aws::dynamo
