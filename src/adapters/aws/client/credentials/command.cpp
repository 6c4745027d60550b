#include "adapters/aws/client/credentials/command.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

namespace scalper::aws {
namespace {

constexpr int kSliceMillis = 20;  // how often time, stop token and the program's end are looked at

class WordCutter {
 public:
  explicit WordCutter(std::string_view text) : text_(text) {}

  Result<std::vector<std::string>> cut() {
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\0') return bad("a byte 0");
      if (c == '\'' || c == '"') {
        if (!quoted(c)) return bad("a quote that does not end");
      } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        end_word();
      } else {
        if (c == '\\' && at_ + 1 < text_.size()) ++at_;
        add(text_[at_]);
      }
    }
    end_word();
    if (words_.empty()) return bad("no word");
    return std::move(words_);
  }

 private:
  static Error bad(const char* what) { return {ErrorCode::kInvalidArgument, std::string("a command with ") + what}; }
  void add(char c) {
    word_ += c;
    in_word_ = true;
  }
  void end_word() {
    if (in_word_) words_.push_back(std::move(word_));
    word_.clear();
    in_word_ = false;
  }
  bool quoted(char quote) {
    in_word_ = true;  // also an empty one is a word
    for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) {
      const bool escape = quote == '"' && text_[at_] == '\\' && at_ + 1 < text_.size() &&
                          (text_[at_ + 1] == '"' || text_[at_ + 1] == '\\');
      if (escape) ++at_;
      add(text_[at_]);
    }
    return at_ < text_.size();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<std::string> words_;
  std::string word_;
  bool in_word_ = false;
};

// The program and the pipe from it; both are gone with this.
class Child {
 public:
  Child(pid_t pid, int pipe) : pid_(pid), pipe_(pipe) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ > 0) {
      ::kill(-pid_, SIGKILL);
      while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
      }
    }
    ::close(pipe_);
  }

  // Whether it has ended, and how: its status, or -1 for a signal.
  bool ended(int& status) {
    if (pid_ <= 0) return true;
    int raw = 0;
    const pid_t got = ::waitpid(pid_, &raw, WNOHANG);
    if (got == 0 || (got < 0 && errno == EINTR)) return false;
    ::kill(-pid_, SIGKILL);  // what it left behind in its group
    pid_ = 0;
    status = got > 0 && WIFEXITED(raw) ? WEXITSTATUS(raw) : -1;
    return true;
  }

  // Reads what is there; false at the end of the output.
  bool read_some(std::string& into, std::size_t limit) const {
    std::array<char, 4096> buffer{};
    while (into.size() <= limit) {
      const ssize_t got = ::read(pipe_, buffer.data(), buffer.size());
      if (got > 0) {
        into.append(buffer.data(), static_cast<std::size_t>(got));
        continue;
      }
      if (got < 0 && errno == EINTR) continue;
      return got < 0 && errno == EAGAIN;
    }
    return true;
  }

  void wait_a_slice(bool for_output) const {
    pollfd wanted{pipe_, POLLIN, 0};
    ::poll(&wanted, for_output ? 1 : 0, kSliceMillis);
  }

 private:
  pid_t pid_;
  int pipe_;
};

class SpawnSettings {
 public:
  explicit SpawnSettings(int output) {
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

// The program's id, or -1.
pid_t start(const std::vector<std::string>& words, int output) {
  std::vector<std::string> own = words;
  std::vector<char*> arguments;
  arguments.reserve(own.size() + 1);
  for (std::string& word : own) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const SpawnSettings settings(output);
  pid_t pid = -1;
  const int failed =
      ::posix_spawnp(&pid, arguments[0], &settings.actions, &settings.attributes, arguments.data(), environ);
  return failed == 0 ? pid : -1;
}

}  // namespace

Result<std::vector<std::string>> words_of(std::string_view command) { return WordCutter(command).cut(); }

Result<std::string> output_of(const CallContext& context, Clock& clock, const std::vector<std::string>& words,
                              const CommandLimits& limits) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return Error(ErrorCode::kUnavailable, "no pipe to a program");
  const pid_t pid = start(words, ends[1]);
  ::close(ends[1]);
  Child child(pid, ends[0]);
  if (pid < 0) return Error(ErrorCode::kPermissionDenied, "the program cannot be started");
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  const MonoTime until = std::min(context.deadline, clock.mono_now() + limits.time);
  std::string output;
  bool open = true;
  for (int status = 0;;) {
    const bool ended = child.ended(status);  // before reading, so that what it wrote last is read
    open = open && child.read_some(output, limits.output);
    if (output.size() > limits.output) return Error(ErrorCode::kCorrupt, "the program writes too much");
    if (ended && status != 0) return Error(ErrorCode::kPermissionDenied, "the program failed");
    if (ended) return output;
    if (context.stop.stop_requested()) return Error(ErrorCode::kCancelled, "stopped while a program ran");
    if (clock.mono_now() >= until) return Error(ErrorCode::kTimeout, "the program takes too long");
    child.wait_a_slice(open);
  }
}

}  // namespace scalper::aws
