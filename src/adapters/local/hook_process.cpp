#include "adapters/local/hook_process.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace scalper {
namespace {

constexpr int kNotStarted = 127;
constexpr int kBytesAt = 3;
constexpr int kNamespaces = CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWPID;

struct Pipe {
  Fd read;
  Fd write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return Error(ErrorCode::kUnavailable, "no pipe for a hook");
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

void set_non_blocking(const Fd& fd) { ::fcntl(fd.get(), F_SETFL, O_NONBLOCK); }

// From here to exec() only what is safe after a fork of a process with threads: nothing allocates, nothing locks.

void limit(__rlimit_resource_t what, std::uint64_t most) {
  const rlimit value{most, most};
  if (::setrlimit(what, &value) != 0) ::_exit(kNotStarted);
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
  sigprocmask(SIG_SETMASK, &none, nullptr);
  struct sigaction plain {};
  plain.sa_handler = SIG_DFL;
  for (const int number : {SIGPIPE, SIGXFSZ, SIGINT, SIGTERM, SIGHUP, SIGCHLD}) sigaction(number, &plain, nullptr);
}

// The first process of a new process namespace takes all others in it along when it ends.
void become_first() {
  const pid_t first = ::fork();
  if (first < 0) ::_exit(kNotStarted);
  if (first == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    return;
  }
  ::close_range(0, ~0U, 0);
  int status = 0;
  while (::waitpid(first, &status, 0) < 0 && errno == EINTR) {
  }
  ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 255);
}

struct ChildSide {
  int input;
  int bytes;
  int output;
  int errors;
};

[[noreturn]] void become_hook(const char* program, char* const* words, char* const* environment, ChildSide pipes,
                              const CommandHookLimits& limits, bool isolated) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  reset_signals();
  // Out of the way of 0 to 3 first.
  const int input = ::fcntl(pipes.input, F_DUPFD, 16);
  const int bytes = ::fcntl(pipes.bytes, F_DUPFD, 16);
  const int output = ::fcntl(pipes.output, F_DUPFD, 16);
  const int errors = ::fcntl(pipes.errors, F_DUPFD, 16);
  if (input < 0 || bytes < 0 || output < 0 || errors < 0) ::_exit(kNotStarted);
  if (::dup2(input, 0) < 0 || ::dup2(output, 1) < 0 || ::dup2(errors, 2) < 0 || ::dup2(bytes, kBytesAt) < 0)
    ::_exit(kNotStarted);
  ::close_range(kBytesAt + 1, ~0U, 0);
  if (isolated) {
    if (::unshare(kNamespaces) != 0) ::_exit(kNotStarted);
    become_first();
  }
  ::umask(077);
  if (::chdir("/") != 0) ::_exit(kNotStarted);
  set_limits(limits);
  ::execve(program, words, environment);
  ::_exit(kNotStarted);
}

int exit_code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }

}  // namespace

HookProcess::HookProcess(HookProcess&& other) noexcept
    : pid(std::exchange(other.pid, -1)),
      input(std::move(other.input)),
      bytes(std::move(other.bytes)),
      output(std::move(other.output)),
      errors(std::move(other.errors)) {}

HookProcess::~HookProcess() { end(); }

int HookProcess::end() {
  if (pid < 0) return -1;
  ::kill(-pid, SIGKILL);
  ::kill(pid, SIGKILL);  // before it has made its group
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  pid = -1;
  return exit_code_of(status);
}

bool HookProcess::has_ended(int& exit_code) {
  // Looked at without being waited for: as long as it is not, its number is nobody else's, and the group can be ended.
  siginfo_t told{};
  if (::waitid(P_PID, static_cast<id_t>(pid), &told, WEXITED | WNOHANG | WNOWAIT) != 0 || told.si_pid == 0)
    return false;
  ::kill(-pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  pid = -1;
  exit_code = exit_code_of(status);
  return true;
}

Result<HookProcess> start_hook(const std::string& program, const CommandHookLimits& limits, bool isolated) {
  SCALPER_TRY_ASSIGN(Pipe input, make_pipe());
  SCALPER_TRY_ASSIGN(Pipe bytes, make_pipe());
  SCALPER_TRY_ASSIGN(Pipe output, make_pipe());
  SCALPER_TRY_ASSIGN(Pipe errors, make_pipe());
  std::string name = program;
  std::array<std::string, 3> variables{"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "HOME=/nonexistent"};
  std::array<char*, 2> words{name.data(), nullptr};
  std::array<char*, 4> environment{variables[0].data(), variables[1].data(), variables[2].data(), nullptr};
  const ChildSide child{input.read.get(), bytes.read.get(), output.write.get(), errors.write.get()};
  HookProcess process;
  process.pid = ::fork();
  if (process.pid < 0) return Error(ErrorCode::kUnavailable, "no process for a hook");
  if (process.pid == 0) become_hook(program.c_str(), words.data(), environment.data(), child, limits, isolated);
  process.input = std::move(input.write);
  process.bytes = std::move(bytes.write);
  process.output = std::move(output.read);
  process.errors = std::move(errors.read);
  for (const Fd* fd : {&process.input, &process.bytes, &process.output, &process.errors}) set_non_blocking(*fd);
  return process;
}

bool can_isolate() {
  const pid_t pid = ::fork();
  if (pid < 0) return false;
  if (pid == 0) ::_exit(::unshare(kNamespaces) == 0 ? 0 : 1);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace scalper
