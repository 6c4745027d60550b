#pragma once
// The one narrow seam to the file system: everything that the object store does to a disk goes through here, so that a
// test can make the n-th call fail, or end the process there.
//
// Calls answer a number >= 0, or minus errno as the kernel gave it: callers tell EXDEV from EEXIST. A `name` is one
// file name below the open folder `dir`, never a path; nothing follows a symbolic link. Safe from many threads.

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace scalper {

// Owns a file descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd() { reset(); }
  Fd(Fd&& other) noexcept : fd_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept;
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }
  int release();
  void reset();

 private:
  int fd_ = -1;
};

inline constexpr std::uint32_t kFolderMode = 0750;  // of folders that people open; less the umask

enum class FileKind : std::uint8_t { kRegular, kFolder, kSymlink, kOther };

struct FileStat {
  FileKind kind = FileKind::kOther;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t links = 0;
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;  // since 1970
  std::int64_t ctime_ns = 0;  // nobody can set it back: it tells every change
  std::int64_t birth_ns = 0;  // 0 where the file system keeps none
  std::uint32_t mode = 0;     // permission bits
  std::uint32_t owner = 0;    // user id

  // Size and times: equal means that nobody wrote in between.
  [[nodiscard]] bool is_unchanged_since(const FileStat& before) const {
    return inode == before.inode && device == before.device && size == before.size && mtime_ns == before.mtime_ns &&
           ctime_ns == before.ctime_ns;
  }
};

// Which file it is, on the one file system of the data folder, through every rename. Numbers are used again once a file
// is gone, hence the time of its birth.
struct FileIdentity {
  std::uint64_t inode = 0;
  std::int64_t birth_ns = 0;
  friend auto operator<=>(const FileIdentity&, const FileIdentity&) = default;
};
[[nodiscard]] inline FileIdentity identity_of(const FileStat& st) { return {st.inode, st.birth_ns}; }

struct FolderEntry {
  std::string name;
  FileKind kind = FileKind::kOther;  // kOther also where the file system does not say: ask stat_at()
  bool kind_known = false;
};

enum class OpenFor : std::uint8_t {
  kRead,    // never blocks: a fifo opens at once
  kCreate,  // for writing; EEXIST if there is anything
  kAppend,  // for writing at the end and reading; made if absent
  kFolder,
};

enum class RenameMode : std::uint8_t { kCreateOnly, kExchange, kReplace };

class Posix {
 public:
  virtual ~Posix() = default;

  virtual int open(int dir, const std::string& name, OpenFor how) = 0;
  // A folder or file at the relative `path` of several names, which may neither leave `dir` nor pass a symbolic link.
  virtual int open_beneath(int dir, const std::string& path, OpenFor how) = 0;
  virtual std::int64_t read(int fd, MutableBytes into, std::uint64_t offset) = 0;
  virtual std::int64_t write(int fd, Bytes bytes) = 0;
  // Bytes from `from` at `offset` to the end of `to`, as many as the kernel takes in one go; 0 = the end. -EXDEV,
  // -EINVAL, -ENOSYS or -EOPNOTSUPP: not between these two; read and write instead.
  virtual std::int64_t copy(int from, std::uint64_t offset, int to, std::size_t size) = 0;
  virtual int sync(int fd) = 0;      // of a file or a folder
  virtual int sync_all(int fd) = 0;  // of everything on its file system (syncfs(2))
  virtual int stat(int fd, FileStat& out) = 0;
  virtual int stat_at(int dir, const std::string& name, FileStat& out) = 0;
  virtual int list(int dir, std::vector<FolderEntry>& out) = 0;  // in no order, without . and ..
  virtual int make_folder(int dir, const std::string& name, std::uint32_t mode) = 0;
  virtual int rename(int from_dir, const std::string& from, int to_dir, const std::string& to, RenameMode mode) = 0;
  virtual int unlink(int dir, const std::string& name) = 0;
  virtual int remove_folder(int dir, const std::string& name) = 0;
  // A read lease (fcntl(2), "Leases"): granted only while nobody has the file open for writing.
  virtual int take_lease(int fd) = 0;
  // 1 while the lease is whole, 0 once somebody wants to write.
  virtual int has_lease(int fd) = 0;
  virtual int release_lease(int fd) = 0;
  // Exclusive, not waiting: EWOULDBLOCK if another open file holds it.
  virtual int lock(int fd) = 0;
};

// A rename that creates only, of the file that `file` names. 0 also where the kernel answers an error and the file is
// at its new name all the same.
[[nodiscard]] int move_file(Posix& posix, const FileIdentity& file, int from_dir, const std::string& from, int to_dir,
                            const std::string& to);

// The kernel's. Its life is the program's.
[[nodiscard]] Posix& system_posix();
// The same where openat2(2) is refused, as in some containers.
[[nodiscard]] Posix& system_posix_without_openat2();

// `code` as a Posix call answered it (negative). `doing`: "renaming into the output folder"; no file names.
[[nodiscard]] Error posix_error(std::int64_t code, const std::string& doing);

}  // namespace scalper
