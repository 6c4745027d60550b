#include "adapters/local/sqlite_notice_feed.h"
#include "adapters/local/sqlite_notices.h"
#include "adapters/memory/memory_notice_feed.h"
#include "contract/notice_feed_suite.h"
#include "support/fake_clock.h"
#include "support/records.h"
#include "support/temp_dir.h"

namespace scalper {
namespace {

std::unique_ptr<SqliteDatabase> open_database(const TempDir& folder, Clock& clock) {
  auto database = SqliteDatabase::open(folder.path() / "gate.db", clock);
  EXPECT_DONE(database);
  return database.ok() ? *std::move(database) : nullptr;
}

class MemorySubject final : public NoticeFeedSubject {
 public:
  NoticeFeed& feed() override { return feed_; }
  Notices& notices() override { return notices_; }
  void forget_oldest(std::size_t count) override { feed_.forget(forgotten_ += count); }

 private:
  FakeClock clock_;
  MemoryNotices notices_{clock_};
  MemoryNoticeFeed feed_{notices_};
  std::size_t forgotten_ = 0;
};

class SqliteSubject final : public NoticeFeedSubject {
 public:
  NoticeFeed& feed() override { return feed_; }
  Notices& notices() override { return notices_; }
  void forget_oldest(std::size_t count) override {
    EXPECT_EQ(notices_.forget({}, clock_.wall_now() + Millis{1}, count).value(), count);
  }

 private:
  FakeClock clock_;
  TempDir folder_;
  std::unique_ptr<SqliteDatabase> database_ = open_database(folder_, clock_);
  SqliteNotices notices_{*database_};
  SqliteNoticeFeed feed_{*database_};
};

TEST(SqliteNoticeFeed, GoesOnBehindARowThatCannotBeRead) {
  TempDir folder;
  FakeClock clock;
  const auto database = open_database(folder, clock);
  SqliteNotices notices(*database);
  SqliteNoticeFeed feed(*database);
  for (const char* id : {"a.0", "b.0", "c.0"})
    ASSERT_DONE(notices.publish(
        {}, {id, final_record(std::string("key ") + id, "1", FileStatus::kValid, WallTime{Millis{1}})}));
  ASSERT_DONE(database->write({}, [](SqliteConnection& writer) -> Result<void> {
    SCALPER_TRY_ASSIGN(
        auto cut,
        writer.prepare("UPDATE outbox SET body = substr(body, 1, 20) WHERE number > (SELECT min(number) FROM outbox)"));
    return cut.run();
  }));
  const NoticePage page = feed.after({}, 0, 10).value();
  ASSERT_EQ(page.notices.size(), 1U);
  EXPECT_TRUE(page.gap) << "who follows has to look at the records";
  EXPECT_EQ(page.read_to, feed.newest({}).value());
  ASSERT_DONE(notices.publish({}, {"d.0", final_record("key d.0", "1", FileStatus::kValid, WallTime{Millis{1}})}));
  const NoticePage next = feed.after({}, page.read_to, 10).value();
  ASSERT_EQ(next.notices.size(), 1U);
  EXPECT_EQ(next.notices[0].notice.id, "d.0");
  EXPECT_FALSE(next.gap);
}

INSTANTIATE_TEST_SUITE_P(Feeds, NoticeFeedContract,
                         testing::Values(NoticeFeedCase{"Memory", [] { return std::make_unique<MemorySubject>(); }},
                                         NoticeFeedCase{"Sqlite", [] { return std::make_unique<SqliteSubject>(); }}),
                         subject_name<NoticeFeedSubject>);

}  // namespace
}  // namespace scalper
