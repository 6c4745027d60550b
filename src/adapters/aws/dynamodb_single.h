#pragma once
// One item of the table, read and written on condition. Only for src/adapters/aws; the JSON library stays in .cpp
// files.

#include <optional>
#include <string>
#include <string_view>

#include "adapters/aws/client/aws_client.h"

namespace boost::json {
class object;
}

namespace scalper::aws::dynamo {

[[nodiscard]] std::string random_bytes(std::size_t count);
// Names one put(): 64 bits, for they are compared with one item only.
[[nodiscard]] std::string new_write_token();

[[nodiscard]] boost::json::object key_of(std::string_view key);
// An empty condition asks for nothing.
void add_condition(boost::json::object& ask, const std::string& condition, boost::json::object values);

// Strongly consistent; nothing where there is none.
[[nodiscard]] Result<std::optional<boost::json::object>> read_item(AwsClient& client, const CallContext& context,
                                                                   const std::string& table, std::string_view key);
// The item holds `token` as kToken. kPreconditionFailed: the condition did not hold. What stood in the way may be this
// very write, made by an earlier try that nobody heard of: then it is a success.
[[nodiscard]] Result<void> write_item(AwsClient& client, const CallContext& context, const std::string& table,
                                      boost::json::object item, const std::string& condition,
                                      boost::json::object values, const std::string& token);

}  // namespace scalper::aws::dynamo
