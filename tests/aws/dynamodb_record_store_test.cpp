// The whole contract of the record store on an emulator of DynamoDB, and what the store's own stand-in cannot judge.
// Each test has a table of its own, made from schemas/records-table.json and removed at its end.

#include "adapters/aws/dynamodb_record_store.h"

#include <boost/json.hpp>

#include "contract/record_store_suite.h"
#include "support/emulated_table.h"

namespace scalper::aws {
namespace {

namespace json = boost::json;

class EmulatedRecordSubject final : public RecordStoreSubject {
 public:
  RecordStore& store() override { return store_; }
  Clock& clock() override { return aws_.clock; }

 private:
  EmulatedAws aws_;
  EmulatedTable table_{aws_.client};
  DynamoDbRecordStore store_{aws_.client, aws_.clock, table_.name()};
};

INSTANTIATE_TEST_SUITE_P(DynamoDb, RecordStoreContract,
                         testing::Values(RecordStoreCase{"Emulator",
                                                         [] { return std::make_unique<EmulatedRecordSubject>(); }}),
                         subject_name<RecordStoreSubject>);

// The service says which item stood in the way: what tells an own write apart.
TEST(DynamoDbEmulator, TellsWhatStoodInTheWay) {
  EmulatedAws aws;
  const EmulatedTable table(aws.client);
  const json::object item{{"pk", json::object{{"S", "k"}}}, {"tk", json::object{{"B", "AAE="}}}};
  json::object put{{"TableName", table.name()}, {"Item", item}};
  ask_dynamodb(aws.client, "PutItem", put);
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
