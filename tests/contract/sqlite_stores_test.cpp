#include "adapters/local/sqlite_record_store.h"
#include "adapters/local/sqlite_work_queue.h"
#include "contract/record_store_suite.h"
#include "contract/work_queue_suite.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"

namespace scalper {
namespace {

std::unique_ptr<SqliteDatabase> open_database(const TempDir& folder, Clock& clock) {
  auto database = SqliteDatabase::open(folder.path() / "gate.db", clock);
  EXPECT_DONE(database);
  return database.ok() ? *std::move(database) : nullptr;
}

class SqliteRecordSubject final : public RecordStoreSubject {
 public:
  RecordStore& store() override { return store_; }
  Clock& clock() override { return clock_; }

 private:
  TempDir folder_;
  FakeClock clock_;
  std::unique_ptr<SqliteDatabase> database_ = open_database(folder_, clock_);
  SqliteRecordStore store_{*database_};
};

class SqliteQueueSubject final : public WorkQueueSubject {
 public:
  WorkQueue& queue() override { return **queue_; }
  Clock& clock() override { return clock_; }
  void pass(Millis time) override { clock_.advance(time); }

 private:
  TempDir folder_;
  FakeClock clock_;
  std::unique_ptr<SqliteDatabase> database_ = open_database(folder_, clock_);
  Result<std::unique_ptr<SqliteWorkQueue>> queue_ = SqliteWorkQueue::open(*database_, kMaxReceives);
};

INSTANTIATE_TEST_SUITE_P(Sqlite, RecordStoreContract,
                         testing::Values(RecordStoreCase{"Plain",
                                                         [] { return std::make_unique<SqliteRecordSubject>(); }}),
                         subject_name<RecordStoreSubject>);
INSTANTIATE_TEST_SUITE_P(Sqlite, WorkQueueContract,
                         testing::Values(WorkQueueCase{"Plain", [] { return std::make_unique<SqliteQueueSubject>(); }}),
                         subject_name<WorkQueueSubject>);

}  // namespace
}  // namespace scalper
