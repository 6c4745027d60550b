#include "adapters/local/hot_folder.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "adapters/memory/memory_telemetry.h"
#include "support/fake_clock.h"
#include "support/posix_decorators.h"
#include "support/temp_dir.h"

namespace scalper {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kPatience{20};

// Stands for the inbox: takes files by unlinking them, what nobody has open for writing, as a lease would tell.
class StandIn {
 public:
  explicit StandIn(fs::path root) : root_(std::move(root)) {}

  Result<Adoption> adopt(const CallContext& /*context*/, const std::string& path) {
    const std::lock_guard lock(mutex_);
    ++asked_[path];
    changed_.notify_all();
    if (failure_) return *failure_;
    if (unreadable_) return Adoption(NotYet{NotYet::Why::kUnreadable});
    if (busy_.contains(path)) return Adoption(NotYet{NotYet::Why::kBeingWritten});
    struct stat st {};
    if (::lstat((root_ / path).c_str(), &st) != 0) return Adoption(Ignored{Ignored::Why::kGone});
    ObjectEvent event;
    event.ref = {BucketName{"input"}, ObjectKey{path}, VersionId{std::to_string(++versions_)}};
    event.size = static_cast<std::uint64_t>(st.st_size);
    ::unlink((root_ / path).c_str());
    return Adoption(Adopted{event});
  }
  void accept(const ObjectEvent& event) {
    std::unique_lock lock(mutex_);
    at_once_ = std::max(at_once_, ++accepting_);
    changed_.notify_all();
    changed_.wait(lock, [&] { return !holds_; });
    --accepting_;
    taken_[event.ref.key.value()].push_back(event.size);
    changed_.notify_all();
  }

  template <class Condition>
  bool wait_for(Condition condition, Millis patience = kPatience) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, condition);
  }
  // For conditions, which hold the lock.
  std::size_t taken_unlocked(const std::string& path) {
    const auto found = taken_.find(path);
    return found == taken_.end() ? 0 : found->second.size();
  }
  std::size_t taken_in_all_unlocked() { return taken_.size(); }
  int asked_unlocked(const std::string& path) { return asked_[path]; }
  bool takes(const std::string& path, std::size_t times = 1) {
    return wait_for([&] { return taken_unlocked(path) >= times; });
  }
  bool is_asked(const std::string& path, int times = 1) {
    return wait_for([&] { return asked_[path] >= times; });
  }
  bool takes_in_all(std::size_t files) {
    return wait_for([&] { return taken_.size() >= files; });
  }
  std::size_t taken(const std::string& path) {
    const std::lock_guard lock(mutex_);
    return taken_unlocked(path);
  }
  void set_busy(const std::string& path, bool busy) {
    const std::lock_guard lock(mutex_);
    if (busy)
      busy_.insert(path);
    else
      busy_.erase(path);
  }
  void let_be_unreadable() {
    const std::lock_guard lock(mutex_);
    unreadable_ = true;
  }
  // What is accepted is held until it is let go.
  void hold(bool holds) {
    const std::lock_guard lock(mutex_);
    holds_ = holds;
    changed_.notify_all();
  }
  int at_once_unlocked() const { return at_once_; }
  bool has_at_once(int files) {
    return wait_for([&] { return at_once_ >= files; });
  }
  void fail_with(std::optional<Error> error) {
    const std::lock_guard lock(mutex_);
    failure_ = std::move(error);
  }

 private:
  const fs::path root_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::vector<std::uint64_t>> taken_;
  std::map<std::string, int> asked_;
  std::set<std::string> busy_;
  std::optional<Error> failure_;
  bool unreadable_ = false;
  bool holds_ = false;
  int accepting_ = 0;
  int at_once_ = 0;  // the most that ever were
  int versions_ = 0;
};

// Files of the test are made now, by the machine's clock; the hot folder lives on a clock of its own, on which they are
// either young (the default) or old.
class HotFolderTest : public testing::Test {
 protected:
  void SetUp() override { clock_.set_wall(std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now())); }

  void open(HotFolderOptions options = {}) {
    options.look = Millis{5};
    folder_ = std::make_unique<HotFolder>(
        *posix_, root_.get(), clock_, telemetry_, options,
        [this](const CallContext& context, const std::string& path) {
          if (before_adopt_) before_adopt_();
          return inbox_.adopt(context, path);
        },
        [this](const CallContext&, const ObjectEvent& event) { inbox_.accept(event); });
  }
  void begin(HotFolderOptions options = {}) {
    open(options);
    folder_->start();
    while (folder_->state().scans == 0) std::this_thread::yield();
  }
  void write(const std::string& path, const std::string& bytes = "x") const { std::ofstream(at(path)) << bytes; }
  [[nodiscard]] fs::path at(const std::string& path) const { return dir_.path() / path; }
  // Time goes on until it is so: how often a taker has looked by then is nobody's promise.
  template <class Condition>
  bool in_time(Condition condition) {
    for (int seconds = 0; seconds < 2000; ++seconds) {
      if (inbox_.wait_for(condition, Millis{10})) return true;
      clock_.advance(std::chrono::seconds{1});
    }
    return false;
  }
  bool takes_in_time(const std::string& path) {
    return in_time([&] { return inbox_.taken_unlocked(path) > 0; });
  }
  // Ends a scan that begins after this call.
  void scan_once_more() {
    const std::uint64_t before = folder_->state().scans;
    while (folder_->state().scans < before + 2) {
      clock_.advance(std::chrono::seconds{31});
      std::this_thread::yield();
    }
  }
  bool is_said(const std::string& event) {
    for (const LogEvent& line : telemetry_.events())
      if (line.event == event) return true;
    return false;
  }

  Posix* posix_ = &system_posix();
  TempDir dir_;
  Fd root_{system_posix().open(AT_FDCWD, dir_.path().string(), OpenFor::kFolder)};
  FakeClock clock_{FakeClock::Sleep::kWaits};
  MemoryTelemetry telemetry_;
  StandIn inbox_{dir_.path()};
  std::function<void()> before_adopt_;
  std::unique_ptr<HotFolder> folder_;
};

TEST_F(HotFolderTest, TakesWhatIsClosedAtOnce) {
  begin();
  write("a.csv", "four");
  ASSERT_TRUE(inbox_.takes("a.csv"));
  write("a.csv", "another");
  ASSERT_TRUE(inbox_.takes("a.csv", 2)) << "the name is free again";
}

TEST_F(HotFolderTest, TakesWhatIsRenamedInAndWhatLosesAnIgnoredName) {
  TempDir outside;
  { std::ofstream(outside.path() / "b") << "x"; }
  begin();
  fs::rename(outside.path() / "b", at("b.csv"));
  ASSERT_TRUE(inbox_.takes("b.csv"));
  write("c.csv.part");
  fs::rename(at("c.csv.part"), at("c.csv"));
  ASSERT_TRUE(inbox_.takes("c.csv"));
}

TEST_F(HotFolderTest, TakesOldFilesAtTheStartAndYoungOnesWhenTheyHaveSettled) {
  write("old.csv");
  clock_.advance(std::chrono::minutes{10});
  write("young.csv");
  clock_.set_wall(clock_.wall_now() - std::chrono::seconds{1000});  // now both look as if made in the future
  begin();
  EXPECT_EQ(inbox_.taken("old.csv"), 0U) << "the clock was set back: only watching tells";
  EXPECT_TRUE(takes_in_time("old.csv"));
  EXPECT_TRUE(takes_in_time("young.csv"));
}

TEST_F(HotFolderTest, TakesAtTheStartWhatHasLongBeenUnchanged) {
  write("old.csv");
  clock_.advance(std::chrono::minutes{10});
  begin();
  EXPECT_TRUE(inbox_.takes("old.csv"));
}

TEST_F(HotFolderTest, WaitsForAFileThatGrows) {
  std::ofstream growing(at("grows.csv"));
  growing << "a" << std::flush;
  clock_.set_wall(clock_.wall_now() - std::chrono::seconds{1000});
  begin({.takers = 1});
  for (int i = 0; i < 5; ++i) {
    growing << "more" << std::flush;
    clock_.advance(std::chrono::seconds{2});
    // The one taker has looked at what was due before.
    const std::string mark = "mark" + std::to_string(i);
    write(mark);
    ASSERT_TRUE(inbox_.takes(mark));
    ASSERT_EQ(inbox_.taken("grows.csv"), 0U) << i;
  }
  EXPECT_TRUE(takes_in_time("grows.csv")) << "unchanged for so long, though nobody closed it";
}

TEST_F(HotFolderTest, AsksAgainForAFileThatItsWriterKeepsOpen) {
  inbox_.set_busy("held.csv", true);
  begin();
  write("held.csv");
  ASSERT_TRUE(inbox_.is_asked("held.csv", 1));
  ASSERT_TRUE(in_time([&] { return inbox_.asked_unlocked("held.csv") >= 5; }));
  EXPECT_EQ(inbox_.taken("held.csv"), 0U);
  inbox_.set_busy("held.csv", false);
  EXPECT_TRUE(takes_in_time("held.csv"));
}

TEST_F(HotFolderTest, TakesWholeTreesThatAreMovedIn) {
  TempDir outside;
  fs::create_directories(outside.path() / "tree/a/b/c");
  for (const char* name : {"tree/1", "tree/a/2", "tree/a/b/3", "tree/a/b/c/4"})
    std::ofstream(outside.path() / name) << "x";
  begin();
  fs::rename(outside.path() / "tree", at("tree"));
  for (const char* name : {"tree/1", "tree/a/2", "tree/a/b/3", "tree/a/b/c/4"}) EXPECT_TRUE(inbox_.takes(name)) << name;
  write("tree/a/b/c/5");
  EXPECT_TRUE(inbox_.takes("tree/a/b/c/5")) << "its folders are watched now";
}

TEST_F(HotFolderTest, FollowsFoldersThatAreRenamed) {
  fs::create_directories(at("a/b"));
  begin();
  fs::rename(at("a"), at("z"));
  write("z/b/1");
  EXPECT_TRUE(inbox_.takes("z/b/1"));
  fs::create_directories(at("new/deep"));
  write("new/deep/2");
  EXPECT_TRUE(takes_in_time("new/deep/2"));
}

TEST_F(HotFolderTest, LeavesIgnoredNamesLinksAndPipesAlone) {
  fs::create_directories(at(".hidden"));
  for (const char* name : {".a", "b.part", "c.tmp", "d.crdownload", "~$e.xlsx", ".hidden/f"}) write(name);
  fs::create_symlink("/etc/passwd", at("link"));
  fs::create_directory_symlink("/etc", at("linked"));
  ASSERT_EQ(::mkfifo(at("pipe").c_str(), 0600), 0);
  clock_.advance(std::chrono::hours{1});
  begin();
  for (const char* name : {".a", "b.part"}) write(name, "again");
  write("last");
  ASSERT_TRUE(inbox_.takes("last"));
  scan_once_more();
  std::size_t left = 0;
  for (const auto& entry : fs::directory_iterator(dir_.path())) left += entry.exists() || entry.is_symlink() ? 1 : 0;
  EXPECT_EQ(left, 9U);
}

TEST_F(HotFolderTest, ScansWhereItCannotWatchAndSaysSo) {
  fs::create_directories(at("a"));
  fs::create_directories(at("b"));
  begin({.watches = 1});
  EXPECT_TRUE(is_said("inbox_not_watched"));
  EXPECT_TRUE(folder_->state().blind);
  write("a/1");
  write("b/2");
  EXPECT_TRUE(takes_in_time("a/1"));
  EXPECT_TRUE(takes_in_time("b/2"));
}

TEST_F(HotFolderTest, LooksOnlySoDeepAndSaysSo) {
  fs::create_directories(at("1/2/3/4"));
  clock_.advance(std::chrono::minutes{10});
  begin({.depth = 3});
  EXPECT_TRUE(is_said("inbox_too_deep"));
  write("1/2/ok");
  EXPECT_TRUE(inbox_.takes("1/2/ok"));
}

TEST_F(HotFolderTest, TakesMoreThanItRemembersAtOnce) {
  for (int i = 0; i < 500; ++i) write("f" + std::to_string(i));
  clock_.advance(std::chrono::minutes{10});
  begin({.takers = 3, .waiting = 20});
  EXPECT_TRUE(inbox_.takes_in_all(500));
  EXPECT_TRUE(fs::is_empty(dir_.path()));
}

// What cannot be taken, many times what is remembered at once: it waits, and nothing waits for it.
TEST_F(HotFolderTest, ThousandsThatCannotBeTakenStarveNobody) {
  constexpr int kBusy = 5000;
  const auto busy = [](int i) { return "busy" + std::to_string(i); };
  for (int i = 0; i < kBusy; ++i) {
    write(busy(i));
    inbox_.set_busy(busy(i), true);
    if (i % 250 == 0) write("good" + std::to_string(i));
  }
  clock_.advance(std::chrono::minutes{10});
  begin({.takers = 3, .waiting = 500});
  EXPECT_TRUE(inbox_.takes_in_all(kBusy / 250)) << "those that were there before";
  write("late");
  EXPECT_TRUE(takes_in_time("late"));
  EXPECT_LE(folder_->state().waiting, 500U);
  for (int i = 0; i < kBusy; ++i) inbox_.set_busy(busy(i), false);
  EXPECT_TRUE(in_time([&] { return inbox_.taken_in_all_unlocked() == kBusy + kBusy / 250 + 1; }));
}

TEST_F(HotFolderTest, ManyThatCannotBeTakenDoNotFillTheLog) {
  inbox_.let_be_unreadable();
  for (int i = 0; i < 1500; ++i) write("f" + std::to_string(i));
  clock_.advance(std::chrono::minutes{10});
  begin();
  for (int round = 1; round <= 3; ++round) {
    for (int i = 0; i < 1500; ++i)
      ASSERT_TRUE(in_time([&] { return inbox_.asked_unlocked("f" + std::to_string(i)) >= round; }));
  }
  EXPECT_LE(telemetry_.events().size(), 1100U);
  EXPECT_TRUE(is_said("inbox_more_complaints"));
}

TEST_F(HotFolderTest, GoesOnAfterErrorsAndSaysThemOnce) {
  inbox_.fail_with(Error(ErrorCode::kNoSpace, "the disk is full"));
  begin();
  for (int i = 0; i < 50; ++i) write("f" + std::to_string(i));
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(inbox_.is_asked("f" + std::to_string(i)));
  inbox_.fail_with(std::nullopt);
  EXPECT_TRUE(in_time([&] { return inbox_.taken_in_all_unlocked() >= 50; }));
  std::size_t said = 0;
  std::string key;
  for (const LogEvent& line : telemetry_.events()) {
    if (line.event != "adopt_failed") continue;
    ++said;
    for (const auto& [name, value] : line.fields)
      if (name == "key") key = std::get<std::string>(value);
  }
  EXPECT_EQ(said, 1U);
  EXPECT_TRUE(key.starts_with("f")) << "a file that it happened to: " << key;
}

// Refuses to open one folder, as the kernel does whose mode keeps us out.
class OneFolderIsClosed : public ForwardingPosix {
 public:
  OneFolderIsClosed() : ForwardingPosix(system_posix()) {}
  int open_beneath(int dir, const std::string& path, OpenFor how) override {
    return path == "closed" ? -EACCES : ForwardingPosix::open_beneath(dir, path, how);
  }

 private:
  int may_pass(const char* /*call*/) override { return 0; }
};

TEST_F(HotFolderTest, SaysWhichFolderItMayNotLookInto) {
  fs::create_directories(at("closed"));
  write("closed/1");
  OneFolderIsClosed posix;
  posix_ = &posix;
  begin();
  EXPECT_TRUE(in_time([&] { return is_said("inbox_unreadable"); }));
  folder_.reset();
}

TEST_F(HotFolderTest, ThreadsTakeEachFileOnce) {
  begin({.takers = 4});
  for (int i = 0; i < 2000; ++i) write("f" + std::to_string(i));
  ASSERT_TRUE(inbox_.takes_in_all(2000));
  folder_->stop();
  for (int i = 0; i < 2000; ++i) EXPECT_EQ(inbox_.taken("f" + std::to_string(i)), 1U);
}

TEST_F(HotFolderTest, ThreadsStartAsThereIsWorkForThemAndNoMore) {
  inbox_.hold(true);
  begin({.takers = 12});
  EXPECT_LE(folder_->state().takers, 4U);
  for (int i = 0; i < 40; ++i) write("f" + std::to_string(i));
  EXPECT_TRUE(inbox_.has_at_once(12));
  EXPECT_EQ(folder_->state().takers, 12U);
  inbox_.hold(false);
  ASSERT_TRUE(inbox_.takes_in_all(40));
  EXPECT_FALSE(inbox_.wait_for([&] { return inbox_.at_once_unlocked() > 12; }, Millis{0}));
}

TEST_F(HotFolderTest, ABurstFindsAllThreadsAtOnce) {
  for (int i = 0; i < 40; ++i) write("f" + std::to_string(i));
  std::atomic<unsigned> fewest{12};
  before_adopt_ = [&] { fewest = std::min(fewest.load(), folder_->state().takers); };
  begin({.takers = 12});
  clock_.advance(std::chrono::minutes{1});  // all are due at the same moment
  ASSERT_TRUE(inbox_.takes_in_all(40));
  EXPECT_EQ(fewest, 12U);
}

TEST_F(HotFolderTest, HearsOfWhatComesBeforeItStarts) {
  open();
  write("early.csv");
  folder_->start();
  EXPECT_TRUE(inbox_.takes("early.csv")) << "time stands still: what only a scan finds has to settle";
}

TEST_F(HotFolderTest, ListsWhatIsReadyWithoutWatching) {
  fs::create_directories(at("a/.b"));
  for (const char* name : {"1", "a/2", "a/.b/3", "x.tmp"}) write(name);
  EXPECT_TRUE(ready_files(system_posix(), root_.get(), clock_, std::chrono::seconds{2}).value().empty());
  clock_.advance(std::chrono::minutes{10});
  auto ready = ready_files(system_posix(), root_.get(), clock_, std::chrono::seconds{2}).value();
  std::sort(ready.begin(), ready.end());
  EXPECT_EQ(ready, (std::vector<std::string>{"1", "a/2"}));
}

}  // namespace
}  // namespace scalper
