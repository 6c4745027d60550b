#pragma once
// Items by their keys, many in a call.
// Source: BatchGetItem of the Amazon DynamoDB API Reference: at most 100 keys, none twice; what it did not get to comes
// back as a question.

#include <cstddef>
#include <functional>
#include <string>

#include "adapters/aws/client/aws_client.h"
#include "ports/clock.h"

namespace boost::json {
class array;
class object;
}  // namespace boost::json

namespace scalper::aws::dynamo {

inline constexpr std::size_t kMostInBatch = 100;

// Each item that is there goes to `take`, in no order; its error ends the reading. Asked again, with a pause that
// doubles, is what did not come. kThrottled: some never came. kCorrupt: no answer of this call.
[[nodiscard]] Result<void> read_batch(AwsClient& client, Clock& clock, const CallContext& context,
                                      const std::string& table, boost::json::array keys,
                                      const std::function<Result<void>(const boost::json::object&)>& take);

}  // namespace scalper::aws::dynamo
