#pragma once
// A table of the emulated DynamoDB, made from schemas/records-table.json and removed at its end.

#include <boost/json.hpp>
#include <random>
#include <string>

#include "contract/subject.h"
#include "support/dynamodb_stand_in.h"
#include "support/emulated_aws.h"

namespace scalper::aws {

inline boost::json::object ask_dynamodb(AwsClient& client, const std::string& operation,
                                        const boost::json::object& ask) {
  AwsRequest request;
  request.service = "dynamodb";
  request.headers = {{"content-type", "application/x-amz-json-1.0"},
                     {"x-amz-target", "DynamoDB_20120810." + operation}};
  request.body = boost::json::serialize(ask);
  const auto answer = client.call(CallContext{}, request);
  EXPECT_DONE(answer);
  return answer.ok() ? boost::json::parse(answer->body).as_object() : boost::json::object{};
}

class EmulatedTable {
 public:
  explicit EmulatedTable(AwsClient& client) : client_(client) {
    std::random_device random;
    name_ = "records-" + std::to_string(random()) + "-" + std::to_string(random());
    boost::json::object definition = boost::json::parse(dynamo_check::records_table_definition()).as_object();
    definition["TableName"] = name_;
    ask_dynamodb(client_, "CreateTable", definition);
    // Once it is there it is usable: the emulator makes tables at once.
    const boost::json::object described = ask_dynamodb(client_, "DescribeTable", {{"TableName", name_}});
    EXPECT_EQ(described.at("Table").at("TableStatus").as_string(), "ACTIVE");
  }
  ~EmulatedTable() { ask_dynamodb(client_, "DeleteTable", {{"TableName", name_}}); }
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  AwsClient& client_;
  std::string name_;
};

}  // namespace scalper::aws
