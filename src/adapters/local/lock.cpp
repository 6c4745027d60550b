#include "adapters/local/lock.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <utility>

#include "base/escape.h"

namespace scalper {
namespace {

std::string first_line(const char* path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// Field 22 counts from 1; the second is the program's name in brackets and may hold spaces.
std::string start_time() {
  const std::string stat = first_line("/proc/self/stat");
  const std::size_t after_name = stat.rfind(") ");
  if (after_name == std::string::npos) return "0";
  std::istringstream fields(stat.substr(after_name + 2));
  std::string field;
  for (int number = 3; number <= 22; ++number)
    if (!(fields >> field)) return "0";
  return field;
}

Error in_use(Posix& posix, int fd) {
  std::array<std::byte, 128> text{};
  const std::int64_t got = posix.read(fd, text, 0);
  std::string by;
  if (got > 0) by = escape_text(as_text(Bytes(text).first(static_cast<std::size_t>(got))));
  return {ErrorCode::kAlreadyExists, "the data folder is in use by another gate" + (by.empty() ? "" : ", " + by)};
}

}  // namespace

Result<DataLock> DataLock::take(Posix& posix, int dir) {
  const int opened = posix.open(dir, "lock", OpenFor::kAppend);
  if (opened < 0) return posix_error(opened, "opening .scalper/lock");
  Fd fd(opened);
  if (const int code = posix.lock(fd.get()); code < 0) {
    if (code == -EWOULDBLOCK) return in_use(posix, fd.get());
    return posix_error(code, "locking the data folder");
  }
  // For people only; what holds is the lock.
  const std::string text = "process " + std::to_string(::getpid());
  if (::ftruncate(fd.get(), 0) == 0) (void)posix.write(fd.get(), as_bytes(text));
  return DataLock(std::move(fd));
}

std::string run_name() {
  std::string boot = first_line("/proc/sys/kernel/random/boot_id");
  if (boot.empty()) boot = "0";
  return boot + "." + std::to_string(::getpid()) + "." + start_time();
}

}  // namespace scalper
