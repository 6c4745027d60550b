// Adoption, file by file, and what senders do to files that are on their way.

#include "adapters/local/inbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <fstream>

#include "contract/subject.h"
#include "support/byte_sources.h"
#include "support/local_world.h"

namespace scalper {
namespace fs = std::filesystem;
namespace {

const CallContext kContext;

class InboxTest : public testing::Test {
 protected:
  // The class of the answer in a word.
  std::string adopt(const std::string& name) {
    const auto adoption = world.store().inbox().adopt(kContext, name);
    if (!adoption.ok()) return std::string(to_string(adoption.error().code()));
    if (const auto* const why = std::get_if<NotYet>(&*adoption)) {
      switch (why->why) {
        case NotYet::Why::kBeingWritten: return "being written";
        case NotYet::Why::kChanged: return "changed";
        case NotYet::Why::kUnreadable: return "unreadable";
      }
    }
    if (const auto* const why = std::get_if<Ignored>(&*adoption)) {
      switch (why->why) {
        case Ignored::Why::kName: return "name";
        case Ignored::Why::kNoFile: return "no file";
        case Ignored::Why::kGone: return "gone";
        case Ignored::Why::kLongName: return "long name";
      }
    }
    ref = std::get<Adopted>(*adoption).event.ref;
    event = std::get<Adopted>(*adoption).event;
    return "adopted";
  }
  Result<std::string> read(const ObjectRef& of) {
    SCALPER_TRY_ASSIGN(auto opened, world.store().open(kContext, of, ETag{}, {}));
    return drain(kContext, *opened.body);
  }
  bool is_in_inbox(const std::string& name) const { return fs::exists(fs::symlink_status(world.path("input") / name)); }
  Fd writer(const fs::path& path) const { return Fd(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC)); }
  CopyRequest copy_of(const ObjectRef& source, const std::string& key) {
    CopyRequest request;
    request.source = source;
    request.source_etag = ETag{source.version.value()};
    request.bucket = BucketName{"output"};
    request.key = ObjectKey{key};
    request.metadata = {{kMetaId, "id"}};
    return request;
  }

  LocalWorld world;
  ObjectRef ref;
  ObjectEvent event;
};

TEST_F(InboxTest, TakesAFileInAndTellsItsEvent) {
  world.drop("a/b.csv", "bytes");
  ASSERT_EQ(adopt("a/b.csv"), "adopted");
  EXPECT_EQ(event.ref.bucket.value(), "input");
  EXPECT_EQ(event.ref.key.value(), "a/b.csv");
  EXPECT_TRUE(is_generation(event.ref.version.value()));
  EXPECT_EQ(event.size, 5U);
  EXPECT_EQ(event.time, world.clock.wall_now());
  EXPECT_FALSE(is_in_inbox("a/b.csv"));
  EXPECT_TRUE(fs::exists(world.path(".scalper/in") / event.ref.version.value()));
  EXPECT_EQ(world.store().inbox().waiting(), 1U);
  const auto text = read(ref);
  ASSERT_DONE(text);
  EXPECT_EQ(*text, "bytes");
  EXPECT_EQ(adopt("a/b.csv"), "gone");
}

TEST_F(InboxTest, IgnoresWhatIsNoFileForIt) {
  const fs::path inbox = world.path("input");
  world.drop("real", "bytes");
  fs::create_symlink("real", inbox / "link");
  fs::create_symlink("nowhere", inbox / "dangling");
  fs::create_directory(inbox / "folder");
  fs::create_directory_symlink("folder", inbox / "linked-folder");
  world.drop("folder/x", "bytes");
  ASSERT_EQ(::mkfifo((inbox / "fifo").c_str(), 0600), 0);
  const Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  struct sockaddr_un address {};
  address.sun_family = AF_UNIX;
  const std::string at = (inbox / "socket").string();
  ASSERT_LT(at.size(), sizeof address.sun_path);
  at.copy(static_cast<char*>(address.sun_path), at.size());
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<struct sockaddr*>(&address), sizeof address), 0);
  for (const char* name : {"link", "dangling", "folder", "fifo", "socket", "linked-folder/x", "real/x"})
    EXPECT_EQ(adopt(name), "no file") << name;
  EXPECT_EQ(adopt("missing"), "gone");
  EXPECT_EQ(adopt("missing/x"), "gone");
  EXPECT_EQ(adopt(std::string(200, 'd') + "/" + std::string(900, 'x')), "long name");
  for (const char* name : {".hidden", "a/.b/c", "x.part", "x.tmp", "x.crdownload", "~$x", "a/~$b/c"})
    EXPECT_EQ(adopt(name), "name") << name;
  for (const char* name : {"", "/", "/real", "real/", "a//b"}) EXPECT_EQ(adopt(name), "invalid_argument") << name;
  EXPECT_EQ(adopt(std::string("re\0al", 5)), "invalid_argument");
  EXPECT_EQ(adopt("real"), "adopted");
  EXPECT_EQ(adopt("folder/x"), "adopted");
}

TEST_F(InboxTest, TakesNamesOfAnyBytes) {
  for (const std::string& name : {std::string("bad\xff\xfe"), std::string("line\nfeed"), std::string(" lead"),
                                  std::string("%2F"), std::string("back\\slash"), std::string(255, 'n')}) {
    world.drop(name, "bytes of " + name);
    ASSERT_EQ(adopt(name), "adopted");
    EXPECT_EQ(ref.key.value(), name);
    const auto answer = world.store().copy(kContext, copy_of(ref, name));
    ASSERT_DONE(answer);
    const auto info = world.store().head(kContext, {BucketName{"output"}, ObjectKey{name}, answer->version});
    EXPECT_DONE(info);
  }
}

TEST_F(InboxTest, LeavesAFileThatSomebodyWritesTo) {
  world.drop("a", "half");
  {
    const Fd open = writer(world.path("input/a"));
    ASSERT_TRUE(open.is_open());
    EXPECT_EQ(adopt("a"), "being written");
    EXPECT_TRUE(is_in_inbox("a"));
    EXPECT_EQ(world.store().inbox().waiting(), 0U);
  }
  EXPECT_EQ(adopt("a"), "adopted");
}

TEST_F(InboxTest, GivesAFileBackWhenItsSenderWritesAgain) {
  world.drop("a", "bytes");
  const Fd known(::open(world.path("input/a").c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_EQ(adopt("a"), "adopted");
  auto opened = world.store().open(kContext, ref, ETag{}, {});
  ASSERT_DONE(opened);
  std::string some(2, '\0');
  ASSERT_DONE(opened->body->read(kContext, std::as_writable_bytes(std::span(some))));
  // He finds it through what he has open: by its name it is out of reach.
  const std::string through = "/proc/self/fd/" + std::to_string(known.get());
  EXPECT_FALSE(writer(through).is_open()) << "it would wait for us";
  EXPECT_CODE(kNotFound, opened->body->read(kContext, std::as_writable_bytes(std::span(some))));
  EXPECT_CODE(kNotFound, world.store().seal(kContext, ref));
  EXPECT_TRUE(is_in_inbox("a"));
  Fd open = writer(through);
  ASSERT_TRUE(open.is_open());
  ASSERT_EQ(::write(open.get(), "BYTES", 5), 5);
  const std::string old = ref.version.value();
  EXPECT_EQ(adopt("a"), "being written");
  open.reset();
  ASSERT_EQ(adopt("a"), "adopted");
  EXPECT_NE(ref.version.value(), old);
  const auto text = read(ref);
  ASSERT_DONE(text);
  EXPECT_EQ(*text, "BYTES");
}

TEST_F(InboxTest, GivesAFileBackBeforeItIsPublished) {
  world.drop("a", "bytes");
  const Fd known(::open(world.path("input/a").c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_EQ(adopt("a"), "adopted");
  ASSERT_DONE(read(ref));
  CopyRequest request = copy_of(ref, "t");
  const auto seal = world.store().seal(kContext, ref);
  ASSERT_DONE(seal);
  request.seal = *seal;
  EXPECT_FALSE(writer("/proc/self/fd/" + std::to_string(known.get())).is_open());
  EXPECT_CODE(kNotFound, world.store().copy(kContext, request));
  EXPECT_TRUE(is_in_inbox("a"));
  const auto listed = world.store().list_key_versions(kContext, request.bucket, request.key, {}, 10, "");
  ASSERT_DONE(listed);
  EXPECT_TRUE(listed->versions.empty()) << "nobody may take it for published";
}

TEST_F(InboxTest, GivesWaitingFilesBackAndTakesAnotherNameWhereItsOwnIsTaken) {
  world.drop("a", "old");
  const Fd known(::open(world.path("input/a").c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_EQ(adopt("a"), "adopted");
  const ObjectRef old = ref;
  world.drop("a", "newer");
  const auto none = world.store().inbox().give_back_disturbed(kContext);
  ASSERT_DONE(none);
  EXPECT_EQ(*none, 0U);
  EXPECT_FALSE(writer("/proc/self/fd/" + std::to_string(known.get())).is_open());
  const auto given = world.store().inbox().give_back_disturbed(kContext);
  ASSERT_DONE(given);
  EXPECT_EQ(*given, 1U);
  EXPECT_CODE(kNotFound, world.store().head(kContext, old));
  const auto listed = world.store().list_versions(kContext, BucketName{"input"}, "", 10, "");
  ASSERT_DONE(listed);
  ASSERT_EQ(listed->versions.size(), 1U);
  EXPECT_NE(listed->versions[0].ref.version, old.version);
  const auto text = read(listed->versions[0].ref);
  ASSERT_DONE(text);
  EXPECT_EQ(*text, "old");
  EXPECT_EQ(adopt("a"), "adopted");
}

// The sender puts the next file over the one that is taken, then sees the name free and puts a third one there.
TEST_F(InboxTest, LosesNoFileThatItTookForAnother) {
  world.drop("a", "first");
  world.drop("b.tmp", "second");
  world.drop("c.tmp", "third");
  int renames = 0;
  world.faulty.before = [&](const std::string& call) {
    if (call != "rename" || ++renames > 2) return;
    fs::rename(world.path(renames == 1 ? "input/b.tmp" : "input/c.tmp"), world.path("input/a"));
  };
  EXPECT_EQ(adopt("a"), "changed");
  world.faulty.before = nullptr;
  EXPECT_EQ(world.copies_of("third"), std::vector<std::string>{"input/a"});
  const auto listed = world.store().list_versions(kContext, BucketName{"input"}, "", 10, "");
  ASSERT_DONE(listed);
  ASSERT_EQ(listed->versions.size(), 1U);
  EXPECT_EQ(listed->versions[0].ref.key.value(), "a");
  const auto text = read(listed->versions[0].ref);
  ASSERT_DONE(text);
  EXPECT_EQ(*text, "second");
}

// The run ends when the next file is in, and its name is taken again or free.
TEST_F(InboxTest, LosesNoFileThatItTookForAnotherWhenTheRunEnds) {
  for (const bool is_taken : {false, true}) {
    world.drop("a", "first");
    world.drop("b.tmp", "second");
    bool moved = false;
    world.faulty.before = [&](const std::string& call) {
      if (call == "rename" && !std::exchange(moved, true)) fs::rename(world.path("input/b.tmp"), world.path("input/a"));
      if (call == "stat_at" && moved) world.faulty.stop_at(1);
    };
    (void)adopt("a");
    world.close();
    world.faulty.before = nullptr;
    world.faulty.disarm();
    EXPECT_FALSE(is_in_inbox("a"));
    if (is_taken) world.drop("a", "third");
    ASSERT_TRUE(world.reopen());
    if (!is_taken) {
      EXPECT_EQ(world.copies_of("second"), std::vector<std::string>{"input/a"});
      fs::remove(world.path("input/a"));
      continue;
    }
    const auto listed = world.store().list_versions(kContext, BucketName{"input"}, "", 10, "");
    ASSERT_DONE(listed);
    ASSERT_EQ(listed->versions.size(), 1U);
    const auto text = read(listed->versions[0].ref);
    ASSERT_DONE(text);
    EXPECT_EQ(*text, "second");
  }
}

// The other name is the sender's: what he writes through it after we read is another arrival.
TEST_F(InboxTest, CopiesAFileWithMoreLinks) {
  world.drop("a", "bytes");
  fs::create_hard_link(world.path("input/a"), world.path("other"));
  ASSERT_EQ(adopt("a"), "adopted");
  const auto text = read(ref);
  ASSERT_DONE(text);
  EXPECT_EQ(*text, "bytes");
  const auto seal = world.store().seal(kContext, ref);
  ASSERT_DONE(seal);
  EXPECT_NE(seal->value().find("staging/"), std::string::npos);
  std::ofstream(world.path("other"), std::ios::app) << " and more";
  CopyRequest request = copy_of(ref, "t");
  request.seal = *seal;
  ASSERT_DONE(world.store().copy(kContext, request));
  EXPECT_EQ(world.copies_of("bytes"), std::vector<std::string>{"output/t"});
  EXPECT_TRUE(is_in_inbox("a")) << "the longer one comes in again";
  fs::remove(world.path("input/a"));
  EXPECT_TRUE(fs::exists(world.path("other")));
}

// Its owner may open it again by a descriptor that only reads, which breaks no lease, once the lease is gone.
TEST_F(InboxTest, CopiesAFileOfAnotherUser) {
  world.folder().user = ::geteuid() + 1;
  world.drop("a", "bytes");
  const Fd known(::open(world.path("input/a").c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_EQ(adopt("a"), "adopted");
  ASSERT_DONE(read(ref));
  CopyRequest request = copy_of(ref, "t");
  const auto seal = world.store().seal(kContext, ref);
  ASSERT_DONE(seal);
  request.seal = *seal;
  ASSERT_DONE(world.store().copy(kContext, request));
  const std::string again = "/proc/self/fd/" + std::to_string(known.get());
  std::ofstream(again, std::ios::app) << " and more";
  EXPECT_EQ(world.copies_of("bytes"), std::vector<std::string>{"output/t"});
}

TEST_F(InboxTest, GivesBackAFileThatGotASecondNameOnItsWay) {
  world.drop("a", "bytes");
  const Fd known(::open(world.path("input/a").c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_EQ(adopt("a"), "adopted");
  const auto seal = world.store().seal(kContext, ref);
  ASSERT_DONE(seal);
  const std::string by = "/proc/self/fd/" + std::to_string(known.get());
  ASSERT_EQ(::linkat(AT_FDCWD, by.c_str(), AT_FDCWD, world.path("other").c_str(), AT_SYMLINK_FOLLOW), 0);
  CopyRequest request = copy_of(ref, "t");
  request.seal = *seal;
  EXPECT_CODE(kNotFound, world.store().copy(kContext, request));
  ASSERT_EQ(adopt("a"), "adopted");
  ASSERT_DONE(read(ref));
  ASSERT_DONE(world.store().copy(kContext, copy_of(ref, "t")));
  std::ofstream(world.path("other"), std::ios::app) << " and more";
  EXPECT_EQ(world.copies_of("bytes"), std::vector<std::string>{"output/t"});
}

TEST_F(InboxTest, CopiesOfAnUnchangedFileAreItsOnlyOneAfterwards) {
  world.folder().has_leases = false;
  world.drop("a", "bytes");
  ASSERT_EQ(adopt("a"), "adopted");
  ASSERT_DONE(read(ref));
  ASSERT_DONE(world.store().copy(kContext, copy_of(ref, "t")));
  EXPECT_EQ(world.copies_of("bytes"), std::vector<std::string>{"output/t"});
  EXPECT_CODE(kNotFound, world.store().head(kContext, ref));
}

TEST_F(InboxTest, LeavesWhatItMayNotRead) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  world.drop("a", "bytes");
  fs::permissions(world.path("input/a"), fs::perms::none);
  EXPECT_EQ(adopt("a"), "unreadable");
  fs::permissions(world.path("input/a"), fs::perms::owner_read);
  EXPECT_EQ(adopt("a"), "adopted") << "a file that is only readable is enough";
}

TEST_F(InboxTest, SaysWhereAFolderMayNotBeChanged) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may change everything";
  world.drop("folder/a", "bytes");
  fs::permissions(world.path("input/folder"), fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_EQ(adopt("folder/a"), "permission_denied");
  EXPECT_EQ(world.store().inbox().waiting(), 0U);
  EXPECT_TRUE(is_in_inbox("folder/a"));
}

using InboxThreads = InboxTest;

TEST_F(InboxThreads, AdoptOneNameAndOneGetsIt) {
  for (int round = 0; round < 30; ++round) {
    const std::string name = "a" + std::to_string(round);
    world.drop(name, name);
    std::atomic<int> won{0};
    std::atomic<int> others{0};
    run_together(4, [&](int) {
      const auto adoption = world.store().inbox().adopt(kContext, name);
      if (!adoption.ok()) return;
      (std::holds_alternative<Adopted>(*adoption) ? won : others) += 1;
    });
    EXPECT_EQ(won, 1);
    EXPECT_EQ(others, 3);
    EXPECT_EQ(world.copies_of(name).size(), 1U);
  }
}

}  // namespace
}  // namespace scalper
