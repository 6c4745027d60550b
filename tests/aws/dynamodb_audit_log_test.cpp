// The whole contracts of the audit trail and of passing markers on an emulator of DynamoDB.

#include "adapters/aws/dynamodb_audit_log.h"

#include "adapters/aws/dynamodb_passing_markers.h"
#include "adapters/aws/dynamodb_record_store.h"
#include "contract/audit_log_suite.h"
#include "contract/passing_markers_suite.h"
#include "support/emulated_table.h"

namespace scalper::aws {
namespace {

class EmulatedAuditSubject final : public AuditLogSubject {
 public:
  AuditLog& log() override { return log_; }
  Clock& clock() override { return aws_.clock; }

 private:
  EmulatedAws aws_;
  EmulatedTable table_{aws_.client};
  DynamoDbRecordStore records_{aws_.client, aws_.clock, table_.name()};
  DynamoDbAuditLog log_{aws_.client, aws_.clock, records_, table_.name()};
};

class EmulatedPassingSubject final : public PassingMarkersSubject {
 public:
  PassingMarkers& markers() override { return markers_; }

 private:
  EmulatedAws aws_;
  EmulatedTable table_{aws_.client};
  DynamoDbPassingMarkers markers_{aws_.client, clock_, table_.name()};  // time passes for the gate, not for the service
};

INSTANTIATE_TEST_SUITE_P(DynamoDb, AuditLogContract,
                         testing::Values(AuditLogCase{"Emulator",
                                                      [] { return std::make_unique<EmulatedAuditSubject>(); }}),
                         subject_name<AuditLogSubject>);
INSTANTIATE_TEST_SUITE_P(DynamoDb, PassingMarkersContract,
                         testing::Values(PassingMarkersCase{"Emulator",
                                                            [] { return std::make_unique<EmulatedPassingSubject>(); }}),
                         subject_name<PassingMarkersSubject>);

}  // namespace
}  // namespace scalper::aws
