#include "adapters/local/hook_child.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>

namespace scalper {
namespace {

constexpr int kBytesAt = 3;
constexpr int kEndedAt = 4;
constexpr int kOutOfTheWay = 16;

void limit(__rlimit_resource_t what, std::uint64_t most) {
  const rlimit value{most, most};
  if (::setrlimit(what, &value) != 0) ::_exit(kHookNotStarted);
}

void set_limits(const CommandHookLimits& limits) {
  limit(RLIMIT_CPU, limits.cpu_seconds);
  limit(RLIMIT_AS, limits.memory);
  limit(RLIMIT_FSIZE, limits.file_size);
  limit(RLIMIT_NOFILE, limits.open_files);
  limit(RLIMIT_CORE, 0);
}

void reset_signals() {
  sigset_t none;
  sigemptyset(&none);
  pthread_sigmask(SIG_SETMASK, &none, nullptr);
  struct sigaction plain {};
  plain.sa_handler = SIG_DFL;
  for (const int number : {SIGPIPE, SIGXFSZ, SIGINT, SIGTERM, SIGHUP, SIGCHLD}) sigaction(number, &plain, nullptr);
}

void place_pipes(const HookChildSide& pipes) {
  std::array<int, 5> ends{pipes.input, pipes.output, pipes.errors, pipes.bytes, pipes.ended};
  for (int& end : ends) {
    end = ::fcntl(end, F_DUPFD, kOutOfTheWay);
    if (end < 0) ::_exit(kHookNotStarted);
  }
  for (int at = 0; at <= kEndedAt; ++at)
    if (::dup2(ends.at(static_cast<std::size_t>(at)), at) < 0) ::_exit(kHookNotStarted);
  ::close_range(kEndedAt + 1, ~0U, 0);
}

// Waits for one child alone; EINTR is no answer.
int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

// The first process of a new process namespace takes all others in it along when it ends.
void become_first() {
  const pid_t first = ::fork();
  if (first < 0) ::_exit(kHookNotStarted);
  if (first == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    return;
  }
  ::close_range(0, ~0U, 0);
  const int status = wait_for(first);
  ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : kHookNotStarted);
}

[[noreturn]] void become_hook(const char* program, char* const* words, char* const* environment,
                              const CommandHookLimits& limits) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::close(kEndedAt);
  ::umask(077);
  if (::chdir("/") != 0) ::_exit(kHookNotStarted);
  set_limits(limits);
  ::execve(program, words, environment);
  ::_exit(kHookNotStarted);
}

// Those that a hook left behind are children of its watcher by now. Zombies went on nowhere.
bool has_children() {
  for (;;) {
    const pid_t found = ::waitpid(-1, nullptr, WNOHANG);
    if (found == 0) return true;
    if (found < 0 && errno != EINTR) return false;
  }
}

// Where no namespace ends them: children, and then theirs, as they become the watcher's.
void end_children() {
  std::array<char, 4096> text{};
  for (;;) {
    const int list = ::open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
    const ssize_t got = list < 0 ? 0 : ::read(list, text.data(), text.size());
    if (list >= 0) ::close(list);
    pid_t child = 0;
    for (ssize_t at = 0; at < got; ++at) {
      const char c = text.at(static_cast<std::size_t>(at));
      if (c >= '0' && c <= '9') {
        child = child * 10 + (c - '0');
        continue;
      }
      if (child > 1) ::kill(child, SIGKILL);
      child = 0;
    }
    if (got <= 0) return;  // none, or a kernel that does not tell
    while (::waitpid(-1, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
}

[[noreturn]] void watch(pid_t hook, bool isolated) {
  ::close_range(0, kBytesAt, 0);  // its outputs end with it
  HookEnd end;
  end.status = wait_for(hook);
  end.left_children = has_children() ? 1 : 0;
  const bool told = ::write(kEndedAt, &end, sizeof end) == static_cast<ssize_t>(sizeof end);
  if (end.left_children != 0 && !isolated) end_children();
  ::_exit(told ? 0 : kHookNotStarted);
}

}  // namespace

bool enter_hook_namespaces() { return ::unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWPID) == 0; }

void become_hook_watcher(const char* program, char* const* words, char* const* environment, HookChildSide pipes,
                         const CommandHookLimits& limits, bool isolated) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  reset_signals();
  place_pipes(pipes);
  if (isolated) {
    if (!enter_hook_namespaces()) ::_exit(kHookNotStarted);
    become_first();
  } else if (::prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) {
    ::_exit(kHookNotStarted);
  }
  const pid_t hook = ::fork();
  if (hook < 0) ::_exit(kHookNotStarted);
  if (hook == 0) become_hook(program, words, environment, limits);
  watch(hook, isolated);
}

}  // namespace scalper
