#include "adapters/local/sqlite_notices.h"
#include "adapters/local/sqlite_record_store.h"
#include "adapters/local/sqlite_work_queue.h"
#include "contract/record_store_suite.h"
#include "contract/sqlite_folder.h"
#include "contract/work_queue_suite.h"
#include "model/record_json.h"
#include "support/fake_clock.h"
#include "support/records.h"
#include "support/temp_dir.h"

namespace scalper {
namespace {

class SqliteRecordSubject final : public RecordStoreSubject {
 public:
  RecordStore& store() override { return store_; }
  Clock& clock() override { return clock_; }
  bool spoil(const FileId& id) override {
    const auto done = database_->write({}, [id](SqliteConnection& writer) -> Result<void> {
      SCALPER_TRY_ASSIGN(auto cut, writer.prepare("UPDATE records SET body = substr(body, 1, 20) WHERE id = ?1"));
      return cut.bind(1, id.value()).run();
    });
    EXPECT_DONE(done);
    return true;
  }

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

// A gate that dies between the final record and its notice would leave nothing that brings the file back.
TEST(SqliteOutbox, AFinalRecordAndItsNoticeAreOneCommit) {
  TempDir folder;
  FakeClock clock;
  const auto database = open_database(folder, clock);
  SqliteRecordStore store(*database, TellsFinal::kInTheSameCommit);
  SqliteNotices outbox(*database);
  const auto told = [&] { return outbox.waiting({}, 0, 100); };

  FileRecord record = received_record("a.txt");
  record.status = FileStatus::kProcessing;
  record.attempt = 1;
  ASSERT_DONE(store.put({}, record, WriteGuard::if_absent()));
  EXPECT_TRUE(told()->empty());

  record.status = FileStatus::kIgnored;
  record.final_at = clock.wall_now();
  ++record.revision;
  EXPECT_CODE(kPreconditionFailed, store.put({}, record, WriteGuard::if_revision(7)));
  EXPECT_TRUE(told()->empty());
  ASSERT_DONE(store.put({}, record, WriteGuard::if_revision(1)));
  ASSERT_EQ(told()->size(), 1U);
  EXPECT_EQ(told()->front().id, notice_id(record));
  EXPECT_EQ(told()->front().record_json, record_to_json(record));

  ASSERT_DONE(outbox.publish({}, {notice_id(record), record}));  // as every repetition does
  EXPECT_EQ(told()->size(), 1U);
}

// A review that is taken back before anybody began it leaves the verdict as it was: nothing is new that could be told.
TEST(SqliteOutbox, AVerdictIsToldByWhoeverReachedIt) {
  TempDir folder;
  FakeClock clock;
  const auto database = open_database(folder, clock);
  SqliteRecordStore store(*database, TellsFinal::kInTheSameCommit);
  SqliteNotices outbox(*database);
  FileRecord record = received_record("a.txt");
  record.status = FileStatus::kIgnored;
  record.final_at = clock.wall_now();
  ASSERT_DONE(
      store.put({}, record, WriteGuard::if_absent()));  // written again by an audit: the outbox was lost as well
  ASSERT_EQ(outbox.waiting({}, 0, 100)->size(), 1U);

  record.epoch = 1;
  record.review = Review{ReviewAction::kRerun, "somebody", "why", clock.wall_now()};
  ++record.revision;
  ASSERT_DONE(store.put({}, record, WriteGuard::if_revision(record.revision - 1)));
  record.review.reset();
  ++record.revision;
  ASSERT_DONE(store.put({}, record, WriteGuard::if_revision(record.revision - 1)));
  EXPECT_EQ(outbox.waiting({}, 0, 100)->size(), 1U);

  record.epoch = 2;
  record.attempt = 1;
  ++record.revision;
  ASSERT_DONE(store.put({}, record, WriteGuard::if_revision(record.revision - 1)));
  ASSERT_EQ(outbox.waiting({}, 0, 100)->size(), 2U);
  EXPECT_EQ(outbox.waiting({}, 0, 100)->back().id, notice_id(record));
}

TEST(SqliteExpiry, ForgetsWhatIsOverAndPutsOffWhatIsKept) {
  TempDir folder;
  FakeClock clock;
  const auto database = open_database(folder, clock);
  SqliteRecordStore store(*database, TellsFinal::kInTheSameCommit);
  SqliteNotices outbox(*database);
  std::vector<FileRecord> records;
  for (const char* const key : {"over.txt", "kept.txt", "young.txt"}) {
    records.push_back(received_record(key));
    records.back().status = FileStatus::kIgnored;
    records.back().attempt = 1;
    records.back().final_at = clock.wall_now();
    records.back().expires_at = clock.wall_now() + (key[0] == 'y' ? Millis{1} : Millis{0});
    ASSERT_DONE(store.put({}, records.back(), WriteGuard::if_absent()));
  }
  ASSERT_DONE(outbox.forget({}, clock.wall_now() + Millis{1}, 10));
  const WallTime then = clock.wall_now() + std::chrono::hours{1};
  const auto keeps = [](const FileRecord& record) { return record.origin.key.value() == "kept.txt"; };
  const auto looked = store.remove_expired({}, clock.wall_now(), 10, keeps, then);
  ASSERT_DONE(looked);
  EXPECT_EQ(*looked, 2U);
  EXPECT_FALSE(*store.get({}, records[0].id));
  EXPECT_EQ((*store.get({}, records[1].id))->expires_at, then);
  EXPECT_EQ(*store.get({}, records[2].id), records[2]);
  EXPECT_TRUE(outbox.waiting({}, 0, 10)->empty()) << "nothing is told a second time";
}

// A record under review has the final time of the verdict before, and is in work all the same.
TEST(SqliteLeases, ThoseOfAnEarlierRunAreVoidForReviewsAsWell) {
  TempDir folder;
  FakeClock clock;
  const auto database = open_database(folder, clock);
  SqliteRecordStore store(*database);
  std::vector<FileRecord> in_work{received_record("new.txt"), received_record("review.txt")};
  in_work[1].epoch = 1;
  in_work[1].review = Review{ReviewAction::kRelease, "somebody", "why", clock.wall_now()};
  in_work[1].final_at = clock.wall_now();
  for (FileRecord& record : in_work) {
    record.status = FileStatus::kProcessing;
    record.owner = OwnerToken{"of a run that was killed"};
    record.lease_until = clock.wall_now() + std::chrono::minutes{5};
    record.open = record.review.has_value();
    ASSERT_DONE(store.put({}, record, WriteGuard::if_absent()));
  }
  ASSERT_DONE(store.void_leases({}));
  for (const FileRecord& record : in_work) {
    const auto now = store.get({}, record.id);
    ASSERT_DONE(now);
    EXPECT_FALSE(has_live_lease(**now, clock.wall_now())) << record.origin.key.value();
  }
}

INSTANTIATE_TEST_SUITE_P(Sqlite, RecordStoreContract,
                         testing::Values(RecordStoreCase{"Plain",
                                                         [] { return std::make_unique<SqliteRecordSubject>(); }}),
                         subject_name<RecordStoreSubject>);
INSTANTIATE_TEST_SUITE_P(Sqlite, WorkQueueContract,
                         testing::Values(WorkQueueCase{"Plain", [] { return std::make_unique<SqliteQueueSubject>(); }}),
                         subject_name<WorkQueueSubject>);

}  // namespace
}  // namespace scalper
