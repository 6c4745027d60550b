#include "contract/audit_log_suite.h"

#include <set>

namespace scalper {

AuditEntry AuditLogContract::entry(int number) const {
  AuditEntry entry;
  entry.at = WallTime{Millis{1'800'000'000'000 + number / 3}};  // several in one millisecond
  entry.action = "file.release";
  entry.caller = "ann (uid 7)";
  entry.request_id = "r" + std::to_string(number);
  entry.subject = std::string(26, 'a');
  entry.note = std::to_string(number);
  entry.outcome = "done";
  return entry;
}

std::vector<std::string> AuditLogContract::notes(std::size_t limit) {
  std::vector<std::string> notes;
  std::string cursor;
  do {
    const auto page = log->list(context, limit, cursor);
    EXPECT_DONE(page);
    if (!page.ok()) break;
    EXPECT_LE(page->entries.size(), limit);
    for (const AuditEntry& entry : page->entries) notes.push_back(entry.note);
    cursor = page->next_cursor;
  } while (!cursor.empty());
  return notes;
}

TEST_P(AuditLogContract, GivesBackWhatWasWritten) {
  AuditEntry whole = entry(1);
  whole.caller = "caf\u00e9 \u4e2d";
  whole.note = "said \"why\"\n and more";
  whole.outcome = "refused";
  whole.reason = "precondition_failed";
  ASSERT_DONE(log->append(context, whole));
  const auto page = log->list(context, 10, "");
  ASSERT_DONE(page);
  ASSERT_EQ(page->entries.size(), 1U);
  EXPECT_EQ(page->entries.front(), whole);
  EXPECT_TRUE(page->next_cursor.empty());
}

TEST_P(AuditLogContract, IsEmptyBeforeTheFirst) {
  EXPECT_TRUE(notes(1).empty());
  EXPECT_TRUE(notes(100).empty());
}

TEST_P(AuditLogContract, ListsNewestFirstInAnyPages) {
  std::vector<std::string> wanted;
  for (int i = 0; i < 25; ++i) {
    ASSERT_DONE(log->append(context, entry(i)));
    wanted.insert(wanted.begin(), std::to_string(i));
  }
  for (const std::size_t limit : {1U, 7U, 24U, 25U, 26U, 100U}) EXPECT_EQ(notes(limit), wanted) << limit;
}

// What comes while somebody turns pages stands before them: none is shown twice, none is left out.
TEST_P(AuditLogContract, PagesStayWhatTheyWereWhileEntriesCome) {
  for (int i = 0; i < 10; ++i) ASSERT_DONE(log->append(context, entry(i)));
  const auto first = log->list(context, 4, "");
  ASSERT_DONE(first);
  for (int i = 10; i < 20; ++i) ASSERT_DONE(log->append(context, entry(i)));
  const auto second = log->list(context, 4, first->next_cursor);
  ASSERT_DONE(second);
  ASSERT_EQ(second->entries.size(), 4U);
  EXPECT_EQ(second->entries.front().note, "5");
}

TEST_P(AuditLogContract, TakesNoAlteredCursorAndNoOtherLimit) {
  for (int i = 0; i < 3; ++i) ASSERT_DONE(log->append(context, entry(i)));
  const auto page = log->list(context, 1, "");
  ASSERT_DONE(page);
  ASSERT_FALSE(page->next_cursor.empty());
  for (const std::string& altered : altered_cursors(page->next_cursor))
    EXPECT_CODE(kInvalidArgument, log->list(context, 1, altered)) << altered.substr(0, 80);
  EXPECT_CODE(kInvalidArgument, log->list(context, 0, ""));
  EXPECT_CODE(kInvalidArgument, log->list(context, kMaxAuditPage + 1, ""));
}

TEST_P(AuditLogContract, TextThatIsNoneIsKeptEscaped) {
  AuditEntry odd = entry(1);
  odd.note = "a\xff";
  odd.subject = std::string(5000, 'x');
  ASSERT_DONE(log->append(context, odd));
  const auto page = log->list(context, 1, "");
  ASSERT_DONE(page);
  EXPECT_EQ(page->entries.front().note, "a\\xFF");
  EXPECT_LE(page->entries.front().subject.size(), kMaxAuditText + 3);
}

TEST_P(AuditLogContract, NothingIsWrittenOnceItsCallerHasGone) {
  std::stop_source stop;
  stop.request_stop();
  CallContext gone;
  gone.stop = stop.get_token();
  EXPECT_CODE(kCancelled, log->append(gone, entry(1)));
  EXPECT_TRUE(notes(10).empty());
}

TEST_P(AuditLogContract, ThreadsWriteTogetherWithoutLosingOne) {
  constexpr int kThreads = 4;
  constexpr int kEach = 15;
  run_together(kThreads, [&](int thread) {
    for (int i = 0; i < kEach; ++i) EXPECT_DONE(log->append(context, entry(thread * kEach + i)));
  });
  const auto all = notes(100);
  EXPECT_EQ(all.size(), std::size_t{kThreads * kEach});
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), all.size());
}

}  // namespace scalper
