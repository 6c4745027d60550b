// What the store forgets of a key's versions, and what it must not.

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <set>

#include "contract/subject.h"
#include "support/byte_sources.h"
#include "support/local_world.h"

namespace scalper {
namespace fs = std::filesystem;
namespace {

const CallContext kContext;
const BucketName kOutput{"output"};
const ObjectKey kKey{"hourly.csv"};

// Counts what is written, and every call.
class MeasuredPosix final : public ForwardingPosix {
 public:
  MeasuredPosix() : ForwardingPosix(system_posix()) {}
  std::int64_t write(int fd, Bytes bytes) override {
    written += bytes.size();
    return ForwardingPosix::write(fd, bytes);
  }
  std::uint64_t written = 0;
  std::uint64_t calls = 0;

 protected:
  int may_pass(const char* /*call*/) override {
    ++calls;
    return 0;
  }
};

class LocalPruneTest : public testing::Test {
 protected:
  void SetUp() override { open(); }
  void open() {
    ASSERT_TRUE(world.reopen());
    world.store().forget_where([this](const std::string& file_id) { return !unfinished.contains(file_id); });
  }
  CopyRequest request(const std::string& bytes) {
    world.drop("file", bytes);
    CopyRequest request;
    request.source = world.adopt("file");
    request.source_etag = ETag{request.source.version.value()};
    request.bucket = kOutput;
    request.key = kKey;
    request.metadata = {{kMetaId, "id of " + bytes}};
    return request;
  }
  VersionId publish(const std::string& bytes) {
    const auto answer = world.store().copy(kContext, request(bytes));
    EXPECT_DONE(answer) << bytes;
    return answer.ok() ? answer->version : VersionId{};
  }
  [[nodiscard]] fs::path path() const { return world.path("output") / kKey.value(); }
  void take() const { fs::remove(path()); }
  void publish_and_take(int times) {
    for (int i = 0; i < times; ++i) {
      publish("other " + std::to_string(++others));
      take();
    }
  }
  std::set<std::string> versions() {
    std::set<std::string> found;
    std::string cursor;
    do {
      const auto page = world.store().list_key_versions(kContext, kOutput, kKey, {}, 100, cursor);
      EXPECT_DONE(page);
      if (!page.ok()) break;
      for (const ObjectInfo& info : page->versions) found.insert(info.ref.version.value());
      cursor = page->next_cursor;
    } while (!cursor.empty());
    return found;
  }
  [[nodiscard]] std::uintmax_t size_of(const std::string& folder) const {
    std::uintmax_t size = 0;
    for (const auto& entry : fs::recursive_directory_iterator(world.path(folder)))
      if (entry.is_regular_file()) size += entry.file_size();
    return size;
  }

  MeasuredPosix measured;
  LocalWorld world{true, measured};
  std::set<std::string> unfinished;  // ids of records that are not at rest
  int others = 0;
};

TEST_F(LocalPruneTest, TenThousandPublicationsOfAKeyCostTheSameEach) {
  constexpr int kBlock = 1000;
  const auto cost_of_block = [&] {
    const auto written = measured.written;
    const auto calls = measured.calls;
    publish_and_take(kBlock);
    return std::pair{measured.written - written, measured.calls - calls};
  };
  CopyRequest other = request("another key's");
  other.key = ObjectKey{"other"};
  ASSERT_DONE(world.store().copy(kContext, other));
  const auto first = cost_of_block();
  for (int block = 2; block < 10; ++block) publish_and_take(kBlock);
  const auto last = cost_of_block();
  EXPECT_LT(last.first, first.first * 11 / 10) << "bytes that are written";
  EXPECT_LT(last.second, first.second * 11 / 10) << "calls";
  EXPECT_LT(size_of(".scalper/meta"), 8U << 10U);
  EXPECT_LT(size_of(".scalper/journal"), 10U << 20U);
  EXPECT_LE(versions().size(), 8U);
  open();  // some segments of the journal later
  const auto kept = world.store().head(kContext, {kOutput, other.key, VersionId{}});
  ASSERT_DONE(kept);
  EXPECT_EQ(kept->ref.version, other.source.version);
}

TEST_F(LocalPruneTest, KeepsWhatARecordThatIsNotAtRestLooksFor) {
  unfinished = {"id of first", "id of second"};
  const VersionId first = publish("first");
  take();
  publish_and_take(3);
  const VersionId second = publish("second");
  take();
  publish_and_take(500);
  EXPECT_TRUE(versions().contains(first.value()));
  open();
  publish_and_take(20);
  EXPECT_TRUE(versions().contains(first.value()));
  unfinished = {"id of second"};
  publish_and_take(20);
  EXPECT_FALSE(versions().contains(first.value())) << "its record is at rest now";
  EXPECT_TRUE(versions().contains(second.value()));
}

TEST_F(LocalPruneTest, ManyThatAreNeededDoNotMakeItDear) {
  constexpr int kRecords = 256;
  std::uint64_t asked = 0;
  world.store().forget_where([&](const std::string&) {
    ++asked;
    return false;
  });
  publish_and_take(kRecords);
  EXPECT_EQ(versions().size(), 1U * kRecords);
  EXPECT_LE(asked, 2U * kRecords);
}

// The consumer puts back what it took: it is ours as it was, and is replaced as such.
TEST_F(LocalPruneTest, KeepsTheVersionThatLiesAtItsPath) {
  const VersionId first = publish("first");
  fs::rename(path(), world.path("taken"));
  publish_and_take(7);
  fs::rename(world.path("taken"), path());
  const CopyRequest newer = request("newer");
  const auto upload = world.store().begin_replace(kContext, newer);
  ASSERT_DONE(upload);
  EXPECT_DONE(world.store().complete_replace(kContext, newer, *upload, ETag{first.value()}));
}

// The file was moved, and the call ended with an error: its next try must find that out.
TEST_F(LocalPruneTest, KeepsWhatTheLedgerStillKnows) {
  CopyRequest torn;
  bool torn_after_move = false;
  for (std::uint64_t n = 1; !torn_after_move; ++n) {
    ASSERT_LT(n, 40U);
    torn = request("torn at " + std::to_string(n));
    world.faulty.fail_at(n, -EIO);
    const bool answered = world.store().copy(kContext, torn).ok();
    torn_after_move = !answered && fs::exists(path());
    if (answered) take();
    world.faulty.disarm();
  }
  take();
  publish_and_take(40);
  EXPECT_TRUE(versions().contains(torn.source.version.value()));
  EXPECT_CODE(kNotFound, world.store().copy(kContext, torn)) << "it was published before";
}

// Each key by itself: what was published last is in memory and in the journal, what was before it in its file.
class LocalRecentTest : public LocalPruneTest {
 protected:
  static constexpr int kKeys = 12;
  static constexpr int kRecent = 5;
  static ObjectKey key_at(int n) { return ObjectKey{"folder/" + std::to_string(n)}; }
  void publish_each() {
    world.store().keep_recent(kRecent);
    for (int n = 0; n < kKeys; ++n) {
      CopyRequest one = request("bytes of " + std::to_string(n));
      one.key = key_at(n);
      EXPECT_DONE(world.store().copy(kContext, one));
      published.push_back(one.source.version);
    }
  }
  [[nodiscard]] int files() const {
    int count = 0;
    for (const auto& entry : fs::directory_iterator(world.path(".scalper/meta/output")))
      count += entry.exists() ? 1 : 0;
    return count;
  }
  void expect_all_are_known() {
    for (int n = 0; n < kKeys; ++n) {
      const auto info = world.store().head(kContext, {kOutput, key_at(n), VersionId{}});
      ASSERT_DONE(info) << n;
      EXPECT_EQ(info->ref.version, published.at(static_cast<std::size_t>(n)));
    }
  }
  std::vector<VersionId> published;
};

TEST_F(LocalRecentTest, FilesAreWrittenForWhatWasPublishedLongAgo) {
  publish_each();
  EXPECT_EQ(files(), kKeys - kRecent);
  expect_all_are_known();
  for (int run = 0; run < 2; ++run) {
    open();
    expect_all_are_known();
  }
  world.store().keep_recent(0);
  publish_and_take(kKeys);
  EXPECT_GE(files(), kKeys);
  expect_all_are_known();
}

// Lives that end before a segment is full, one after the other.
TEST_F(LocalRecentTest, TheJournalDoesNotGrowWithTheNumberOfLives) {
  const auto in_journal = [this] {
    std::size_t keys = 0;
    for (const auto& segment : fs::directory_iterator(world.path(".scalper/journal"))) {
      std::ifstream lines(segment.path());
      keys = 0;
      for (std::string line; std::getline(lines, line);)
        keys += line.find(" meta output ") != std::string::npos ? 1U : 0U;
    }
    return keys;
  };
  for (int life = 0; life < 8; ++life) {
    CopyRequest one = request("of life " + std::to_string(life));
    one.key = key_at(life);
    ASSERT_DONE(world.store().copy(kContext, one));
    open();
    world.store().keep_recent(3);
    world.store().write_out_recovered();
    EXPECT_LE(in_journal(), 4U) << life;
    for (int key = 0; key <= life; ++key)
      EXPECT_DONE(world.store().head(kContext, {kOutput, key_at(key), VersionId{}})) << key << " in life " << life;
  }
}

TEST_F(LocalRecentTest, WhatWasTakenSoonCostsNoFile) {
  world.store().keep_recent(kRecent);
  for (int n = 0; n < kKeys; ++n) {
    CopyRequest one = request("bytes of " + std::to_string(n));
    one.key = key_at(n);
    EXPECT_DONE(world.store().copy(kContext, one));
    fs::remove(world.path("output") / one.key.value());
  }
  EXPECT_EQ(files(), 0);
}

TEST_F(LocalRecentTest, WhatIsLookedForGoesToItsFileThoughItWasTaken) {
  for (int n = 0; n < kKeys; ++n) unfinished.insert("id of bytes of " + std::to_string(n));
  publish_each();
  for (int n = 0; n < kKeys; ++n) fs::remove(world.path("output") / key_at(n).value());
  world.store().keep_recent(0);
  publish_and_take(kKeys);
  open();
  for (int n = 0; n < kKeys; ++n) {
    const auto page = world.store().list_key_versions(kContext, kOutput, key_at(n), {}, 10, "");
    ASSERT_DONE(page) << n;
    EXPECT_EQ(page->versions.size(), 1U) << n;
  }
}

// A person looks at it elsewhere, or the disk is away for an hour: once it is back it can be released as before.
TEST_F(LocalRecentTest, AQuarantinedFileIsKnownWhenItIsPutBack) {
  const auto quarantined = [&](const std::string& bytes, const std::string& id) {
    CopyRequest bad = request(bytes);
    bad.bucket = BucketName{"quarantine"};
    bad.key = ObjectKey{"folder/bad.csv/" + id};
    EXPECT_DONE(world.store().copy(kContext, bad));
    return bad;
  };
  const CopyRequest bad = quarantined("bad", "abcdefghijklmnopqrstuvwxyz");
  const fs::path place = world.path("quarantine") / "folder/abcdefghijklmnopqrstuvwxyz--bad.csv";
  fs::rename(place, world.path("taken"));
  world.store().keep_recent(0);
  for (const char* id : {"bbcdefghijklmnopqrstuvwxyz", "cbcdefghijklmnopqrstuvwxyz"}) quarantined(id, id);
  fs::rename(world.path("taken"), place);
  const auto info = world.store().head(kContext, {bad.bucket, bad.key, VersionId{}});
  ASSERT_DONE(info);
  EXPECT_EQ(info->ref.version, bad.source.version);
}

// A file that is left over from before must not come back as the truth.
TEST_F(LocalRecentTest, TheFileGoesWithTheLastVersion) {
  publish_each();
  ASSERT_EQ(files(), kKeys - kRecent);
  for (int n = 0; n < kKeys; ++n) fs::remove(world.path("output") / key_at(n).value());
  for (int n = 0; n < kKeys; ++n) {
    CopyRequest again = request("again " + std::to_string(n));
    again.key = key_at(n);
    EXPECT_DONE(world.store().copy(kContext, again));
    fs::remove(world.path("output") / key_at(n).value());
  }
  world.store().keep_recent(0);
  publish_and_take(kKeys);
  EXPECT_EQ(files(), 1) << "of the last publication alone, whose bytes were there when its file was written";
}

TEST_F(LocalRecentTest, WhatWasRemovedIsNotBackAfterARestart) {
  world.store().keep_recent(0);
  const VersionId removed = publish("removed");
  ASSERT_EQ(files(), 1);
  world.store().keep_recent(kRecent);
  ASSERT_DONE(world.store().remove_version(kContext, {kOutput, kKey, removed}, Seal{}));
  CopyRequest later = request("later");
  later.key = ObjectKey{"later"};
  ASSERT_DONE(world.store().copy(kContext, later));
  open();
  EXPECT_TRUE(versions().empty());
  EXPECT_EQ(files(), 0);
}

TEST_F(LocalRecentTest, EverythingIsKnownThoughEachCallFailsOnce) {
  world.store().keep_recent(0);
  for (std::uint64_t n = 1; n < 40; ++n) {
    CopyRequest one = request("bytes " + std::to_string(n));
    one.key = key_at(static_cast<int>(n));
    world.faulty.fail_at(n, -EIO);
    const bool done = world.store().copy(kContext, one).ok();
    world.faulty.disarm();
    if (!done) continue;
    const auto info = world.store().head(kContext, {kOutput, one.key, VersionId{}});
    ASSERT_DONE(info) << n;
    EXPECT_EQ(info->ref.version, one.source.version);
  }
}

TEST_F(LocalPruneTest, ForgetsNothingWhereNobodyCanTell) {
  world.store().forget_where(nullptr);
  publish_and_take(50);
  EXPECT_EQ(versions().size(), 50U);
  world.store().keep_recent(0);  // to its file
  CopyRequest other = request("another key's");
  other.key = ObjectKey{"other"};
  ASSERT_DONE(world.store().copy(kContext, other));
  EXPECT_FALSE(fs::is_empty(world.path(".scalper/meta/output")));
  EXPECT_EQ(versions().size(), 50U);
  ASSERT_TRUE(world.reopen());
  EXPECT_EQ(versions().size(), 50U);
}

}  // namespace
}  // namespace scalper
