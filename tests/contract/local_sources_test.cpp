#include <fcntl.h>

#include <filesystem>
#include <fstream>

#include "adapters/local/folder_contract_source.h"
#include "adapters/local/sqlite_notices.h"
#include "contract/contract_source_suite.h"
#include "contract/notices_suite.h"
#include "model/record_json.h"
#include "support/fake_clock.h"
#include "support/records.h"
#include "support/temp_dir.h"

namespace scalper {
namespace {

Fd open_folder(const TempDir& folder) {
  return Fd(system_posix().open(AT_FDCWD, folder.path().string(), OpenFor::kFolder));
}

class FolderContractSubject final : public ContractSourceSubject {
 public:
  ContractSource& source() override { return **source_; }
  Clock& clock() override { return clock_; }
  void pass(Millis time) override { clock_.advance(time); }

 private:
  TempDir folder_;
  FakeClock clock_;
  Result<std::unique_ptr<FolderContractSource>> source_ =
      FolderContractSource::open(system_posix(), open_folder(folder_), clock_);
};

class SqliteNoticesSubject final : public NoticesSubject {
 public:
  Notices& notices() override { return notices_; }
  Clock& clock() override { return clock_; }
  std::vector<std::string> told() override {
    std::vector<std::string> ids;
    const auto waiting = notices_.waiting(CallContext{}, 0, 1000);
    EXPECT_DONE(waiting);
    for (const WaitingNotice& notice : *waiting) ids.push_back(notice.id);
    return ids;
  }

 private:
  TempDir folder_;
  FakeClock clock_;
  std::unique_ptr<SqliteDatabase> database_ = *SqliteDatabase::open(folder_.path() / "gate.db", clock_);
  SqliteNotices notices_{*database_};
};

INSTANTIATE_TEST_SUITE_P(Local, ContractSourceContract,
                         testing::Values(ContractSourceCase{"Folder",
                                                            [] { return std::make_unique<FolderContractSubject>(); }}),
                         subject_name<ContractSourceSubject>);
INSTANTIATE_TEST_SUITE_P(Sqlite, NoticesContract,
                         testing::Values(NoticesCase{"Outbox",
                                                     [] { return std::make_unique<SqliteNoticesSubject>(); }}),
                         subject_name<NoticesSubject>);

// What the port's suite cannot know.

struct StoredSets {
  TempDir folder;
  FakeClock clock;
  CallContext context;
  std::unique_ptr<FolderContractSource> open() {
    auto source = FolderContractSource::open(system_posix(), open_folder(folder), clock);
    EXPECT_DONE(source);
    return *std::move(source);
  }
};

TEST(FolderContractSourceTest, AnotherRunFindsTheCurrentSet) {
  StoredSets stored;
  ASSERT_DONE(stored.open()->publish(stored.context, {"d1", {{"a.yaml", "one"}, {"x/b.json", "two"}}}));
  const auto source = stored.open();
  const auto digest = source->current_digest(stored.context);
  ASSERT_DONE(digest);
  EXPECT_EQ(*digest, "d1");
  const auto loaded = source->load(stored.context, "d1");
  ASSERT_DONE(loaded);
  EXPECT_EQ(loaded->files.size(), 2U);
}

TEST(FolderContractSourceTest, WhatACrashLeftIsNoSetAndNoObstacle) {
  StoredSets stored;
  std::filesystem::create_directories(stored.folder.path() / "new" / "deep" / "er");
  { std::ofstream(stored.folder.path() / "new" / "deep" / "half.yaml") << "contr"; }
  { std::ofstream(stored.folder.path() / "current.new") << "d"; }
  const auto source = stored.open();
  EXPECT_CODE(kNotFound, source->current_digest(stored.context));
  ASSERT_DONE(source->publish(stored.context, {"d1", {{"a.yaml", "one"}}}));
  const auto loaded = source->load(stored.context, "d1");
  ASSERT_DONE(loaded);
  ASSERT_EQ(loaded->files.size(), 1U) << "nothing of what lay there got in";
  EXPECT_EQ(loaded->files[0].text, "one");
}

TEST(FolderContractSourceTest, RefusesWhatNoFileSystemTakes) {
  StoredSets stored;
  const auto source = stored.open();
  EXPECT_CODE(kInvalidArgument, source->publish(stored.context, {"d1", {{std::string(256, 'n'), "x"}}}));
  EXPECT_CODE(kInvalidArgument, source->publish(stored.context, {"d1", {{"a", "x"}, {"a/b", "x"}}}));
  EXPECT_CODE(kInvalidArgument, source->publish(stored.context, {"d1", {{"a", std::string((16U << 20U) + 1, 'x')}}}));
  EXPECT_CODE(kNotFound, source->current_digest(stored.context));
}

TEST(FolderContractSourceTest, SaysThatThePointerIsDamaged) {
  StoredSets stored;
  for (const char* text : {"", "d1", "../..\n", "d1\nd2\n"}) {
    {
      std::ofstream(stored.folder.path() / "current") << text;
    }
    EXPECT_CODE(kCorrupt, stored.open()->current_digest(stored.context)) << text;
  }
}

TEST(SqliteNoticesTest, TellsTheWholeRecordAndForgetsWhatIsOld) {
  TempDir folder;
  FakeClock clock;
  const auto database = *SqliteDatabase::open(folder.path() / "gate.db", clock);
  SqliteNotices notices(*database);
  const FileRecord record = full_record();
  ASSERT_DONE(notices.publish(CallContext{}, {"first", record}));
  clock.advance(Millis{1000});
  ASSERT_DONE(notices.publish(CallContext{}, {"second", record}));
  const auto waiting = notices.waiting(CallContext{}, 0, 10);
  ASSERT_DONE(waiting);
  ASSERT_EQ(waiting->size(), 2U);
  const auto told = record_from_json((*waiting)[0].record_json);
  ASSERT_DONE(told);
  EXPECT_TRUE(*told == record);
  const auto rest = notices.waiting(CallContext{}, (*waiting)[0].number, 10);
  ASSERT_EQ(rest->size(), 1U);
  EXPECT_EQ((*rest)[0].id, "second");
  const auto gone = notices.forget(CallContext{}, (*waiting)[1].at, 10);
  ASSERT_DONE(gone);
  EXPECT_EQ(*gone, 1U);
  EXPECT_EQ(notices.waiting(CallContext{}, 0, 10)->size(), 1U);
  EXPECT_CODE(kInvalidArgument, notices.publish(CallContext{}, {"", record}));
}

}  // namespace
}  // namespace scalper
