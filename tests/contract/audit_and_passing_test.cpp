// The audit trail and passing markers, in every store that keeps records.

#include "adapters/aws/dynamodb_audit_log.h"
#include "adapters/aws/dynamodb_passing_markers.h"
#include "adapters/aws/dynamodb_record_store.h"
#include "adapters/local/sqlite_audit_log.h"
#include "adapters/local/sqlite_passing_markers.h"
#include "adapters/memory/memory_audit_log.h"
#include "adapters/memory/memory_passing_markers.h"
#include "contract/audit_log_suite.h"
#include "contract/passing_markers_suite.h"
#include "contract/sqlite_folder.h"
#include "support/dynamodb_stand_in.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"

namespace scalper {
namespace {

class MemoryAuditSubject final : public AuditLogSubject {
 public:
  AuditLog& log() override { return log_; }
  Clock& clock() override { return clock_; }

 private:
  FakeClock clock_;
  MemoryAuditLog log_{clock_};
};

class SqliteAuditSubject final : public AuditLogSubject {
 public:
  AuditLog& log() override { return log_; }
  Clock& clock() override { return clock_; }

 private:
  TempDir folder_;
  FakeClock clock_;
  std::unique_ptr<SqliteDatabase> database_ = open_database(folder_, clock_);
  SqliteAuditLog log_{*database_};
};

class DynamoDbAuditSubject final : public AuditLogSubject {
 public:
  AuditLog& log() override { return log_; }
  Clock& clock() override { return clock_; }

 private:
  FakeClock clock_;
  dynamo_check::DynamoDbStandIn service_{dynamo_check::records_table_definition()};
  aws::DynamoDbRecordStore records_{service_, clock_, service_.table()};
  aws::DynamoDbAuditLog log_{service_, clock_, records_, service_.table()};
};

class MemoryPassingSubject final : public PassingMarkersSubject {
 public:
  PassingMarkers& markers() override { return markers_; }

 private:
  MemoryPassingMarkers markers_{clock_};
};

class SqlitePassingSubject final : public PassingMarkersSubject {
 public:
  PassingMarkers& markers() override { return markers_; }

 private:
  TempDir folder_;
  std::unique_ptr<SqliteDatabase> database_ = open_database(folder_, clock_);
  SqlitePassingMarkers markers_{*database_};
};

class DynamoDbPassingSubject final : public PassingMarkersSubject {
 public:
  PassingMarkers& markers() override { return markers_; }

 private:
  dynamo_check::DynamoDbStandIn service_{dynamo_check::records_table_definition()};
  aws::DynamoDbPassingMarkers markers_{service_, clock_, service_.table()};
};

INSTANTIATE_TEST_SUITE_P(Stores, AuditLogContract,
                         testing::Values(AuditLogCase{"Memory", [] { return std::make_unique<MemoryAuditSubject>(); }},
                                         AuditLogCase{"Sqlite", [] { return std::make_unique<SqliteAuditSubject>(); }},
                                         AuditLogCase{"DynamoDbStandIn",
                                                      [] { return std::make_unique<DynamoDbAuditSubject>(); }}),
                         subject_name<AuditLogSubject>);
INSTANTIATE_TEST_SUITE_P(
    Stores, PassingMarkersContract,
    testing::Values(PassingMarkersCase{"Memory", [] { return std::make_unique<MemoryPassingSubject>(); }},
                    PassingMarkersCase{"Sqlite", [] { return std::make_unique<SqlitePassingSubject>(); }},
                    PassingMarkersCase{"DynamoDbStandIn", [] { return std::make_unique<DynamoDbPassingSubject>(); }}),
    subject_name<PassingMarkersSubject>);

// Whoever gets at the database with our own statements cannot change it either.
TEST(SqliteAuditLog, TheDatabaseRefusesChanges) {
  TempDir folder;
  FakeClock clock;
  const auto database = open_database(folder, clock);
  SqliteAuditLog log(*database);
  AuditEntry entry;
  entry.action = "gate.pause";
  ASSERT_DONE(log.append({}, entry));
  for (const char* change : {"UPDATE audit SET body = '{}'", "DELETE FROM audit"})
    EXPECT_FALSE(database->write({}, [change](SqliteConnection& writer) { return writer.run(change); }).ok()) << change;
  EXPECT_EQ(log.list({}, 10, "")->entries.size(), 1U);
}

TEST(SqlitePassingMarkers, ForgetsWhatIsOverPieceByPiece) {
  TempDir folder;
  FakeClock clock;
  const auto database = open_database(folder, clock);
  SqlitePassingMarkers markers(*database);
  for (int i = 0; i < 5; ++i)
    ASSERT_DONE(
        markers.put({}, "n" + std::to_string(i), "", clock.wall_now() + std::chrono::seconds(i < 3 ? 1 : 9), 0));
  clock.advance(Millis{1000});
  EXPECT_EQ(markers.forget({}, clock.wall_now(), 2).value(), 2U);
  EXPECT_EQ(markers.forget({}, clock.wall_now(), 2).value(), 1U);
  EXPECT_EQ(markers.forget({}, clock.wall_now(), 2).value(), 0U);
  EXPECT_TRUE(markers.get({}, "n4")->has_value());
}

// An answer that got lost makes the client ask again: one entry, not two, and no refusal.
TEST(DynamoDbAuditLog, AWriteThatWasAnsweredLateIsThereOnce) {
  FakeClock clock;
  dynamo_check::DynamoDbStandIn service(dynamo_check::records_table_definition());
  aws::DynamoDbRecordStore records(service, clock, service.table());
  aws::DynamoDbAuditLog log(service, clock, records, service.table());
  service.lose_next_answer();
  AuditEntry entry;
  entry.at = clock.wall_now();
  ASSERT_DONE(log.append({}, entry));
  EXPECT_EQ(log.list({}, 10, "")->entries.size(), 1U);
  const auto listed = records.list({}, RecordQuery{});
  ASSERT_DONE(listed);
  EXPECT_TRUE(listed->records.empty() && listed->unreadable.empty()) << "the trail is no file";
}

}  // namespace
}  // namespace scalper
