#include "adapters/local/sqlite_record_store.h"
#include "adapters/local/sqlite_statistics.h"
#include "adapters/memory/memory_record_store.h"
#include "adapters/memory/memory_statistics.h"
#include "contract/statistics_suite.h"
#include "model/record_json.h"
#include "support/fake_clock.h"
#include "support/records.h"
#include "support/temp_dir.h"

namespace scalper {
namespace {

constexpr Millis kHour{std::chrono::hours{1}};

FileRecord record_of(const Tally& tally, int number) {
  FileRecord record = final_record("k" + std::to_string(number), "1", tally.status, tally.at);
  record.size = tally.bytes;
  record.attempt = 1;
  record.received_at = tally.at - tally.arrival_to_verdict;
  return record;
}

class MemorySubject final : public StatisticsSubject {
 public:
  Statistics& statistics() override { return statistics_; }
  Clock& clock() override { return clock_; }
  void add(const Tally& tally) override { EXPECT_DONE(records_.put({}, record_of(tally, ++number_), {})); }

 private:
  FakeClock clock_;
  MemoryRecordStore records_{clock_};
  MemoryStatistics statistics_{records_};
  int number_ = 0;
};

// A database with records and statistics that are opened as a gate does.
struct Opened {
  Opened(const std::string& path, Clock& clock)
      : database(*SqliteDatabase::open(path, clock)), statistics(*SqliteStatistics::open(*database)) {}
  std::unique_ptr<SqliteDatabase> database;
  std::unique_ptr<SqliteStatistics> statistics;
  SqliteRecordStore records{*database, TellsFinal::kNo, Tallies::kInTheSameCommit};

  void run(const std::string& script) const {
    EXPECT_DONE(database->write({}, [script](SqliteConnection& writer) { return writer.run(script); }));
  }
  [[nodiscard]] FileCounts all(WallTime begin) const { return statistics->count({}, {begin, kHour, 24})->total.files; }
};

class SqliteSubject final : public StatisticsSubject {
 public:
  Statistics& statistics() override { return *opened_.statistics; }
  Clock& clock() override { return clock_; }
  void add(const Tally& tally) override { EXPECT_DONE(opened_.records.put({}, record_of(tally, ++number_), {})); }

 private:
  TempDir folder_;
  FakeClock clock_;
  Opened opened_{folder_.path() / "gate.db", clock_};
  int number_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Memory, StatisticsContract,
                         testing::Values(StatisticsCase{"Plain", [] { return std::make_unique<MemorySubject>(); }}),
                         subject_name<StatisticsSubject>);
INSTANTIATE_TEST_SUITE_P(Sqlite, StatisticsContract,
                         testing::Values(StatisticsCase{"Plain", [] { return std::make_unique<SqliteSubject>(); }}),
                         subject_name<StatisticsSubject>);

struct SqliteStatisticsTest : testing::Test {
  TempDir folder;
  FakeClock clock;
  const std::string path = folder.path() / "gate.db";
  const WallTime day = clock.wall_now() - clock.wall_now().time_since_epoch() % kHour - std::chrono::hours{10};
};

// The file's first epoch, a write that a guard refuses, the clearing after it, and a rerun that ends otherwise.
TEST_F(SqliteStatisticsTest, AFileCountsOnceWhateverBecomesOfIt) {
  Opened opened(path, clock);
  FileRecord record = received_record("a");
  record.status = FileStatus::kProcessing;
  ASSERT_DONE(opened.records.put({}, record, WriteGuard::if_absent()));
  FileRecord done = record_of({FileStatus::kInvalid, day, 5, Millis{3}}, 1);
  done.id = record.id;
  done.revision = 2;
  EXPECT_CODE(kPreconditionFailed, opened.records.put({}, done, WriteGuard::if_revision(7)));
  EXPECT_EQ(opened.all(day).all(), 0U);
  for (int times = 0; times < 3; ++times) ASSERT_DONE(opened.records.put({}, done, {}));
  EXPECT_EQ(opened.all(day), (FileCounts{0, 1, 0, 0}));

  FileRecord again = done;
  again.epoch = 1;
  again.final_at.reset();
  again.history = {{.epoch = 0,
                    .attempts = 1,
                    .status = FileStatus::kInvalid,
                    .codes = {},
                    .contract = {},
                    .review = {},
                    .target = {},
                    .at = day}};
  ASSERT_DONE(opened.records.put({}, again, {}));
  again.final_at = day + kHour;
  again.status = FileStatus::kValid;
  ASSERT_DONE(opened.records.put({}, again, {}));
  EXPECT_EQ(opened.all(day), (FileCounts{0, 1, 0, 0}));
}

TEST_F(SqliteStatisticsTest, ALostTableIsMadeAgainFromTheRecords) {
  {
    Opened opened(path, clock);
    EXPECT_EQ(opened.statistics->rebuilt_from(), 0U);
    run_together(16, [&](int thread) {
      for (int i = thread; i < 2500; i += 16)
        EXPECT_DONE(opened.records.put({},
                                       record_of({i % 5 == 0 ? FileStatus::kInvalid : FileStatus::kValid,
                                                  day + std::chrono::minutes{i % 300}, 10, Millis{i}},
                                                 i),
                                       {}));
    });
    FileRecord rerun = record_of({FileStatus::kUnverifiable, day, 10, Millis{1}}, 9999);
    rerun.history = {{.epoch = 0,
                      .attempts = 1,
                      .status = FileStatus::kUnverifiable,
                      .codes = {},
                      .contract = {},
                      .review = {},
                      .target = {},
                      .at = day}};
    ASSERT_DONE(opened.records.put({}, rerun, {}));
    rerun.epoch = 1;
    rerun.final_at.reset();
    ASSERT_DONE(opened.records.put({}, rerun, {}));
    opened.run("DROP TABLE tallies");
  }
  for (const std::uint64_t read : {2501U, 0U}) {
    Opened opened(path, clock);
    EXPECT_EQ(opened.statistics->rebuilt_from(), read);
    EXPECT_EQ(opened.all(day), (FileCounts{2000, 500, 1, 0}));
    EXPECT_EQ(opened.statistics->count({}, {day, std::chrono::minutes{1}, 300})->total.files,
              (FileCounts{2000, 500, 1, 0}));
  }
  {  // broken off after half: the other half is added, and none twice
    Opened opened(path, clock);
    opened.run("DROP TABLE tallies; INSERT INTO store VALUES ('kept', '');");
  }
  {
    Opened opened(path, clock);
    opened.run("DELETE FROM tallies; INSERT INTO store VALUES ('tallies_rebuilt_to', '1000');");
  }
  Opened opened(path, clock);
  EXPECT_EQ(opened.all(day).all(), 1501U);
}

// The price of a question is that of its minutes and hours: a hundred times the files cost no step more.
TEST_F(SqliteStatisticsTest, CostsTheSameHoweverManyFilesThereAre) {
  Opened opened(path, clock);
  int questions = 0;
  const auto cost = [&] {
    std::int64_t steps = 0;
    EXPECT_DONE(opened.database->read({}, [&](SqliteConnection& reader) -> Result<void> {
      auto rows = reader.prepare(
          "SELECT (begin - ?2) / ?4, outcome, slot, sum(files), sum(bytes) FROM tallies WHERE span = ?1 AND begin >= ?2"
          " AND begin < ?3 GROUP BY 1, 2, 3 -- " +
          std::to_string(++questions));  // counted from its preparation on
      EXPECT_DONE(rows);
      rows->bind(1, kHour.count()).bind(2, day.time_since_epoch().count());
      rows->bind(3, (day + 24 * kHour).time_since_epoch().count()).bind(4, kHour.count());
      while (*rows->step()) {
      }
      steps = rows->cost();
      return {};
    }));
    return steps;
  };
  const auto add = [&](int from, int to) {
    EXPECT_DONE(opened.database->write({}, [&, from, to](SqliteConnection& writer) -> Result<void> {
      for (int i = from; i < to; ++i)
        EXPECT_DONE(SqliteStatistics::add(
            writer, {FileStatus::kValid, day + std::chrono::minutes{i % 60}, 1, Millis{1 << (i % 8)}}));
      return {};
    }));
  };
  add(0, 60 * 8);
  const std::int64_t few = cost();
  add(60 * 8, 60 * 800);
  EXPECT_GT(few, 0);
  EXPECT_EQ(cost(), few);
  EXPECT_EQ(opened.all(day).valid, 60U * 800U);
}

TEST_F(SqliteStatisticsTest, ForgetsMinutesAfterDaysAndHoursAfterAYear) {
  Opened opened(path, clock);
  int number = 0;
  for (const Millis age :
       {Millis{std::chrono::hours{1}}, Millis{std::chrono::hours{60}}, Millis{std::chrono::hours{24 * 401}}})
    ASSERT_DONE(
        opened.records.put({}, record_of({FileStatus::kValid, clock.wall_now() - age, 1, Millis{1}}, ++number), {}));
  EXPECT_EQ(*opened.statistics->forget({}, clock.wall_now(), 1), 1U);
  EXPECT_EQ(*opened.statistics->forget({}, clock.wall_now(), 100), 2U) << "two minutes and one hour were too old";
  EXPECT_EQ(*opened.statistics->forget({}, clock.wall_now(), 100), 0U);
  const WallTime begin = day - std::chrono::hours{24 * 10};
  EXPECT_EQ(opened.statistics->count({}, {begin, kHour, 300})->total.files.valid, 2U);
}

TEST(Tally, SlotsHoldWhatTheySay) {
  EXPECT_EQ(duration_slot(Millis{-5}), 0U);
  EXPECT_EQ(duration_slot(Millis{0}), 0U);
  std::uint32_t last = 0;
  for (std::int64_t millis = 1; millis < (std::int64_t{1} << 31); millis += 1 + millis / 13) {
    const std::uint32_t slot = duration_slot(Millis{millis});
    EXPECT_GE(slot, last);
    last = slot;
    const auto value = static_cast<double>(millis);
    ASSERT_LE(std::abs(millis_of_slot(slot) - value), kSlotError * millis_of_slot(slot) + 1e-9) << millis;
  }
  EXPECT_EQ(duration_slot(Millis::max()), kLastSlot);
  EXPECT_FALSE(percentile({}, 0.5));
  EXPECT_EQ(percentile({{0, 1}, {5, 1}}, 0.5), 0.0);
  EXPECT_EQ(percentile({{0, 1}, {5, 1}}, 0.51), millis_of_slot(5));
}

}  // namespace
}  // namespace scalper
