// The contract on the stand-in of DynamoDB: on the service's emulator it runs in tests/aws.

#include "adapters/aws/dynamodb_record_store.h"

#include "adapters/aws/dynamodb_table.h"
#include "contract/record_store_suite.h"
#include "support/dynamodb_stand_in.h"
#include "support/fake_clock.h"

namespace scalper {
namespace {

class DynamoDbRecordSubject final : public RecordStoreSubject {
 public:
  RecordStore& store() override { return store_; }
  Clock& clock() override { return clock_; }
  bool spoil(const FileId& id) override {
    service_.spoil(id.value(), std::string(aws::dynamo::kBody), "no body of ours");
    return true;
  }

 private:
  FakeClock clock_;
  dynamo_check::DynamoDbStandIn service_{dynamo_check::records_table_definition()};
  aws::DynamoDbRecordStore store_{service_, clock_, service_.table()};
};

INSTANTIATE_TEST_SUITE_P(DynamoDb, RecordStoreContract,
                         testing::Values(RecordStoreCase{"StandIn",
                                                         [] { return std::make_unique<DynamoDbRecordSubject>(); }}),
                         subject_name<RecordStoreSubject>);

}  // namespace
}  // namespace scalper
