#include "adapters/local/posix.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>

namespace scalper {
namespace {

constexpr mode_t kFileMode = 0640;

int flags_of(OpenFor how) {
  constexpr int kAlways = O_CLOEXEC | O_NOFOLLOW | O_NOCTTY;
  switch (how) {
    case OpenFor::kRead: return kAlways | O_RDONLY | O_NONBLOCK;
    case OpenFor::kCreate: return kAlways | O_RDWR | O_CREAT | O_EXCL;
    case OpenFor::kAppend: return kAlways | O_RDWR | O_CREAT | O_APPEND;
    case OpenFor::kFolder: return kAlways | O_RDONLY | O_DIRECTORY;
  }
  return kAlways;
}

mode_t mode_of(OpenFor how) { return how == OpenFor::kCreate || how == OpenFor::kAppend ? kFileMode : 0; }

template <class Call>
auto retried(Call call) -> decltype(call()) {
  for (;;) {
    const auto answer = call();
    if (answer >= 0) return answer;
    if (errno != EINTR) return static_cast<decltype(call())>(-errno);
  }
}

FileKind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return FileKind::kRegular;
  if (S_ISDIR(mode)) return FileKind::kFolder;
  return S_ISLNK(mode) ? FileKind::kSymlink : FileKind::kOther;
}

std::int64_t nanos(const struct statx_timestamp& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

void fill(FileStat& out, const struct statx& st) {
  out.kind = kind_of(st.stx_mode);
  out.device = makedev(st.stx_dev_major, st.stx_dev_minor);
  out.inode = st.stx_ino;
  out.links = st.stx_nlink;
  out.size = st.stx_size;
  out.mtime_ns = nanos(st.stx_mtime);
  out.ctime_ns = nanos(st.stx_ctime);
  out.birth_ns = (st.stx_mask & STATX_BTIME) != 0 ? nanos(st.stx_btime) : 0;
  out.mode = st.stx_mode & 07777U;
  out.owner = st.stx_uid;
}

// Segment by segment with O_NOFOLLOW: what containers without openat2(2) get. Each folder is held open while its child
// is looked up, so no rename can lead the walk elsewhere.
int open_by_segments(int dir, const std::string& path, OpenFor how) {
  Fd held;
  int at = dir;
  for (std::size_t begin = 0;;) {
    const std::size_t end = path.find('/', begin);
    const std::string name = path.substr(begin, end == std::string::npos ? end : end - begin);
    if (name.empty() || name == "." || name == "..") return -EXDEV;  // as RESOLVE_BENEATH says it
    const bool last = end == std::string::npos;
    const OpenFor step = last ? how : OpenFor::kFolder;
    const int fd = retried([&] { return ::openat(at, name.c_str(), flags_of(step), mode_of(step)); });
    if (fd < 0 || last) return fd;
    held = Fd(fd);
    at = fd;
    begin = end + 1;
  }
}

class SystemPosix final : public Posix {
 public:
  explicit SystemPosix(bool no_openat2) : no_openat2_(no_openat2) {}

  int open(int dir, const std::string& name, OpenFor how) override {
    return retried([&] { return ::openat(dir, name.c_str(), flags_of(how), mode_of(how)); });
  }

  int open_beneath(int dir, const std::string& path, OpenFor how) override {
    if (!no_openat2_.load(std::memory_order_relaxed)) {
      struct open_how as {};
      as.flags = static_cast<std::uint64_t>(flags_of(how));
      as.mode = mode_of(how);
      as.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
      const auto fd = retried([&] { return ::syscall(SYS_openat2, dir, path.c_str(), &as, sizeof as); });
      // EPERM is what container filters answer for calls they do not know; where it is meant, the walk says so again.
      if (fd != -ENOSYS && fd != -EPERM && fd != -EAGAIN) return static_cast<int>(fd);
      if (fd == -ENOSYS) no_openat2_.store(true, std::memory_order_relaxed);
    }
    return open_by_segments(dir, path, how);
  }

  std::int64_t read(int fd, MutableBytes into, std::uint64_t offset) override {
    return retried([&] { return ::pread(fd, into.data(), into.size(), static_cast<off_t>(offset)); });
  }
  std::int64_t write(int fd, Bytes bytes) override {
    return retried([&] { return ::write(fd, bytes.data(), bytes.size()); });
  }
  std::int64_t copy(int from, std::uint64_t offset, int to, std::size_t size) override {
    auto at = static_cast<off64_t>(offset);
    return retried([&] { return ::copy_file_range(from, &at, to, nullptr, size, 0); });
  }
  int sync(int fd) override {
    return retried([&] { return ::fsync(fd); });
  }
  int sync_all(int fd) override {
    return retried([&] { return ::syncfs(fd); });
  }

  int stat(int fd, FileStat& out) override { return stat_of(fd, "", AT_EMPTY_PATH, out); }
  int stat_at(int dir, const std::string& name, FileStat& out) override {
    return stat_of(dir, name.c_str(), AT_SYMLINK_NOFOLLOW, out);
  }

  int list(int dir, std::vector<FolderEntry>& out) override {
    // A description of its own: the position of a shared one would be shared between threads.
    const int fd = retried([&] { return ::openat(dir, ".", flags_of(OpenFor::kFolder)); });
    if (fd < 0) return fd;
    DIR* stream = ::fdopendir(fd);
    if (stream == nullptr) {
      const int code = -errno;
      ::close(fd);
      return code;
    }
    int code = 0;
    for (;;) {
      errno = 0;
      const struct dirent* entry = ::readdir(stream);  // NOLINT(concurrency-mt-unsafe): the stream is this call's own
      if (entry == nullptr) {
        code = -errno;
        break;
      }
      const std::string name(static_cast<const char*>(entry->d_name));
      if (name != "." && name != "..")
        out.push_back({name, kind_of(static_cast<std::uint32_t>(entry->d_type) << 12U), entry->d_type != DT_UNKNOWN});
    }
    ::closedir(stream);
    return code;
  }

  int make_folder(int dir, const std::string& name, std::uint32_t mode) override {
    return retried([&] { return ::mkdirat(dir, name.c_str(), mode); });
  }
  int rename(int from_dir, const std::string& from, int to_dir, const std::string& to, RenameMode mode) override {
    unsigned flags = 0;
    if (mode == RenameMode::kCreateOnly) flags = RENAME_NOREPLACE;
    if (mode == RenameMode::kExchange) flags = RENAME_EXCHANGE;
    return retried([&] { return ::renameat2(from_dir, from.c_str(), to_dir, to.c_str(), flags); });
  }
  int unlink(int dir, const std::string& name) override {
    return retried([&] { return ::unlinkat(dir, name.c_str(), 0); });
  }
  int remove_folder(int dir, const std::string& name) override {
    return retried([&] { return ::unlinkat(dir, name.c_str(), AT_REMOVEDIR); });
  }

  int take_lease(int fd) override {
    // A break is told by SIGURG, which does nothing unless asked for; the default, SIGIO, would end the process. We ask
    // has_lease() instead of listening.
    const int code = retried([&] { return ::fcntl(fd, F_SETSIG, SIGURG); });
    if (code < 0) return code;
    return retried([&] { return ::fcntl(fd, F_SETLEASE, F_RDLCK); });
  }
  int has_lease(int fd) override {
    const int kind = retried([&] { return ::fcntl(fd, F_GETLEASE); });
    return kind < 0 ? kind : static_cast<int>(kind == F_RDLCK);
  }
  int release_lease(int fd) override {
    return retried([&] { return ::fcntl(fd, F_SETLEASE, F_UNLCK); });
  }
  int lock(int fd) override {
    return retried([&] { return ::flock(fd, LOCK_EX | LOCK_NB); });
  }

 private:
  static int stat_of(int dir, const char* name, int flags, FileStat& out) {
    struct statx st {};
    const int code = retried([&] { return ::statx(dir, name, flags, STATX_BASIC_STATS | STATX_BTIME, &st); });
    if (code >= 0) fill(out, st);
    return code;
  }

  std::atomic<bool> no_openat2_;
};

ErrorCode code_of(int number) {
  switch (number) {
    case ENOENT:
    case ENOTDIR: return ErrorCode::kNotFound;
    case EEXIST: return ErrorCode::kAlreadyExists;
    case EACCES:
    case EPERM:
    case EROFS: return ErrorCode::kPermissionDenied;
    case ENOSPC:
    case EFBIG:  // a limit of file sizes
    case EDQUOT: return ErrorCode::kNoSpace;
    case EINVAL:
    case ENAMETOOLONG:
    case ELOOP: return ErrorCode::kInvalidArgument;
    case EMFILE:
    case ENFILE:
    case ENOMEM: return ErrorCode::kThrottled;
    case EXDEV:
    case ENOSYS:
    case EOPNOTSUPP: return ErrorCode::kUnsupported;
    default: return ErrorCode::kUnavailable;
  }
}

}  // namespace

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = other.release();
  }
  return *this;
}

int Fd::release() { return std::exchange(fd_, -1); }

void Fd::reset() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

int move_file(Posix& posix, const FileIdentity& file, int from_dir, const std::string& from, int to_dir,
              const std::string& to) {
  const int code = posix.rename(from_dir, from, to_dir, to, RenameMode::kCreateOnly);
  if (code >= 0 || code == -EEXIST) return code;
  FileStat st;
  return posix.stat_at(to_dir, to, st) >= 0 && identity_of(st) == file ? 0 : code;
}

Posix& system_posix() {
  static SystemPosix posix(false);
  return posix;
}

Posix& system_posix_without_openat2() {
  static SystemPosix posix(true);
  return posix;
}

Error posix_error(std::int64_t code, const std::string& doing) {
  const int number = static_cast<int>(-code);
  return {code_of(number), doing + ": " + std::generic_category().message(number)};
}

}  // namespace scalper
