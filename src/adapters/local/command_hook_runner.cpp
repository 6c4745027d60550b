#include "adapters/local/command_hook_runner.h"

#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "adapters/local/hook_process.h"
#include "base/escape.h"

namespace scalper {
namespace {

constexpr std::size_t kPiece = std::size_t{64} * 1024;
constexpr std::size_t kShownErrors = 200;
constexpr std::size_t kKeptErrors = 4096;
constexpr int kLook = 50;  // ms between looks at the clock and the stop token

// The talk with one hook: feeds its two inputs and takes what it says, until both outputs are closed.
class Talk {
 public:
  Talk(HookProcess& process, const HookRequest& request) : process_(process), line_(request.json + "\n") {}

  std::unique_ptr<ByteSource> source;
  std::string output;
  std::string errors;
  bool too_much = false;

  [[nodiscard]] bool is_over() const { return !process_.output.is_open() && !process_.errors.is_open(); }

  // Waits for at most kLook. Errors: of reading the file.
  [[nodiscard]] Result<void> step(const CallContext& context) {
    SCALPER_TRY(fill(context));
    std::array<pollfd, 5> fds{pollfd{process_.input.get(), POLLOUT, 0}, pollfd{process_.bytes.get(), POLLOUT, 0},
                              pollfd{process_.output.get(), POLLIN, 0}, pollfd{process_.errors.get(), POLLIN, 0},
                              pollfd{process_.ended.get(), 0, 0}};  // its end wakes us
    if (::poll(fds.data(), fds.size(), kLook) <= 0) return {};      // closed ones are -1, which poll(2) passes over
    if (fds[0].revents != 0) write(process_.input, line_, line_at_, true);
    if (fds[1].revents != 0) write_bytes();
    if (fds[2].revents != 0) read(process_.output, output, kMaxHookOutput, too_much);
    bool dropped = false;
    if (fds[3].revents != 0) read(process_.errors, errors, kKeptErrors, dropped);
    return {};
  }

 private:
  // The next piece, once the last has gone.
  Result<void> fill(const CallContext& context) {
    if (!process_.bytes.is_open() || piece_at_ < piece_size_ || source == nullptr) return {};
    SCALPER_TRY_ASSIGN(piece_size_, source->read(context, piece_));
    piece_at_ = 0;
    if (piece_size_ == 0) process_.bytes.reset();
    return {};
  }

  void write_bytes() {
    const std::string_view rest = as_text(Bytes(piece_).subspan(piece_at_, piece_size_ - piece_at_));
    std::size_t gone = 0;
    write(process_.bytes, rest, gone, false);
    piece_at_ += gone;
  }

  // A hook need not take what it is told.
  static void write(Fd& fd, std::string_view text, std::size_t& at, bool close_at_end) {
    const ssize_t put = ::write(fd.get(), text.data() + at, text.size() - at);
    if (put > 0) at += static_cast<std::size_t>(put);
    const bool broken = put < 0 && errno != EAGAIN && errno != EINTR;
    if (broken || (close_at_end && at == text.size())) fd.reset();
  }

  static void read(Fd& fd, std::string& into, std::size_t most, bool& too_much) {
    std::array<char, 16384> piece{};
    const ssize_t got = ::read(fd.get(), piece.data(), piece.size());
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return fd.reset();
    if (got < 0) return;
    const std::size_t fits = std::min(most - into.size(), static_cast<std::size_t>(got));
    into.append(piece.data(), fits);
    too_much = too_much || fits < static_cast<std::size_t>(got);
  }

  HookProcess& process_;
  const std::string line_;
  std::size_t line_at_ = 0;
  std::vector<std::byte> piece_ = std::vector<std::byte>(kPiece);
  std::size_t piece_at_ = 0;
  std::size_t piece_size_ = 0;
};

HookRun broken(std::string why) { return {std::move(why), {}}; }

// Empty: it came to its end.
std::string why_not_done(const HookEnd& end) {
  if (WIFSIGNALED(end.status)) return "was ended by signal " + std::to_string(WTERMSIG(end.status));
  if (WEXITSTATUS(end.status) != 0) return "ended with " + std::to_string(WEXITSTATUS(end.status));
  return end.left_children != 0 ? "ended before the processes that it had started" : "";
}

std::string with_errors(std::string why, const std::string& errors) {
  if (errors.empty()) return why;
  return why + ", and said \"" + escape_text(errors, kShownErrors) + "\"";
}

}  // namespace

CommandHookRunner::CommandHookRunner(std::string folder, Clock& clock, CommandHookLimits limits)
    : folder_(std::move(folder)), clock_(clock), limits_(limits), isolated_(limits.isolate && can_isolate()) {
  ::signal(SIGPIPE, SIG_IGN);  // NOLINT(cert-err33-c): a hook need not read what it is given
}

std::string CommandHookRunner::program_of(const std::string& hook, std::string& why) const {
  std::string path = folder_ + "/" + hook;
  struct stat st {};
  struct stat folder {};
  if (hook.empty() || hook.front() == '.' || hook.find('/') != std::string::npos) {
    why = "has no name that a hook may have";
  } else if (::stat(folder_.c_str(), &folder) != 0 || ::lstat(path.c_str(), &st) != 0) {
    why = "is not in the gate's folder of hooks";
  } else if (!S_ISREG(st.st_mode) || (st.st_mode & 0111U) == 0) {
    why = "is no program in the gate's folder of hooks";
  } else if (((st.st_mode | folder.st_mode) & 022U) != 0 || (st.st_uid != 0 && st.st_uid != ::geteuid()) ||
             (folder.st_uid != 0 && folder.st_uid != ::geteuid())) {
    why =
        "may be changed by others: it and its folder must belong to root or the gate's user, and be writable by no "
        "one else";
  }
  return path;
}

Result<HookRun> CommandHookRunner::run(const CallContext& context, const HookRequest& request) {
  std::string why;
  const std::string program = program_of(request.hook, why);
  if (!why.empty()) return broken(why);
  SCALPER_TRY_ASSIGN(auto source, request.open(context));
  auto started = start_hook(program, limits_, isolated_);
  if (!started.ok()) return started.error();
  HookProcess& process = *started;
  Talk talk(process, request);
  talk.source = std::move(source);
  const MonoTime end = clock_.mono_now() + limits_.wall;
  std::optional<HookEnd> ended;
  while (!talk.is_over() || !ended) {
    if (context.stop.stop_requested()) return Error(ErrorCode::kCancelled, "stopping");
    const MonoTime now = clock_.mono_now();
    if (now >= context.deadline) return Error(ErrorCode::kTimeout, "the time given was over");
    if (now >= end)
      return broken(with_errors("took more than " + std::to_string(limits_.wall.count()) + " ms", talk.errors));
    SCALPER_TRY(talk.step(context));
    if (talk.too_much) return broken("said more than 256 KiB");
    if (!ended) ended = process.has_ended();
  }
  std::string wrong = why_not_done(*ended);
  if (wrong.empty()) return HookRun{{}, std::move(talk.output)};
  return broken(with_errors(std::move(wrong), talk.errors));
}

}  // namespace scalper
