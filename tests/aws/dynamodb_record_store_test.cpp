// The whole contract of the record store on an emulator of DynamoDB, and what the store's own stand-in cannot judge.
// Each test has a table of its own, made from schemas/records-table.json and removed at its end.

#include "adapters/aws/dynamodb_record_store.h"

#include <atomic>
#include <boost/json.hpp>
#include <random>

#include "contract/record_store_suite.h"
#include "support/dynamodb_stand_in.h"
#include "support/emulated_aws.h"

namespace scalper::aws {
namespace {

namespace json = boost::json;

json::object ask_for(AwsClient& client, const std::string& operation, const json::object& ask) {
  AwsRequest request;
  request.service = "dynamodb";
  request.headers = {{"content-type", "application/x-amz-json-1.0"},
                     {"x-amz-target", "DynamoDB_20120810." + operation}};
  request.body = json::serialize(ask);
  const auto answer = client.call(CallContext{}, request);
  EXPECT_DONE(answer);
  return answer.ok() ? json::parse(answer->body).as_object() : json::object{};
}

class Table {
 public:
  explicit Table(AwsClient& client) : client_(client) {
    std::random_device random;
    name_ = "records-" + std::to_string(random()) + "-" + std::to_string(random());
    json::object definition = json::parse(dynamo_check::records_table_definition()).as_object();
    definition["TableName"] = name_;
    ask_for(client_, "CreateTable", definition);
    // Once it is there it is usable: the emulator makes tables at once.
    const json::object described = ask_for(client_, "DescribeTable", {{"TableName", name_}});
    EXPECT_EQ(described.at("Table").at("TableStatus").as_string(), "ACTIVE");
  }
  ~Table() { ask_for(client_, "DeleteTable", {{"TableName", name_}}); }
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  AwsClient& client_;
  std::string name_;
};

class EmulatedRecordSubject final : public RecordStoreSubject {
 public:
  RecordStore& store() override { return store_; }
  Clock& clock() override { return aws_.clock; }

 private:
  EmulatedAws aws_;
  Table table_{aws_.client};
  DynamoDbRecordStore store_{aws_.client, aws_.clock, table_.name()};
};

INSTANTIATE_TEST_SUITE_P(DynamoDb, RecordStoreContract,
                         testing::Values(RecordStoreCase{"Emulator",
                                                         [] { return std::make_unique<EmulatedRecordSubject>(); }}),
                         subject_name<RecordStoreSubject>);

// The service says which item stood in the way: what tells an own write apart.
TEST(DynamoDbEmulator, TellsWhatStoodInTheWay) {
  EmulatedAws aws;
  const Table table(aws.client);
  const json::object item{{"pk", json::object{{"S", "k"}}}, {"tk", json::object{{"B", "AAE="}}}};
  json::object put{{"TableName", table.name()}, {"Item", item}};
  ask_for(aws.client, "PutItem", put);
  put["ConditionExpression"] = "attribute_not_exists(pk)";
  put["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD";
  AwsRequest request;
  request.service = "dynamodb";
  request.headers = {{"content-type", "application/x-amz-json-1.0"}, {"x-amz-target", "DynamoDB_20120810.PutItem"}};
  request.body = json::serialize(put);
  AwsRefusal refusal;
  EXPECT_CODE(kPreconditionFailed, aws.client.call(CallContext{}, request, &refusal));
  EXPECT_EQ(refusal.code, "ConditionalCheckFailedException");
  EXPECT_EQ(json::parse(refusal.body).at("Item"), item);
}

TEST(DynamoDbEmulator, HasNoTableThatNobodyMade) {
  EmulatedAws aws;
  DynamoDbRecordStore store(aws.client, aws.clock, "nobody-made-it");
  EXPECT_CODE(kUnavailable, store.get(CallContext{}, received_record("a").id));
  EXPECT_CODE(kUnavailable, store.put(CallContext{}, received_record("a"), WriteGuard{}));
  EXPECT_CODE(kUnavailable, store.list(CallContext{}, {}));
}

}  // namespace
}  // namespace scalper::aws
