#include "adapters/local/log_sink.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <utility>

#include "adapters/local/posix.h"

namespace scalper {
namespace {

constexpr int kLookMillis = 100;
constexpr ::mode_t kLogMode = 0640;

class DescriptorSink final : public LogSink {
 public:
  explicit DescriptorSink(int fd) : fd_(fd) {}

  Result<void> write(std::string_view lines, const std::stop_token& give_up) override {
    while (!lines.empty()) {
      if (give_up.stop_requested()) return Error(ErrorCode::kCancelled, "writing the log: nobody reads it");
      pollfd ready{fd_, POLLOUT, 0};
      if (::poll(&ready, 1, kLookMillis) == 0) continue;
      // A pipe that is ready takes this much without waiting (pipe(7), PIPE_BUF).
      const ::ssize_t put = ::write(fd_, lines.data(), std::min<std::size_t>(lines.size(), PIPE_BUF));
      if (put < 0 && errno != EINTR && errno != EAGAIN) return posix_error(-errno, "writing the log");
      if (put > 0) lines.remove_prefix(static_cast<std::size_t>(put));
    }
    return {};
  }

 private:
  const int fd_;
};

class FileSink final : public LogSink {
 public:
  FileSink(std::string path, LogFileLimits limits) : path_(std::move(path)), limits_(limits) {}

  Result<void> open() {
    const int fd = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, kLogMode);
    if (fd < 0) return posix_error(-errno, "opening the log file");
    file_ = Fd(fd);
    struct stat st {};
    if (::fstat(fd, &st) != 0) return posix_error(-errno, "looking at the log file");
    if (!S_ISREG(st.st_mode)) return Error(ErrorCode::kInvalidArgument, "the log file is no plain file");
    inode_ = st.st_ino;
    size_ = static_cast<std::uint64_t>(st.st_size);
    return {};
  }

  Result<void> write(std::string_view lines, const std::stop_token& /*give_up*/) override {
    if (!file_.is_open() || was_taken_away()) SCALPER_TRY(open());
    if (size_ > 0 && size_ + lines.size() > limits_.bytes) SCALPER_TRY(turn_over());
    while (!lines.empty()) {
      const ::ssize_t put = ::write(file_.get(), lines.data(), lines.size());
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return posix_error(-errno, "writing the log file");
      lines.remove_prefix(static_cast<std::size_t>(put));
      size_ += static_cast<std::uint64_t>(put);
    }
    return {};
  }

 private:
  [[nodiscard]] bool was_taken_away() const {
    struct stat st {};
    return ::lstat(path_.c_str(), &st) != 0 || st.st_ino != inode_;
  }

  Result<void> turn_over() {
    file_.reset();
    for (int number = limits_.kept; number > 0; --number) {
      const std::string from = number == 1 ? path_ : path_ + "." + std::to_string(number - 1);
      if (::rename(from.c_str(), (path_ + "." + std::to_string(number)).c_str()) != 0 && errno != ENOENT)
        return posix_error(-errno, "turning the log file over");
    }
    if (limits_.kept < 1 && ::unlink(path_.c_str()) != 0) return posix_error(-errno, "turning the log file over");
    return open();
  }

  const std::string path_;
  const LogFileLimits limits_;
  Fd file_;
  ::ino_t inode_ = 0;
  std::uint64_t size_ = 0;
};

}  // namespace

Result<std::unique_ptr<LogSink>> open_log_file(const std::string& path, LogFileLimits limits) {
  auto sink = std::make_unique<FileSink>(path, limits);
  SCALPER_TRY(sink->open());
  return std::unique_ptr<LogSink>(std::move(sink));
}

std::unique_ptr<LogSink> log_to_descriptor(int fd) { return std::make_unique<DescriptorSink>(fd); }

}  // namespace scalper
