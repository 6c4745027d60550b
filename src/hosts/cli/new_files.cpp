#include "hosts/cli/new_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string_view>
#include <utility>

#include "adapters/local/posix.h"
#include "base/escape.h"

namespace scalper::cli {
namespace {

constexpr std::size_t kPathChars = 400;

Error failed(const std::string& path) { return posix_error(-errno, escape_text(path, kPathChars)); }

Result<void> write_all(int descriptor, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t put = ::write(descriptor, text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return failed(path);
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  if (::fsync(descriptor) != 0) return failed(path);
  return {};
}

// A file that was not there before.
Result<void> create(const std::string& path, std::string_view text) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0666);
  if (descriptor < 0) return failed(path);
  auto written = write_all(descriptor, text, path);
  if (::close(descriptor) != 0 && written.ok()) written = failed(path);
  if (!written.ok()) ::unlink(path.c_str());
  return written;
}

Result<void> replace_file(const std::string& path, std::string_view text) {
  const std::string fresh = path + ".new-" + std::to_string(::getpid());
  SCALPER_TRY(create(fresh, text));
  if (::rename(fresh.c_str(), path.c_str()) == 0) return {};
  Error error = failed(path);
  ::unlink(fresh.c_str());
  return error;
}

}  // namespace

Result<void> write_new_files(const std::string& folder, const std::vector<ContractText>& files, bool replace) {
  std::vector<std::string> made;
  const auto put = [&](const ContractText& file) -> Result<void> {
    const std::string path = folder + file.path;
    struct stat there {};
    const bool known = ::lstat(path.c_str(), &there) == 0;
    if (known && replace) return replace_file(path, file.text);
    SCALPER_TRY(create(path, file.text));
    made.push_back(path);
    return {};
  };
  for (const ContractText& file : files) {
    struct stat there {};
    if (!replace && ::lstat((folder + file.path).c_str(), &there) == 0)
      return Error(ErrorCode::kAlreadyExists,
                   escape_text(folder + file.path, kPathChars) + " is there already; --force writes over it");
  }
  for (auto file = files.rbegin(); file != files.rend(); ++file) {
    auto written = put(*file);
    if (written.ok()) continue;
    for (const std::string& path : made) ::unlink(path.c_str());
    return written;
  }
  return {};
}

}  // namespace scalper::cli
