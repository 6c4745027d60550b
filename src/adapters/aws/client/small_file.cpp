#include "adapters/aws/client/small_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/escape.h"

namespace scalper::aws {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

Error failed(const std::string& path, const char* why, ErrorCode code) {
  return {code, escape_text(path, 200) + ": " + why};
}

// In a folder that one may not search (a HOME of somebody else) there is nothing that one could know of.
bool is_out_of_sight(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) != 0 && errno == EACCES;
}

Error open_failed(const std::string& path) {
  const int reason = errno;
  if (reason == ENOENT || reason == ENOTDIR || is_out_of_sight(path))
    return failed(path, "not there", ErrorCode::kNotFound);
  if (reason == EACCES || reason == EPERM) return failed(path, "not readable", ErrorCode::kPermissionDenied);
  if (reason == ENAMETOOLONG || reason == ELOOP) return failed(path, "no path", ErrorCode::kInvalidArgument);
  return failed(path, "cannot be opened", ErrorCode::kUnavailable);
}

}  // namespace

Result<std::string> read_small_file(const std::string& path, std::size_t limit) {
  if (path.find('\0') != std::string::npos) return failed(path, "no path", ErrorCode::kInvalidArgument);
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));  // a pipe is opened, and refused
  if (file.number() < 0) return open_failed(path);
  struct stat status {};
  if (::fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode))
    return failed(path, "no regular file", ErrorCode::kInvalidArgument);
  std::string text;
  text.resize(limit + 1);
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(file.number(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(path, "cannot be read", ErrorCode::kUnavailable);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > limit) return failed(path, "larger than such a file is", ErrorCode::kInvalidArgument);
  text.resize(size);
  return text;
}

}  // namespace scalper::aws
