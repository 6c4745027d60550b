// What the contract of all stores does not ask: where files lie, strangers among them, and what a start finds.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "contract/subject.h"
#include "support/local_store_fixture.h"

namespace scalper {
namespace fs = std::filesystem;
namespace {

class LocalStoreTest : public LocalStoreFixture {};

TEST_F(LocalStoreTest, LaysFilesWherePeopleFindThem) {
  stand("a", "1", kOutput, "orders/2026/a.csv");
  stand("b", "2", kQuarantine, std::string("orders/b.csv/") + kId);
  EXPECT_TRUE(is_there("output/orders/2026/a.csv"));
  EXPECT_TRUE(is_there(std::string("quarantine/orders/") + kId + "--b.csv"));
  EXPECT_TRUE(fs::is_empty(world.path(".scalper/in")));
  EXPECT_TRUE(fs::is_empty(world.path(".scalper/staging")));
}

TEST_F(LocalStoreTest, AnswersTheChecksumOfWhatWasReadWhole) {
  CopyRequest whole = request("a", "123456789", kOutput, "a");
  const auto answer = store().copy(kContext, whole);
  ASSERT_DONE(answer);
  EXPECT_EQ(answer->crc64nvme, 0xAE8B14860A799888U);
  world.drop("b", "never read");
  CopyRequest unread;
  unread.source = world.adopt("b");
  unread.source_etag = ETag{unread.source.version.value()};
  unread.bucket = kOutput;
  unread.key = ObjectKey{"b"};
  const auto copied = store().copy(kContext, unread);
  ASSERT_DONE(copied);
  EXPECT_EQ(copied->crc64nvme, std::nullopt);
}

TEST_F(LocalStoreTest, FilesAndFoldersOfOneNameGiveWay) {
  stand("1", "file first", kOutput, "a");
  stand("2", "below it", kOutput, "a/b/c");
  stand("3", "folder first", kOutput, "d/e");
  stand("4", "its file", kOutput, "d");
  EXPECT_TRUE(is_there("output/a%2Fb/c"));
  EXPECT_TRUE(is_there("output/d%f"));
  std::vector<std::string> keys;
  for (std::string cursor;;) {
    const auto page = store().list_versions(kContext, kOutput, "", 1, cursor);
    ASSERT_DONE(page);
    for (const ObjectInfo& info : page->versions) keys.push_back(info.ref.key.value());
    cursor = page->next_cursor;
    if (cursor.empty()) break;
  }
  EXPECT_EQ(keys, (std::vector<std::string>{"a", "a/b/c", "d", "d/e"}));
  fs::remove_all(world.path("output/d"));  // the plain shape is free again, the key is not
  EXPECT_CODE(kAlreadyExists, store().copy(kContext, request("5", "again", kOutput, "d")));
}

TEST_F(LocalStoreTest, ListsKeysThatPathsCannotSpell) {
  const std::string long_key = std::string(300, 'l') + "/" + std::string(300, 'm');
  stand("1", "bytes", kOutput, long_key);
  const auto page = store().list_versions(kContext, kOutput, "", 10, "");
  ASSERT_DONE(page);
  ASSERT_EQ(page->versions.size(), 1U);
  EXPECT_EQ(page->versions[0].ref.key.value(), long_key);
}

TEST_F(LocalStoreTest, AStrangersFileIsSeenAndNeverReplacedUnasked) {
  put_file("output/a", "a stranger's");
  const auto info = store().head(kContext, {kOutput, ObjectKey{"a"}, VersionId{}});
  ASSERT_DONE(info);
  EXPECT_TRUE(info->metadata.empty());
  EXPECT_TRUE(info->crc64nvme.has_value()) << "so that equal bytes are known as equal";
  EXPECT_EQ(*read(kOutput, "a"), "a stranger's");
  const CopyRequest mine = request("1", "mine", kOutput, "a");
  EXPECT_CODE(kAlreadyExists, store().copy(kContext, mine));
  EXPECT_EQ(*read(kOutput, "a"), "a stranger's");
  const auto upload = store().begin_replace(kContext, mine);
  ASSERT_DONE(upload);
  ASSERT_DONE(store().complete_replace(kContext, mine, *upload, info->etag)) << "asked for by its etag";
  EXPECT_EQ(*read(kOutput, "a"), "mine");
  EXPECT_EQ(world.copies_of("a stranger's").size(), 1U);
  EXPECT_TRUE(world.copies_of("a stranger's")[0].starts_with(".scalper/replaced/"));
}

TEST_F(LocalStoreTest, WhatIsNoFileHoldsItsNameAsWell) {
  stand("1", "elsewhere", kOutput, "elsewhere");
  fs::create_symlink("elsewhere", world.path("output/link"));
  ASSERT_EQ(::mkfifo(world.path("output/pipe").c_str(), 0600), 0);
  for (const char* name : {"link", "pipe"}) {
    const auto info = store().head(kContext, {kOutput, ObjectKey{name}, VersionId{}});
    ASSERT_DONE(info) << name;
    EXPECT_TRUE(info->metadata.empty());
    EXPECT_FALSE(info->crc64nvme) << "nothing is equal to it";
    EXPECT_CODE(kPermissionDenied, read(kOutput, name));
    EXPECT_CODE(kAlreadyExists, store().copy(kContext, request(name, "mine", kOutput, name)));
  }
  EXPECT_EQ(*read(kOutput, "elsewhere"), "elsewhere");
}

// Between our look at the name and the exchange somebody puts another file there.
TEST_F(LocalStoreTest, ExchangesAStrangersFileBack) {
  const CopyAnswer old = stand("1", "old", kOutput, "a");
  const CopyRequest newer = request("2", "newer", kOutput, "a");
  const auto upload = store().begin_replace(kContext, newer);
  ASSERT_DONE(upload);
  int renames = 0;
  world.faulty.before = [&](const std::string& call) {
    if (call != "rename" || ++renames != 1) return;
    put_file("output/a.theirs", "theirs");
    fs::rename(world.path("output/a.theirs"), world.path("output/a"));
  };
  EXPECT_CODE(kPreconditionFailed, store().complete_replace(kContext, newer, *upload, old.etag));
  world.faulty.before = nullptr;
  EXPECT_EQ(*read(kOutput, "a"), "theirs");
  EXPECT_EQ(world.copies_of("newer"), std::vector<std::string>{".scalper/in/" + newer.source.version.value()});
  EXPECT_TRUE(store().list_key_versions(kContext, kOutput, ObjectKey{"a"}, {}, 10, "")->versions.size() <= 1U);
}

TEST_F(LocalStoreTest, RemovesOnlyTheFileThatItPublished) {
  const CopyAnswer answer = stand("1", "mine", kOutput, "folder/a");
  fs::rename(world.path("output/folder/a"), world.path("output/folder/kept"));
  put_file("output/folder/a", "theirs");
  EXPECT_DONE(store().remove_version(kContext, {kOutput, ObjectKey{"folder/a"}, answer.version}, Seal{}));
  EXPECT_EQ(world.copies_of("theirs"), std::vector<std::string>{"output/folder/a"});
  EXPECT_EQ(world.copies_of("mine"), std::vector<std::string>{"output/folder/kept"});
}

TEST_F(LocalStoreTest, TidiesFoldersThatItLeavesEmpty) {
  const std::string key = std::string("x/y/b.csv/") + kId;
  const CopyAnswer answer = stand("1", "bytes", kQuarantine, key);
  put_file("quarantine/x/note", "a person's");
  EXPECT_DONE(store().remove_version(kContext, {kQuarantine, ObjectKey{key}, answer.version}, Seal{}));
  EXPECT_FALSE(is_there("quarantine/x/y"));
  EXPECT_TRUE(is_there("quarantine/x/note"));
}

TEST_F(LocalStoreTest, ReleasesNothingThatWasChangedUnderReview) {
  const std::string key = std::string("b.csv/") + kId;
  const CopyAnswer answer = stand("1", "bytes", kQuarantine, key);
  const ObjectRef ref{kQuarantine, ObjectKey{key}, answer.version};
  ASSERT_DONE(read(kQuarantine, key));
  CopyRequest release;
  release.source = ref;
  release.source_etag = answer.etag;
  release.seal = *store().seal(kContext, ref);
  release.bucket = kOutput;
  release.key = ObjectKey{"b.csv"};
  std::ofstream(world.path(std::string("quarantine/") + kId + "--b.csv"), std::ios::app) << "!";
  EXPECT_CODE(kPreconditionFailed, store().copy(kContext, release));
  EXPECT_FALSE(is_there("output/b.csv"));
  const auto info = store().head(kContext, ref);
  ASSERT_DONE(info);
  EXPECT_EQ(info->size, 6U);
  EXPECT_EQ(info->crc64nvme, std::nullopt) << "the one that is known is of other bytes";
}

// What was read last is what is reviewed next, however old its file is beside all that were read before.
TEST_F(LocalStoreTest, AFileCanBeReviewedAfterThousandsOfNewerOnesWereRead) {
  const std::string key = std::string("old.csv/") + kId;
  const ObjectRef old{kQuarantine, ObjectKey{key}, stand("0", "bytes", kQuarantine, key).version};
  for (int i = 0; i < 1100; ++i) {
    const std::string newer = "newer" + std::to_string(i);
    stand(newer, "other", kOutput, newer);
    ASSERT_DONE(read(kOutput, newer));
  }
  ASSERT_DONE(read(kQuarantine, key));
  EXPECT_DONE(store().seal(kContext, old));
}

TEST_F(LocalStoreTest, ADamagedMetaFileIsAnError) {
  store().keep_recent(0);
  stand("1", "bytes", kOutput, "a");
  for (const auto& entry : fs::directory_iterator(world.path(".scalper/meta/output")))
    fs::resize_file(entry.path(), fs::file_size(entry.path()) - 3);
  EXPECT_CODE(kCorrupt, store().head(kContext, {kOutput, ObjectKey{"a"}, VersionId{}}));
  EXPECT_CODE(kCorrupt, store().copy(kContext, request("2", "other", kOutput, "a")));
  EXPECT_EQ(world.copies_of("bytes"), std::vector<std::string>{"output/a"});
}

// After a power cut the files of meta/ may be torn or missing: the journal has them.
TEST_F(LocalStoreTest, MetaComesBackFromTheJournal) {
  store().keep_recent(0);
  const CopyAnswer answer = stand("1", "bytes", kOutput, "a");
  world.close();
  int torn = 0;
  for (const auto& entry : fs::directory_iterator(world.path(".scalper/meta/output"))) {
    fs::resize_file(entry.path(), 7);
    ++torn;
  }
  ASSERT_EQ(torn, 1);
  ASSERT_TRUE(world.reopen());
  const auto info = store().head(kContext, {kOutput, ObjectKey{"a"}, VersionId{}});
  ASSERT_DONE(info);
  EXPECT_EQ(info->ref.version, answer.version);
  EXPECT_EQ(info->metadata.at(kMetaId), kId);
}

TEST_F(LocalStoreTest, PutsAsideWhatItDoesNotKnow) {
  put_file(".scalper/in/what", "1");
  put_file(".scalper/staging/else", "2");
  put_file(".scalper/staging/up.01890a5d-ac96-774b-bcce-b302099a8057", "an upload that broke");
  ASSERT_TRUE(world.reopen());
  EXPECT_EQ(world.copies_of("1"), std::vector<std::string>{".scalper/replaced/what"});
  EXPECT_EQ(world.copies_of("2"), std::vector<std::string>{".scalper/replaced/else"});
  EXPECT_EQ(store().recovered().set_aside, 2U);
  EXPECT_TRUE(world.copies_of("an upload that broke").empty());
}

TEST_F(LocalStoreTest, AVerdictOfAnEarlierRunHoldsOnlyForTheSameBytes) {
  const CopyRequest before = request("1", "bytes", kOutput, "a");
  const std::string sha = "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9";  // of "bytes"
  ASSERT_TRUE(world.reopen());
  EXPECT_DONE(store().confirm(kContext, before.source, before.seal, sha));
  ASSERT_TRUE(world.reopen());
  std::ofstream(world.path(".scalper/in") / before.source.version.value()) << "BYTES";
  EXPECT_CODE(kPreconditionFailed, store().confirm(kContext, before.source, before.seal, sha));
}

TEST_F(LocalStoreTest, ListsAFileThatNoRecordKnows) {
  world.drop("a", "bytes");
  const ObjectRef ref = world.adopt("a");
  ASSERT_TRUE(world.reopen());
  const auto listed = store().list_versions(kContext, BucketName{"input"}, "", 10, "");
  ASSERT_DONE(listed);
  ASSERT_EQ(listed->versions.size(), 1U);
  EXPECT_EQ(listed->versions[0].ref, ref);
  EXPECT_EQ(store().recovered().waiting, 1U);
}

class FullDisk final : public ForwardingPosix {
 public:
  FullDisk() : ForwardingPosix(system_posix()) {}
  bool is_full = false;

 protected:
  int may_pass(const char* call) override { return is_full && std::string(call) == "write" ? -ENOSPC : 0; }
};

TEST(LocalStoreOnAFullDisk, TriesOfTheJournalAddNothing) {
  FullDisk disk;
  LocalWorld world(true, disk);
  const auto segments = [&] {
    const fs::directory_iterator entries(world.path(".scalper/journal"));
    return std::distance(begin(entries), end(entries));
  };
  world.drop("a", "bytes");
  disk.is_full = true;
  for (int i = 0; i < 10; ++i) EXPECT_CODE(kNoSpace, world.store().inbox().adopt(kContext, "a"));
  EXPECT_EQ(segments(), 1);
  disk.is_full = false;
  EXPECT_FALSE(world.adopt("a").version.empty());
  ASSERT_TRUE(world.reopen());
  EXPECT_EQ(world.store().recovered().waiting, 1U);
}

// After a failed fsync the kernel takes the bytes for written: a second one would answer that all is well.
TEST_F(LocalStoreTest, NeverAsksTwiceWhetherBytesAreOnTheDisk) {
  for (const bool leases : {true, false}) {
    SCOPED_TRACE(leases ? "under a lease" : "as a copy");
    world.folder().has_leases = leases;
    world.drop("a", "bytes");
    const ObjectRef ref = world.adopt("a");
    const auto read_all = [&] {
      auto opened = store().open(kContext, ref, ETag{}, {});
      ASSERT_DONE(opened);
      ASSERT_DONE(drain(kContext, *opened->body));
    };
    read_all();
    const auto unsynced = world.copies_of("bytes");
    for (std::uint64_t n = 1; world.faulty.refused() != "sync"; ++n) {
      ASSERT_LT(n, 20U);
      world.faulty.fail_at(n, -EIO);
      ASSERT_FALSE(store().seal(kContext, ref).ok());
    }
    world.faulty.disarm();
    read_all();
    const auto seal = store().seal(kContext, ref);
    ASSERT_DONE(seal);
    for (const std::string& name : unsynced)
      EXPECT_EQ(seal->value().find(name.substr(std::string(".scalper/").size()) + " "), std::string::npos) << name;
    CopyRequest copy;
    copy.source = ref;
    copy.source_etag = ETag{ref.version.value()};
    copy.seal = *seal;
    copy.bucket = kOutput;
    copy.key = ObjectKey{leases ? "t" : "u"};
    copy.metadata = {{kMetaId, kId}};
    ASSERT_DONE(store().copy(kContext, copy));
    EXPECT_EQ(world.copies_of("bytes"), std::vector<std::string>{"output/" + copy.key.value()});
    std::filesystem::remove(world.path("output/" + copy.key.value()));
    world.faulty.disarm();
  }
}

TEST_F(LocalStoreTest, CountsItsSyncs) {
  stand("first", "1", kOutput, "first");
  const std::uint64_t before = world.unsynced.syncs();
  stand("second", "2", kOutput, "second");
  EXPECT_EQ(world.unsynced.syncs() - before, 7U) << "its bytes; twice the journal; inbox, output and twice in/";
}

// "An Error: not accepted, nothing is left of it": its sender sends it again, and there must not be two.
TEST_F(LocalStoreTest, AnUploadThatIsRefusedIsNotThere) {
  fs::create_directories(world.path("input/f"));
  const BucketName input{"input"};
  std::uint64_t n = 1;
  for (bool refused = true; refused; ++n) {
    TextSource body("bytes");
    world.faulty.fail_at(n, -EIO);
    const auto put = store().put(kContext, input, ObjectKey{"f/a"}, body, {}, "", false);
    refused = !world.faulty.refused().empty();
    const std::string at = world.faulty.refused() + " " + std::to_string(n);
    world.faulty.disarm();
    const auto listed = store().list_versions(kContext, input, "", 10, "");
    ASSERT_DONE(listed);
    ASSERT_EQ(listed->versions.size(), put.ok() ? 1U : 0U) << at;
    if (put.ok()) {
      ASSERT_DONE(store().remove_version(kContext, put->ref, Seal{}));
    }
  }
  EXPECT_GT(n, 5U);
}

using LocalStoreThreads = LocalStoreTest;

TEST_F(LocalStoreThreads, ManyFilesGoThroughAtOnce) {
  constexpr int kThreads = 4;
  constexpr int kFiles = 40;
  for (int i = 0; i < kThreads * kFiles; ++i) world.drop("f/" + std::to_string(i), "bytes of " + std::to_string(i));
  std::atomic<int> done{0};
  run_together(kThreads + 1, [&](int thread) {
    if (thread == kThreads) {
      while (done < kThreads) {
        EXPECT_DONE(store().inbox().give_back_disturbed(kContext));
        EXPECT_DONE(store().list_versions(kContext, BucketName{"input"}, "", 1000, ""));
        EXPECT_DONE(store().list_versions(kContext, kOutput, "", 1000, ""));
      }
      return;
    }
    for (int i = thread * kFiles; i < (thread + 1) * kFiles; ++i) {
      const std::string name = "f/" + std::to_string(i);
      const std::string bytes = "bytes of " + std::to_string(i);
      const ObjectRef target{kOutput, ObjectKey{"to/" + name}, VersionId{}};
      JourneyRecord record;
      const auto adoption = store().inbox().adopt(kContext, name);
      EXPECT_TRUE(adoption.ok() && std::holds_alternative<Adopted>(*adoption));
      if (!adoption.ok() || !std::holds_alternative<Adopted>(*adoption)) continue;
      record.source = std::get<Adopted>(*adoption).event.ref;
      EXPECT_DONE(try_journey(world, name, bytes, target, false, record));
    }
    ++done;
  });
  for (int i = 0; i < kThreads * kFiles; ++i)
    EXPECT_EQ(*read(kOutput, "to/f/" + std::to_string(i)), "bytes of " + std::to_string(i));
  EXPECT_EQ(store().inbox().waiting(), 0U);
  ASSERT_TRUE(world.reopen());
  EXPECT_EQ(store().recovered().waiting, 0U);
  EXPECT_EQ(store().recovered().set_aside, 0U);
}

// Publishers into one folder while others empty it: the folder comes and goes below them.
// What replaces the file between two looks of head() is no stranger's.
TEST_F(LocalStoreThreads, NobodyTakesAReplacementForAStrangers) {
  stand("n", "0", kOutput, "t");
  std::atomic<bool> over{false};
  std::thread reader([&] {
    while (!over) {
      const auto info = store().head(kContext, {kOutput, ObjectKey{"t"}, VersionId{}});
      EXPECT_DONE(info);
      if (!info.ok() || !info->metadata.contains(kMetaId)) ADD_FAILURE() << "nobody's file is at the key";
      if (!info.ok() || !info->metadata.contains(kMetaId)) break;
    }
  });
  for (int n = 1; n <= 300; ++n) {
    const CopyRequest next = request("n", std::to_string(n), kOutput, "t");
    const auto current = store().head(kContext, {kOutput, ObjectKey{"t"}, VersionId{}});
    const auto upload = store().begin_replace(kContext, next);
    if (!current.ok() || !upload.ok()) break;
    EXPECT_DONE(store().complete_replace(kContext, next, *upload, current->etag));
  }
  over = true;
  reader.join();
}

TEST_F(LocalStoreThreads, PublishAndTidyOneFolder) {
  run_together(3, [&](int thread) {
    for (int i = 0; i < 40; ++i) {
      const std::string name = std::to_string(thread) + "." + std::to_string(i);
      TextSource body("bytes");
      const ObjectKey key{"x/y/" + name};
      const auto made = store().put(kContext, kQuarantine, key, body, {}, "", true);
      EXPECT_DONE(made);
      if (!made.ok()) continue;
      EXPECT_DONE(store().remove_version(kContext, made->ref, Seal{}));
    }
  });
  EXPECT_TRUE(world.copies_of("bytes").empty());
  EXPECT_FALSE(is_there("quarantine/x"));
}

}  // namespace
}  // namespace scalper
