// RecordStore: listings by each index, page by page.

#include <algorithm>
#include <set>

#include "contract/record_store_suite.h"

namespace scalper {
namespace {

using Index = RecordQuery::Index;
using Keys = std::vector<std::string>;

WallTime at(int second) {
  return WallTime{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}} + std::chrono::seconds{second};
}

RecordQuery by_status(FileStatus status) { return {.index = Index::kStatus, .status = status}; }
RecordQuery by_time() { return {.index = Index::kTime}; }
RecordQuery by_prefix(const std::string& prefix) { return {.index = Index::kPrefix, .prefix = prefix}; }
RecordQuery open_ones() { return {.index = Index::kOpen}; }

}  // namespace

TEST_P(RecordStoreContract, ListsFinalRecordsNewestFirst) {
  put(final_record("b", "1", FileStatus::kValid, at(1)));
  put(final_record("a", "2", FileStatus::kInvalid, at(3)));
  put(final_record("c", "3", FileStatus::kValid, at(2)));
  put(received_record("not-final"));
  for (const std::size_t limit : {1U, 2U, 1000U}) {
    RecordQuery time = by_time();
    time.limit = limit;
    EXPECT_EQ(keys(time), (Keys{"a@2", "c@3", "b@1"}));
    RecordQuery status = by_status(FileStatus::kValid);
    status.limit = limit;
    EXPECT_EQ(keys(status), (Keys{"c@3", "b@1"}));
  }
  EXPECT_EQ(keys(by_status(FileStatus::kInvalid)), (Keys{"a@2"}));
  EXPECT_EQ(keys(by_status(FileStatus::kReceived)), Keys{});
  EXPECT_EQ(keys(open_ones()), Keys{});
}

TEST_P(RecordStoreContract, ListsPassOverWhatCannotBeReadAndNameIt) {
  std::vector<FileId> ids;
  for (int i = 0; i < 7; ++i) {
    FileRecord record = final_record("k" + std::to_string(i), "1", FileStatus::kValid, at(i));
    record.open = true;
    put(record);
    ids.push_back(record.id);
  }
  const bool spoiled = subject->spoil(ids[2]) && subject->spoil(ids[3]) && subject->spoil(ids[6]);
  const std::set<std::string> bad =
      spoiled ? std::set{ids[2].value(), ids[3].value(), ids[6].value()} : std::set<std::string>();
  if (spoiled) {
    EXPECT_CODE(kCorrupt, store->get(context, ids[2]));
  }
  for (RecordQuery query : {by_time(), by_status(FileStatus::kValid), by_prefix("k"), open_ones()})
    for (const std::size_t limit : {1U, 2U, 3U, 100U}) {
      query.limit = limit;
      std::set<std::string> read;
      std::set<std::string> unreadable;
      do {
        const auto page = store->list(context, query);
        ASSERT_DONE(page);
        for (const FileRecord& record : page->records) EXPECT_TRUE(read.insert(record.id.value()).second);
        for (const FileId& id : page->unreadable) EXPECT_TRUE(unreadable.insert(id.value()).second);
        query.cursor = page->next_cursor;
      } while (!query.cursor.empty());
      EXPECT_EQ(unreadable, bad) << limit;
      EXPECT_EQ(read.size(), 7 - bad.size()) << limit;
    }
}

TEST_P(RecordStoreContract, ListsBelowAPrefixByKeyThenNewest) {
  for (const char* key :
       {"a/2", "a/1", "a_1", "A/1", "a", "a/", "b", "a/1/x", "a%", "\xff\xff", "\xff", "a\x7f", "a/\xc3\xa9"})
    put(final_record(key, "1", FileStatus::kValid, at(1)));
  put(final_record("a/1", "3", FileStatus::kInvalid, at(3)));
  put(final_record("a/1", "2", FileStatus::kValid, at(2)));
  for (const std::size_t limit : {1U, 2U, 3U, 1000U}) {
    const auto listed = [&](const std::string& prefix) {
      RecordQuery query = by_prefix(prefix);
      query.limit = limit;
      return keys(query);
    };
    EXPECT_EQ(listed("a/"), (Keys{"a/@1", "a/1@3", "a/1@2", "a/1@1", "a/1/x@1", "a/2@1", "a/\xc3\xa9@1"}));
    EXPECT_EQ(listed("a/1"), (Keys{"a/1@3", "a/1@2", "a/1@1", "a/1/x@1"}));
    EXPECT_EQ(listed("a_"), (Keys{"a_1@1"})) << "no wildcard";
    EXPECT_EQ(listed("a%"), (Keys{"a%@1"})) << "no wildcard";
    EXPECT_EQ(listed("A"), (Keys{"A/1@1"})) << "case counts";
    EXPECT_EQ(listed("\xff"), (Keys{"\xff@1", "\xff\xff@1"}));
    EXPECT_EQ(listed("\xff\xff"), (Keys{"\xff\xff@1"}));
    EXPECT_EQ(listed("a\x7f"), (Keys{"a\x7f@1"}));
    EXPECT_EQ(listed("none"), Keys{});
    EXPECT_EQ(listed("").size(), 15U);
  }
}

TEST_P(RecordStoreContract, PagesAcrossEqualTimesAndEqualKeys) {
  for (int i = 0; i < 30; ++i) put(final_record("same", std::to_string(i), FileStatus::kValid, at(i % 3)));
  for (const RecordQuery& query : {by_time(), by_status(FileStatus::kValid), by_prefix("same"), by_prefix("")}) {
    const Keys whole = keys(query);
    ASSERT_EQ(whole.size(), 30U);
    for (const std::size_t limit : {1U, 4U, 29U, 30U, 31U}) {
      RecordQuery paged = query;
      paged.limit = limit;
      EXPECT_EQ(keys(paged), whole) << limit;
    }
    Keys sorted = whole;
    std::sort(sorted.begin(), sorted.end());
    EXPECT_EQ(std::unique(sorted.begin(), sorted.end()), sorted.end()) << "none twice";
    const auto records = all(query);
    for (std::size_t i = 1; i < records.size(); ++i) EXPECT_GE(*records[i - 1].final_at, *records[i].final_at);
  }
}

TEST_P(RecordStoreContract, FiltersByTime) {
  for (int i = 0; i < 6; ++i) {
    put(final_record("k", std::to_string(i), FileStatus::kValid, at(i)));
    put(final_record("z", std::to_string(i), FileStatus::kFailed, at(i)));
  }
  for (const std::size_t limit : {1U, 2U, 1000U})
    for (RecordQuery query : {by_status(FileStatus::kValid), by_prefix("k")}) {
      query.limit = limit;
      query.since = at(2);
      EXPECT_EQ(keys(query), (Keys{"k@5", "k@4", "k@3", "k@2"})) << "since is inclusive";
      query.until = at(4);
      EXPECT_EQ(keys(query), (Keys{"k@3", "k@2"})) << "until is exclusive";
      query.since.reset();
      EXPECT_EQ(keys(query), (Keys{"k@3", "k@2", "k@1", "k@0"}));
      query.since = at(4);
      EXPECT_EQ(keys(query), Keys{});
      query.since = at(5);
      EXPECT_EQ(keys(query), Keys{}) << "since after until";
    }
  RecordQuery time = by_time();
  time.since = at(1);
  time.until = at(2);
  EXPECT_EQ(keys(time).size(), 2U);
}

TEST_P(RecordStoreContract, ListsWhatIsOpen) {
  std::vector<FileRecord> records;
  for (int i = 0; i < 5; ++i) {
    records.push_back(received_record("k" + std::to_string(i)));
    records.back().open = i != 2;
    put(records.back());
  }
  for (const std::size_t limit : {1U, 2U, 1000U}) {
    RecordQuery query = open_ones();
    query.limit = limit;
    Keys listed = keys(query);
    std::sort(listed.begin(), listed.end());
    EXPECT_EQ(listed, (Keys{"k0@v1", "k1@v1", "k3@v1", "k4@v1"}));
  }
  EXPECT_EQ(keys(by_time()), Keys{});
  records[0].open = false;
  put(records[0]);
  ASSERT_DONE(store->remove(context, records[1].id, WriteGuard{}));
  Keys listed = keys(open_ones());
  std::sort(listed.begin(), listed.end());
  EXPECT_EQ(listed, (Keys{"k3@v1", "k4@v1"}));
}

TEST_P(RecordStoreContract, IndexesFollowTheRecord) {
  FileRecord record = final_record("k", "1", FileStatus::kInvalid, at(1));
  put(record);
  EXPECT_EQ(keys(by_status(FileStatus::kInvalid)), (Keys{"k@1"}));
  record.review = Review{ReviewAction::kRelease, "who", "note", at(2)};  // a review opens it again
  record.final_at.reset();
  record.open = true;
  record.status = FileStatus::kProcessing;
  put(record);
  for (const RecordQuery& query : {by_status(FileStatus::kInvalid), by_time(), by_prefix("k")})
    EXPECT_EQ(keys(query), Keys{});
  EXPECT_EQ(keys(open_ones()), (Keys{"k@1"}));
  record.open = false;
  record.final_at = at(5);
  record.status = FileStatus::kReleased;
  put(record);
  EXPECT_EQ(keys(open_ones()), Keys{});
  EXPECT_EQ(keys(by_status(FileStatus::kInvalid)), Keys{});
  for (const RecordQuery& query : {by_status(FileStatus::kReleased), by_time(), by_prefix("k")})
    EXPECT_EQ(keys(query), (Keys{"k@1"}));
  const auto listed = all(by_time());
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_TRUE(listed[0] == record) << "a listing gives whole records";
  EXPECT_CODE(kPreconditionFailed, store->put(context, received_record("k", "1"), WriteGuard::if_absent()));
  EXPECT_EQ(keys(by_time()), (Keys{"k@1"})) << "a refused write moves no entry";
  ASSERT_DONE(store->remove(context, record.id, WriteGuard{}));
  for (const RecordQuery& query : {by_status(FileStatus::kReleased), by_time(), by_prefix("k"), open_ones()})
    EXPECT_EQ(keys(query), Keys{});
}

TEST_P(RecordStoreContract, ARenewedLeaseIsSeenInListings) {
  FileRecord record = full_record();
  put(record);
  ASSERT_DONE(store->renew_lease(context, record.id, record.owner, record.lease_until + Millis{7}));
  const auto listed = all(open_ones());
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].lease_until, record.lease_until + Millis{7});
}

TEST_P(RecordStoreContract, ListsPagesOfOneTo1000) {
  put(final_record("k", "1", FileStatus::kValid, at(1)));
  for (RecordQuery query : {by_status(FileStatus::kValid), by_time(), by_prefix(""), open_ones()})
    for (const std::size_t limit : {0UL, 1001UL, SIZE_MAX}) {
      query.limit = limit;
      EXPECT_CODE(kInvalidArgument, store->list(context, query));
    }
}

TEST_P(RecordStoreContract, RefusesCursorsThatItDidNotGive) {
  for (int i = 0; i < 5; ++i) {
    FileRecord record = final_record("k/" + std::to_string(i), "1", FileStatus::kValid, at(i));
    record.open = true;
    put(record);
  }
  const std::vector<RecordQuery> queries{by_status(FileStatus::kValid), by_time(), by_prefix("k/"), open_ones()};
  for (RecordQuery query : queries) {
    query.limit = 2;
    const auto page = store->list(context, query);
    ASSERT_DONE(page);
    ASSERT_FALSE(page->next_cursor.empty());
    for (const std::string& altered : altered_cursors(page->next_cursor)) {
      query.cursor = altered;
      EXPECT_CODE(kInvalidArgument, store->list(context, query));
    }
    for (RecordQuery other : queries) {
      if (other.index == query.index) continue;
      other.cursor = page->next_cursor;
      EXPECT_CODE(kInvalidArgument, store->list(context, other)) << "a cursor of another index";
    }
    query.cursor = page->next_cursor;
    query.limit = 3;
    EXPECT_DONE(store->list(context, query)) << "the limit may change";
    if (query.index == Index::kOpen) continue;
    query.since = at(0);
    EXPECT_CODE(kInvalidArgument, store->list(context, query)) << "a cursor of another question";
  }
  RecordQuery prefix = by_prefix("k");
  prefix.limit = 1;
  const auto page = store->list(context, prefix);
  ASSERT_DONE(page);
  RecordQuery other = by_prefix("k/");
  other.cursor = page->next_cursor;
  EXPECT_CODE(kInvalidArgument, store->list(context, other));
  RecordQuery status = by_status(FileStatus::kValid);
  status.limit = 1;
  const auto valid = store->list(context, status);
  ASSERT_DONE(valid);
  RecordQuery invalid = by_status(FileStatus::kInvalid);
  invalid.cursor = valid->next_cursor;
  EXPECT_CODE(kInvalidArgument, store->list(context, invalid));
}

// What stays is listed once, whatever comes and goes between two pages.
TEST_P(RecordStoreContract, PagesHoldWhileRecordsComeAndGo) {
  for (const RecordQuery& kind : {by_time(), by_status(FileStatus::kValid), by_prefix("k")}) {
    std::vector<FileRecord> stay;
    for (int i = 0; i < 12; ++i) {
      stay.push_back(final_record("k" + std::to_string(i), "stays", FileStatus::kValid, at(100 - i)));
      put(stay.back());
    }
    RecordQuery query = kind;
    query.limit = 5;
    Keys seen;
    for (int page = 0; page < 100; ++page) {
      const auto answer = store->list(context, query);
      ASSERT_DONE(answer);
      for (const FileRecord& record : answer->records) seen.push_back(record.origin.key.value());
      query.cursor = answer->next_cursor;
      if (query.cursor.empty()) break;
      // The last one listed goes away; others come before and after the position.
      if (page == 0) {
        ASSERT_DONE(store->remove(context, answer->records.back().id, WriteGuard{}));
      }
      put(final_record("j" + std::to_string(page), "comes", FileStatus::kValid, at(200 + page)));
    }
    for (const FileRecord& record : stay)
      EXPECT_EQ(std::count(seen.begin(), seen.end(), record.origin.key.value()), 1) << record.origin.key.value();
    for (const FileRecord& record : all(by_time())) ASSERT_DONE(store->remove(context, record.id, WriteGuard{}));
  }
}

// A filter that lets little pass ends a page early, with a cursor: the cost of a call is bounded, not its yield.
TEST_P(RecordStoreContract, ASparseAnswerIsWholeAllTheSame) {
  for (int i = 0; i < 1500; ++i)
    put(final_record("k" + std::to_string(i), "1", FileStatus::kValid, at(i % 7 == 0 ? 5 : 9)));
  RecordQuery query = by_prefix("k");
  query.until = at(6);
  query.limit = 100;
  EXPECT_EQ(keys(query).size(), 215U);
}

TEST_P(RecordStoreContract, ThreadsWriteAndListWithoutLosingAnEntry) {
  run_together(4, [&](int i) {
    for (int n = 0; n < 25; ++n) {
      const auto record =
          final_record("k" + std::to_string(i) + "/" + std::to_string(n), "1", FileStatus::kValid, at(n));
      EXPECT_DONE(store->put(context, record, WriteGuard::if_absent()));
      if (n % 5 == 0) {
        EXPECT_DONE(store->list(context, by_prefix("k")));
      }
    }
  });
  for (const RecordQuery& query : {by_time(), by_status(FileStatus::kValid), by_prefix("k")})
    EXPECT_EQ(keys(query).size(), 100U);
}

}  // namespace scalper
