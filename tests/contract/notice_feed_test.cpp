#include "adapters/local/sqlite_notice_feed.h"
#include "adapters/local/sqlite_notices.h"
#include "adapters/memory/memory_notice_feed.h"
#include "contract/notice_feed_suite.h"
#include "support/fake_clock.h"
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

INSTANTIATE_TEST_SUITE_P(Feeds, NoticeFeedContract,
                         testing::Values(NoticeFeedCase{"Memory", [] { return std::make_unique<MemorySubject>(); }},
                                         NoticeFeedCase{"Sqlite", [] { return std::make_unique<SqliteSubject>(); }}),
                         subject_name<NoticeFeedSubject>);

}  // namespace
}  // namespace scalper
