// Hooks that do what they should not: each ends with the call and with a reason, which makes its file unverifiable.

#include "adapters/local/command_hook_runner.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "adapters/local/posix.h"
#include "adapters/local/system_clock.h"
#include "contract/subject.h"
#include "support/byte_sources.h"
#include "support/temp_dir.h"

namespace scalper {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

// With namespaces of their own where the kernel gives them, and without.
class CommandHooks : public testing::TestWithParam<bool> {
 protected:
  CommandHooks() { fs::create_directory(folder_); }

  void hook(const std::string& body, const std::string& shell = "/bin/sh") {
    std::ofstream(folder_ / "own") << "#!" << shell << "\n" << body << "\n";
    fs::permissions(folder_ / "own", fs::perms::owner_all | fs::perms::group_read | fs::perms::others_read);
  }
  Result<HookRun> run(CommandHookLimits limits = {}, const CallContext& context = {},
                      const std::string& bytes = "bytes") {
    limits.isolate = GetParam();
    CommandHookRunner runner(folder_, clock_, limits);
    isolated_ = runner.is_isolated();
    HookRequest request;
    request.hook = "own";
    request.json = R"({"hook":"own"})";
    request.size = bytes.size();
    request.open = [&](const CallContext&) -> Result<std::unique_ptr<ByteSource>> {
      return std::unique_ptr<ByteSource>(std::make_unique<TextSource>(bytes, 1000));
    };
    return runner.run(context, request);
  }
  // Why a run failed; "": it did not.
  std::string why(const CommandHookLimits& limits = {}) {
    const auto ran = run(limits);
    return ran.ok() ? ran->why : "an error: " + ran.error().message();
  }

  TempDir dir_;
  const fs::path folder_ = dir_.path() / "hooks";
  SystemClock clock_;
  bool isolated_ = false;
};

TEST_P(CommandHooks, AreToldOfTheFileAndGivenItsBytes) {
  const std::string bytes(300000, 'x');  // more than pipes hold
  hook("read line; size=$(cat <&3 | wc -c); echo \"$line $size\"");
  const auto ran = run({}, {}, bytes);
  ASSERT_DONE(ran);
  EXPECT_EQ(ran->why, "");
  EXPECT_EQ(ran->output, "{\"hook\":\"own\"} 300000\n");
}

TEST_P(CommandHooks, NeedNotReadWhatTheyAreGiven) {
  hook("exec 3<&- 0<&-; echo said");
  const auto ran = run({}, {}, std::string(1 << 20, 'x'));
  ASSERT_DONE(ran);
  EXPECT_EQ(ran->why, "");
  EXPECT_EQ(ran->output, "said\n");
}

TEST_P(CommandHooks, ThatAreSlowOrLoudAreEnded) {
  hook("echo why >&2; sleep 60");
  EXPECT_EQ(why({.wall = 300ms}), "took more than 300 ms, and said \"why\\n\"");
  hook("exec >/dev/null 2>&1; sleep 60");  // its outputs are closed, and it goes on
  EXPECT_EQ(why({.wall = 300ms}), "took more than 300 ms");
  hook("while :; do :; done");
  EXPECT_EQ(why({.cpu_seconds = 1}), "was ended by signal 9");
  hook("yes", "/bin/sh");
  EXPECT_EQ(why(), "said more than 256 KiB");
}

TEST_P(CommandHooks, ThatEndBadlySaySo) {
  hook("exit 3");
  EXPECT_EQ(why(), "ended with 3");
  for (const char* number : {"2", "9", "11", "15"}) {  // also those that a namespace's first process is spared
    hook(std::string("echo partly; kill -") + number + " $$");
    EXPECT_EQ(why(), std::string("was ended by signal ") + number);
  }
  hook("", "/nowhere/interpreter");
  EXPECT_EQ(why(), "ended with 127");
}

TEST_P(CommandHooks, LeaveNothingBehind) {
  // What goes on holds a lock on the file; the hook waits until it does.
  const fs::path mark = dir_.path() / "mark";
  const std::string lock = mark.string();
  for (const char* begin : {"flock", "setsid flock", "setsid -f flock"}) {
    fs::remove(mark);
    const Fd fd(::open(mark.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    hook(std::string(begin) + " " + lock + " sleep 90 </dev/null >/dev/null 2>&1 3<&- &\n" + "while flock -n " + lock +
         " true; do :; done");
    EXPECT_EQ(why(), "ended before the processes that it had started") << begin;
    int got = -1;
    for (const auto end = std::chrono::steady_clock::now() + 20s; got != 0 && std::chrono::steady_clock::now() < end;) {
      got = ::flock(fd.get(), LOCK_EX | LOCK_NB);
      std::this_thread::yield();
    }
    EXPECT_EQ(got, 0) << begin << ": it went on";
  }
  hook("(exit 0) & wait; true | true");  // children that ended are no reason
  EXPECT_EQ(why(), "");
}

TEST_P(CommandHooks, HaveNoNetworkWhereTheyAreIsolated) {
  hook("exec 5<>/dev/udp/127.0.0.1/9 && echo network", "/bin/bash");
  const auto ran = run();
  ASSERT_DONE(ran);
  if (!GetParam()) {
    EXPECT_EQ(ran->output, "network\n");
    return;
  }
  if (!isolated_) GTEST_SKIP() << "the kernel lets nobody make user namespaces here";
  EXPECT_EQ(ran->output, "");
  EXPECT_NE(ran->why.find("ended with 1"), std::string::npos) << ran->why;
}

TEST_P(CommandHooks, EndWithTheirGate) {
  hook("sleep 60");
  std::stop_source stop;
  CallContext context;
  context.stop = stop.get_token();
  stop.request_stop();
  EXPECT_CODE(kCancelled, run({}, context));
  CallContext late;
  late.deadline = clock_.mono_now() + 100ms;
  EXPECT_CODE(kTimeout, run({}, late));
}

TEST_P(CommandHooks, AreTheOperatorsAlone) {
  hook("echo said");
  fs::permissions(folder_ / "own", fs::perms::others_write, fs::perm_options::add);
  EXPECT_NE(why().find("may be changed by others"), std::string::npos);
  fs::permissions(folder_ / "own", fs::perms::owner_read);
  EXPECT_NE(why().find("is no program"), std::string::npos);
  fs::remove(folder_ / "own");
  fs::create_symlink("/bin/true", folder_ / "own");
  EXPECT_NE(why().find("is no program"), std::string::npos);
  fs::remove(folder_ / "own");
  EXPECT_EQ(why(), "is not in the gate's folder of hooks");
}

INSTANTIATE_TEST_SUITE_P(Either, CommandHooks, testing::Bool(),
                         [](const auto& way) { return way.param ? "Isolated" : "Plain"; });

}  // namespace
}  // namespace scalper
