#include "adapters/local/hook_process.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

namespace scalper {
namespace {

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

void wait_for(pid_t pid) {
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

HookProcess::HookProcess(HookProcess&& other) noexcept
    : pid(std::exchange(other.pid, -1)),
      input(std::move(other.input)),
      bytes(std::move(other.bytes)),
      output(std::move(other.output)),
      errors(std::move(other.errors)),
      ended(std::move(other.ended)) {}

HookProcess::~HookProcess() {
  if (pid < 0) return;
  ::kill(-pid, SIGKILL);
  ::kill(pid, SIGKILL);  // before it has made its group
  wait_for(pid);
}

std::optional<HookEnd> HookProcess::has_ended() {
  // Looked at without being waited for: as long as it is not, its number is nobody else's, and the group can be ended.
  siginfo_t told{};
  if (::waitid(P_PID, static_cast<id_t>(pid), &told, WEXITED | WNOHANG | WNOWAIT) != 0 || told.si_pid == 0)
    return std::nullopt;
  ::kill(-pid, SIGKILL);
  wait_for(std::exchange(pid, -1));
  HookEnd end;
  if (::read(ended.get(), &end, sizeof end) == static_cast<ssize_t>(sizeof end)) return end;
  end.status = kHookNotStarted << 8;  // as waitpid(2) tells an exit code
  return end;
}

Result<HookProcess> start_hook(const std::string& program, const CommandHookLimits& limits, bool isolated) {
  SCALPER_TRY_ASSIGN(Pipe input, make_pipe());
  SCALPER_TRY_ASSIGN(Pipe bytes, make_pipe());
  SCALPER_TRY_ASSIGN(Pipe output, make_pipe());
  SCALPER_TRY_ASSIGN(Pipe errors, make_pipe());
  SCALPER_TRY_ASSIGN(Pipe ended, make_pipe());
  std::string name = program;
  std::array<std::string, 3> variables{"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "HOME=/nonexistent"};
  std::array<char*, 2> words{name.data(), nullptr};
  std::array<char*, 4> environment{variables[0].data(), variables[1].data(), variables[2].data(), nullptr};
  const HookChildSide child{input.read.get(), bytes.read.get(), output.write.get(), errors.write.get(),
                            ended.write.get()};
  HookProcess process;
  process.pid = ::fork();
  if (process.pid < 0) return Error(ErrorCode::kUnavailable, "no process for a hook");
  if (process.pid == 0) become_hook_watcher(name.c_str(), words.data(), environment.data(), child, limits, isolated);
  process.input = std::move(input.write);
  process.bytes = std::move(bytes.write);
  process.output = std::move(output.read);
  process.errors = std::move(errors.read);
  process.ended = std::move(ended.read);
  for (const Fd* fd : {&process.input, &process.bytes, &process.output, &process.errors, &process.ended})
    set_non_blocking(*fd);
  return process;
}

bool can_isolate() {
  const pid_t pid = ::fork();
  if (pid < 0) return false;
  if (pid == 0) ::_exit(enter_hook_namespaces() ? 0 : 1);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace scalper
