#include "adapters/local/folder_layout.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "support/posix_decorators.h"
#include "support/temp_dir.h"

namespace scalper {
namespace {
namespace fs = std::filesystem;

TEST(FolderLayout, MakesWhatIsMissingAndFindsItAgain) {
  const TempDir dir;
  const std::string path = (dir.path() / "new" / "data").string();
  for (int round = 0; round < 2; ++round) {
    const auto folder = DataFolder::open(system_posix(), path);
    ASSERT_TRUE(folder.ok()) << folder.error().message();
    EXPECT_EQ((*folder)->path, fs::canonical(path));
    EXPECT_TRUE((*folder)->has_leases);
  }
  for (const char* name : {"input", "output", "quarantine", ".scalper/in", ".scalper/staging", ".scalper/meta/output"})
    EXPECT_TRUE(fs::is_directory(fs::path(path) / name)) << name;
  EXPECT_EQ(fs::status(fs::path(path) / ".scalper").permissions(), fs::perms::owner_all) << "ours alone";
  EXPECT_TRUE(fs::is_empty(fs::path(path) / ".scalper/staging")) << "what was tried out is gone";
}

TEST(FolderLayout, IsForOneGateAtATime) {
  const TempDir dir;
  const auto first = DataFolder::open(system_posix(), dir.path());
  ASSERT_TRUE(first.ok());
  const auto second = DataFolder::open(system_posix(), dir.path());
  ASSERT_TRUE(second.failed_with(ErrorCode::kAlreadyExists));
  EXPECT_NE(second.error().message().find(std::to_string(::getpid())), std::string::npos)
      << "it names the process: " << second.error().message();
}

TEST(FolderLayout, IsFreeAgainWhenItsGateIsGone) {
  const TempDir dir;
  ASSERT_TRUE(DataFolder::open(system_posix(), dir.path()).ok());
  EXPECT_TRUE(DataFolder::open(system_posix(), dir.path()).ok());
}

// Says of folders, or of everything, that it belongs to somebody else.
class OwnedByAnother : public ForwardingPosix {
 public:
  explicit OwnedByAnother(bool all) : ForwardingPosix(system_posix()), all_(all) {}
  int stat(int fd, FileStat& out) override {
    const int code = ForwardingPosix::stat(fd, out);
    if (all_ || out.kind == FileKind::kFolder) out.owner = ::geteuid() + 1;
    return code;
  }

 private:
  int may_pass(const char* /*call*/) override { return 0; }
  bool all_;
};

TEST(FolderLayout, IsNotOpenedByWhoWouldLeaveFilesThatItsOwnerCannotRead) {
  const TempDir dir;
  ASSERT_TRUE(DataFolder::open(system_posix(), dir.path()).ok());
  OwnedByAnother another{false};
  const auto refused = DataFolder::open(another, dir.path());
  ASSERT_TRUE(refused.failed_with(ErrorCode::kPermissionDenied));
  EXPECT_NE(refused.error().message().find("uid " + std::to_string(::geteuid() + 1)), std::string::npos)
      << refused.error().message();
  EXPECT_EQ(std::distance(fs::directory_iterator(dir.path() / ".scalper"), {}), 7) << "nothing is left there";
  OwnedByAnother one_owner{true};
  EXPECT_TRUE(DataFolder::open(one_owner, dir.path()).ok()) << "a file system that knows one owner";
}

TEST(FolderLayout, TellsALostFileFromAFirstRun) {
  const TempDir dir;
  FaultyPosix posix{system_posix()};
  const auto folder = DataFolder::open(posix, dir.path());
  ASSERT_TRUE(folder.ok());
  const auto lost = [&] { return (*folder)->has_lost("gate.db"); };
  ASSERT_TRUE(lost().ok());
  EXPECT_FALSE(*lost()) << "the first run";
  std::ofstream(dir.path() / ".scalper/journal/1") << "a segment\n";
  ASSERT_TRUE(lost().ok());
  EXPECT_TRUE(*lost()) << "gone";
  std::ofstream(dir.path() / ".scalper/gate.db").flush();
  EXPECT_TRUE(*lost()) << "empty";
  for (std::uint64_t n = 1; n <= 2; ++n) {
    posix.fail_at(n, -EIO);
    EXPECT_FALSE(lost().ok()) << "it cannot be told";
    posix.disarm();
  }
  std::ofstream(dir.path() / ".scalper/gate.db") << "a database";
  ASSERT_TRUE(lost().ok());
  EXPECT_FALSE(*lost());
}

TEST(FolderLayout, RefusesLinksAndFilesInTheirPlace) {
  const TempDir dir;
  const TempDir elsewhere;
  fs::create_directory_symlink(elsewhere.path(), dir.path() / "output");
  EXPECT_TRUE(DataFolder::open(system_posix(), dir.path()).failed_with(ErrorCode::kUnsupported));
  fs::remove(dir.path() / "output");
  std::ofstream(dir.path() / "output") << "a file";
  EXPECT_TRUE(DataFolder::open(system_posix(), dir.path()).failed_with(ErrorCode::kUnsupported));
}

TEST(FolderLayout, MayItselfBeReachedByALink) {
  const TempDir dir;
  fs::create_directory(dir.path() / "real");
  fs::create_directory_symlink(dir.path() / "real", dir.path() / "link");
  const auto folder = DataFolder::open(system_posix(), dir.path() / "link");
  ASSERT_TRUE(folder.ok());
  EXPECT_EQ((*folder)->path, fs::canonical(dir.path() / "real"));
}

TEST(FolderLayout, OpensFoldersBelowAndSaysWhichNameIsNone) {
  const TempDir dir;
  const auto folder = DataFolder::open(system_posix(), dir.path());
  ASSERT_TRUE(folder.ok());
  const int output = (*folder)->output.get();
  std::size_t depth = 9;
  {
    const Fd made(open_folders(system_posix(), output, "a/b/c", depth));
    EXPECT_TRUE(made.is_open());
  }
  EXPECT_TRUE(fs::is_directory(dir.path() / "output/a/b/c"));
  std::ofstream(dir.path() / "output/a/file") << "x";
  EXPECT_EQ(open_folders(system_posix(), output, "a/file/c", depth), -ENOTDIR);
  EXPECT_EQ(depth, 1U);
  fs::create_directory_symlink("/", dir.path() / "output/link");
  EXPECT_EQ(open_folders(system_posix(), output, "link/c", depth), -ENOTDIR);
  EXPECT_EQ(depth, 0U);
}

class BeneathRoot : public testing::TestWithParam<bool> {
 protected:
  Posix& posix = GetParam() ? system_posix() : system_posix_without_openat2();
};

TEST_P(BeneathRoot, FollowsNoLinkAndNeverLeaves) {
  const TempDir dir;
  const TempDir secret;
  std::ofstream(secret.path() / "file") << "secret";
  fs::create_directories(dir.path() / "a/b");
  std::ofstream(dir.path() / "a/b/file") << "plain";
  fs::create_symlink(secret.path() / "file", dir.path() / "a/link");
  fs::create_directory_symlink(secret.path(), dir.path() / "a/folder");
  fs::create_directory_symlink("b", dir.path() / "a/inside");
  const Fd root(posix.open(-100, dir.path(), OpenFor::kFolder));
  ASSERT_TRUE(root.is_open());
  const Fd file(posix.open_beneath(root.get(), "a/b/file", OpenFor::kRead));
  EXPECT_TRUE(file.is_open());
  for (const char* path : {"a/link", "a/folder/file", "a/inside/file", "../x", "a/../../x", "/etc/passwd"}) {
    const Fd opened(posix.open_beneath(root.get(), path, OpenFor::kRead));
    EXPECT_FALSE(opened.is_open()) << path;
  }
}

INSTANTIATE_TEST_SUITE_P(Posix, BeneathRoot, testing::Bool(),
                         [](const auto& instance) { return std::string(instance.param ? "Openat2" : "BySegments"); });

}  // namespace
}  // namespace scalper
