// RecordStore: single records, guards, leases, markers.

#include "contract/record_store_suite.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace scalper {

std::optional<FileRecord> RecordStoreContract::get(const FileId& id) {
  auto found = store->get(context, id);
  EXPECT_DONE(found);
  return found.ok() ? *found : std::nullopt;
}

std::vector<FileRecord> RecordStoreContract::all(RecordQuery query) {
  std::vector<FileRecord> records;
  for (int page = 0; page < 10000; ++page) {
    auto answer = store->list(context, query);
    EXPECT_DONE(answer);
    if (!answer.ok()) return records;
    EXPECT_LE(answer->records.size(), query.limit);
    records.insert(records.end(), answer->records.begin(), answer->records.end());
    query.cursor = answer->next_cursor;
    if (query.cursor.empty()) return records;
  }
  ADD_FAILURE() << "the listing never ends";
  return records;
}

std::vector<std::string> RecordStoreContract::keys(RecordQuery query) {
  std::vector<std::string> keys;
  for (const FileRecord& record : all(std::move(query)))
    keys.push_back(record.origin.key.value() + "@" + record.origin.version.value());
  return keys;
}

TEST_P(RecordStoreContract, GivesBackWhatWasPut) {
  const FileRecord full = full_record();
  const FileRecord bare = received_record("bare");
  EXPECT_EQ(get(full.id), std::nullopt);
  ASSERT_DONE(store->put(context, full, WriteGuard::if_absent()));
  ASSERT_DONE(store->put(context, bare, WriteGuard::if_absent()));
  EXPECT_TRUE(get(full.id) == full);
  EXPECT_TRUE(get(bare.id) == bare);
  EXPECT_EQ(get(FileId{"aaaaaaaaaaaaaaaaaaaaaaaaaa"}), std::nullopt);
}

TEST_P(RecordStoreContract, ReplacesTheWholeRecord) {
  const FileRecord full = full_record();
  put(full);
  FileRecord bare = received_record("x");
  bare.id = full.id;
  put(bare);
  EXPECT_TRUE(get(full.id) == bare) << "nothing of the old one is left";
}

// Each clause alone, in pairs and all together, holding and failing: a guard holds exactly if all of its clauses do.
TEST_P(RecordStoreContract, GuardsHoldExactlyIfAllTheirClausesDo) {
  FileRecord stored = full_record();
  const FileRecord undecided = [&] {
    FileRecord record = stored;
    record.decision.reset();
    return record;
  }();
  enum { kOff, kHolds, kFails, kStates };
  int tried = 0;
  for (int code = 0; code < 2 * kStates * kStates * kStates * kStates * kStates; ++code) {
    int rest = code;
    const auto next = [&](int n) { return std::exchange(rest, rest / n) % n; };
    const bool absent = next(2) == 1;
    const int states[] = {next(kStates), next(kStates), next(kStates), next(kStates), next(kStates)};
    const auto [revision, owner, epoch, decided, lease] =
        std::tie(states[0], states[1], states[2], states[3], states[4]);
    if (std::count(std::begin(states), std::end(states), kFails) > 2) continue;
    WriteGuard guard{.absent = absent};
    stored = decided == kFails ? full_record() : undecided;
    if (revision != kOff) guard.revision = stored.revision - (revision == kFails ? 1U : 0U);
    if (owner != kOff) guard.owner = owner == kFails ? OwnerToken{"another"} : stored.owner;
    if (epoch != kOff) guard.epoch = stored.epoch + (epoch == kFails ? 1U : 0U);
    guard.undecided = decided != kOff;
    if (lease != kOff) guard.lease_over_at = stored.lease_until - Millis{lease == kFails ? 1 : 0};
    put(stored);
    FileRecord changed = stored;
    changed.last_error = "changed";
    ++changed.revision;
    const bool expected = !absent && std::count(std::begin(states), std::end(states), kFails) == 0;
    const auto answer = store->put(context, changed, guard);
    ASSERT_TRUE(expected ? succeeds(answer) : fails_with(ErrorCode::kPreconditionFailed, answer)) << code;
    ASSERT_TRUE(get(stored.id) == (expected ? changed : stored)) << code;
    ++tried;
  }
  EXPECT_GT(tried, 300);
}

TEST_P(RecordStoreContract, ClausesFailWhereThereIsNoRecord) {
  const FileRecord record = received_record("a");
  WriteGuard undecided;
  undecided.undecided = true;
  WriteGuard lease;
  lease.lease_over_at = WallTime{};
  WriteGuard both = WriteGuard::if_absent();
  both.undecided = true;
  for (const WriteGuard& guard : {WriteGuard::if_revision(0), WriteGuard::if_revision(1),
                                  WriteGuard::if_owned(OwnerToken{}, 0), undecided, lease, both}) {
    EXPECT_CODE(kPreconditionFailed, store->put(context, record, guard));
    EXPECT_EQ(get(record.id), std::nullopt);
  }
  EXPECT_DONE(store->put(context, record, WriteGuard::if_absent()));
}

TEST_P(RecordStoreContract, ALeaseIsOverWithItsOwnerOrItsTime) {
  FileRecord record = full_record();
  WriteGuard guard;
  guard.lease_over_at = record.lease_until - Millis{1};
  put(record);
  EXPECT_CODE(kPreconditionFailed, store->put(context, record, guard));
  guard.lease_over_at = record.lease_until;
  EXPECT_DONE(store->put(context, record, guard));
  guard.lease_over_at = record.lease_until - Millis{1};
  record.owner = OwnerToken{};
  put(record);
  EXPECT_DONE(store->put(context, record, guard)) << "nobody owns it";
}

TEST_P(RecordStoreContract, ARepeatedPutIsHarmless) {
  FileRecord record = received_record("a");
  for (int i = 0; i < 3; ++i) {
    const auto answer = store->put(context, record, WriteGuard::if_absent());
    EXPECT_EQ(answer.ok(), i == 0);
    EXPECT_TRUE(get(record.id) == record);
  }
  record.revision = 2;
  record.status = FileStatus::kProcessing;
  for (int i = 0; i < 3; ++i) {
    const auto answer = store->put(context, record, WriteGuard::if_revision(1));
    EXPECT_EQ(answer.ok(), i == 0);
    EXPECT_TRUE(get(record.id) == record);
  }
}

TEST_P(RecordStoreContract, ALateCopyOfAnEarlierWriteUndoesNothing) {
  FileRecord first = full_record();
  first.revision = 1;
  put(first);
  WriteGuard guard = WriteGuard::if_owned(first.owner, first.epoch);
  guard.revision = 1;
  FileRecord second = first;
  second.revision = 2;
  second.target_tried = false;
  ASSERT_DONE(store->put(context, second, guard));
  FileRecord third = second;
  third.revision = 3;
  third.target_tried = true;
  WriteGuard next = guard;
  next.revision = 2;
  ASSERT_DONE(store->put(context, third, next));
  EXPECT_CODE(kPreconditionFailed, store->put(context, second, guard));
  EXPECT_TRUE(get(first.id) == third);
}

TEST_P(RecordStoreContract, RefusesARecordThatIsTooLarge) {
  FileRecord record = received_record("a");
  put(record);
  FileRecord large = record;
  large.revision = 2;
  large.last_error = std::string(64 * 1024 + 1, 'e');
  EXPECT_CODE(kInvalidArgument, store->put(context, large, WriteGuard::if_revision(1)));
  EXPECT_TRUE(get(record.id) == record);
  large.last_error = std::string(32 * 1024, 'e');
  EXPECT_DONE(store->put(context, large, WriteGuard::if_revision(1)));
  EXPECT_TRUE(get(record.id) == large);
}

TEST_P(RecordStoreContract, RenewsALeaseAndNothingElse) {
  const FileRecord record = full_record();
  put(record);
  const WallTime later = record.lease_until + Millis{12345};
  ASSERT_DONE(store->renew_lease(context, record.id, record.owner, later));
  FileRecord expected = record;
  expected.lease_until = later;
  EXPECT_TRUE(get(record.id) == expected) << "revision included";
  WriteGuard guard = WriteGuard::if_owned(record.owner, record.epoch);
  guard.revision = record.revision;
  EXPECT_DONE(store->put(context, expected, guard)) << "the owner's next write still fits";
}

TEST_P(RecordStoreContract, RenewsOnlyForTheOwner) {
  FileRecord record = full_record();
  put(record);
  const WallTime later = record.lease_until + Millis{1000};
  EXPECT_CODE(kPreconditionFailed, store->renew_lease(context, record.id, OwnerToken{"another"}, later));
  EXPECT_CODE(kPreconditionFailed, store->renew_lease(context, record.id, OwnerToken{}, later));
  EXPECT_CODE(kPreconditionFailed, store->renew_lease(context, received_record("b").id, record.owner, later));
  EXPECT_TRUE(get(record.id) == record);
  record.owner = OwnerToken{};
  put(record);
  EXPECT_CODE(kPreconditionFailed, store->renew_lease(context, record.id, OwnerToken{}, later)) << "nobody's lease";
  EXPECT_TRUE(get(record.id) == record);
  EXPECT_EQ(get(received_record("b").id), std::nullopt);
}

TEST_P(RecordStoreContract, ARenewedLeaseBindsOthers) {
  const FileRecord record = full_record();
  put(record);
  ASSERT_DONE(store->renew_lease(context, record.id, record.owner, record.lease_until + Millis{1000}));
  WriteGuard guard;
  guard.lease_over_at = record.lease_until;
  EXPECT_CODE(kPreconditionFailed, store->put(context, record, guard));
  guard.lease_over_at = record.lease_until + Millis{1000};
  EXPECT_DONE(store->put(context, record, guard));
}

TEST_P(RecordStoreContract, RemovesUnderItsGuard) {
  const FileRecord record = full_record();
  put(record);
  EXPECT_CODE(kPreconditionFailed, store->remove(context, record.id, WriteGuard::if_revision(record.revision + 1)));
  EXPECT_CODE(kPreconditionFailed, store->remove(context, record.id, WriteGuard::if_absent()));
  EXPECT_TRUE(get(record.id) == record);
  EXPECT_DONE(store->remove(context, record.id, WriteGuard::if_revision(record.revision)));
  EXPECT_EQ(get(record.id), std::nullopt);
  EXPECT_DONE(store->remove(context, record.id, WriteGuard::if_revision(record.revision))) << "absent is success";
  EXPECT_DONE(store->put(context, record, WriteGuard::if_absent())) << "it may come again";
}

TEST_P(RecordStoreContract, KeepsMarkers) {
  const auto value = [&](const std::string& name) {
    const auto marker = store->get_marker(context, name);
    EXPECT_DONE(marker);
    return marker.ok() && *marker ? (*marker)->value + "/" + std::to_string((*marker)->revision) : "none";
  };
  const std::string name = "out#a b/'\xc3\xa9%_";
  EXPECT_EQ(value(name), "none");
  EXPECT_CODE(kPreconditionFailed, store->put_marker(context, name, "x", 1));
  EXPECT_EQ(value(name), "none");
  ASSERT_DONE(store->put_marker(context, name, "one", 0));
  EXPECT_EQ(value(name), "one/1");
  EXPECT_CODE(kPreconditionFailed, store->put_marker(context, name, "x", 0));
  EXPECT_CODE(kPreconditionFailed, store->put_marker(context, name, "x", 2));
  EXPECT_EQ(value(name), "one/1");
  ASSERT_DONE(store->put_marker(context, name, "", 1));
  EXPECT_EQ(value(name), "/2");
  ASSERT_DONE(store->put_marker(context, name, std::string("a\0\"\\\n", 5), 2));
  EXPECT_EQ(value(name), std::string("a\0\"\\\n", 5) + "/3");
  EXPECT_EQ(value("out#a b/'\xc3\xa9%"), "none");
  EXPECT_EQ(value("OUT#a b/'\xc3\xa9%_"), "none");
  EXPECT_TRUE(all({.index = RecordQuery::Index::kTime}).empty()) << "markers are no records";
}

TEST_P(RecordStoreContract, BeginsNothingWhenStoppedOrTooLate) {
  const FileRecord record = full_record();
  put(record);
  FileRecord changed = record;
  ++changed.revision;
  std::stop_source stop;
  stop.request_stop();
  CallContext stopped;
  stopped.stop = stop.get_token();
  CallContext late;
  late.deadline = subject->clock().mono_now() - Millis{1};
  for (const auto& [c, code] : {std::pair{stopped, ErrorCode::kCancelled}, std::pair{late, ErrorCode::kTimeout}}) {
    EXPECT_TRUE(fails_with(code, store->get(c, record.id)));
    EXPECT_TRUE(fails_with(code, store->put(c, changed, WriteGuard{})));
    EXPECT_TRUE(fails_with(code, store->renew_lease(c, record.id, record.owner, record.lease_until + Millis{1})));
    EXPECT_TRUE(fails_with(code, store->list(c, {})));
    EXPECT_TRUE(fails_with(code, store->remove(c, record.id, WriteGuard{})));
    EXPECT_TRUE(fails_with(code, store->get_marker(c, "m")));
    EXPECT_TRUE(fails_with(code, store->put_marker(c, "m", "v", 0)));
  }
  EXPECT_TRUE(get(record.id) == record);
  EXPECT_DONE(store->put_marker(context, "m", "v", 0));
}

TEST_P(RecordStoreContract, ThreadsClaimAndOneWins) {
  for (int round = 0; round < 20; ++round) {
    const FileRecord record = received_record("k" + std::to_string(round));
    const bool fresh = round % 2 == 0;
    if (!fresh) put(record);
    std::atomic<int> won{0};
    std::atomic<int> refused{0};
    std::atomic<int> winner{-1};
    run_together(4, [&](int i) {
      FileRecord mine = record;
      mine.owner = OwnerToken{std::to_string(i)};
      mine.revision = fresh ? 1 : 2;
      const auto answer = store->put(context, mine, fresh ? WriteGuard::if_absent() : WriteGuard::if_revision(1));
      if (answer.ok()) winner = i;
      won += answer.ok() ? 1 : 0;
      refused += answer.failed_with(ErrorCode::kPreconditionFailed) ? 1 : 0;
    });
    EXPECT_EQ(won, 1);
    EXPECT_EQ(refused, 3);
    EXPECT_EQ(get(record.id)->owner.value(), std::to_string(winner));
  }
}

TEST_P(RecordStoreContract, ThreadsCountInAMarkerWithoutLosingOne) {
  ASSERT_DONE(store->put_marker(context, "n", "0", 0));
  run_together(4, [&](int) {
    for (int done = 0; done < 25;) {
      const auto seen = store->get_marker(context, "n");
      ASSERT_DONE(seen);
      const std::string next = std::to_string(std::stoi((*seen)->value) + 1);
      const auto written = store->put_marker(context, "n", next, (*seen)->revision);
      done += written.ok() ? 1 : 0;
      ASSERT_TRUE(written.ok() || fails_with(ErrorCode::kPreconditionFailed, written));
    }
  });
  EXPECT_EQ((*store->get_marker(context, "n"))->value, "100");
}

}  // namespace scalper
