#include "adapters/local/folder_layout.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "base/escape.h"

namespace scalper {
namespace {

constexpr int kHere = -100;  // AT_FDCWD
constexpr std::uint32_t kPrivate = 0700;

Result<Fd> make_and_open(Posix& posix, int dir, const std::string& name, std::uint32_t mode = kFolderMode) {
  if (const int made = posix.make_folder(dir, name, mode); made < 0 && made != -EEXIST)
    return posix_error(made, "making the folder " + name);
  const int fd = posix.open(dir, name, OpenFor::kFolder);
  if (fd == -ENOTDIR || fd == -ELOOP)
    return Error(ErrorCode::kUnsupported, name + " in the data folder is no folder; a symbolic link will not do");
  if (fd < 0) return posix_error(fd, "opening the folder " + name);
  return Fd(fd);
}

// What another user leaves here, even one who only looks, keeps the owner's gate from starting. Who owns what is made
// here is tried out: a file system may give everything to one user.
Result<void> check_owner(Posix& posix, int own) {
  constexpr const char* kName = "probe.owner";
  FileStat folder;
  if (const int code = posix.stat(own, folder); code < 0) return posix_error(code, "looking at .scalper");
  if (folder.owner == ::geteuid()) return {};
  (void)posix.unlink(own, kName);
  const Fd file(posix.open(own, kName, OpenFor::kCreate));
  FileStat made;
  const int looked = file.is_open() ? posix.stat(file.get(), made) : 0;
  if (file.is_open()) (void)posix.unlink(own, kName);
  if (looked < 0) return posix_error(looked, "looking at a file in .scalper");
  if (file.is_open() && made.owner == folder.owner) return {};
  const std::string uid = std::to_string(folder.owner);
  return Error(ErrorCode::kPermissionDenied, "the data folder belongs to the user with uid " + uid +
                                                 ": run this as that user, as by sudo -u '#" + uid + "'");
}

Result<void> open_all(DataFolder& folder) {
  Posix& posix = folder.posix;
  const int root = folder.root.get();
  SCALPER_TRY_ASSIGN(folder.input, make_and_open(posix, root, "input"));
  SCALPER_TRY_ASSIGN(folder.output, make_and_open(posix, root, "output"));
  SCALPER_TRY_ASSIGN(folder.quarantine, make_and_open(posix, root, "quarantine"));
  SCALPER_TRY_ASSIGN(folder.own, make_and_open(posix, root, ".scalper", kPrivate));
  const int own = folder.own.get();
  SCALPER_TRY(check_owner(posix, own));
  SCALPER_TRY_ASSIGN(folder.in, make_and_open(posix, own, "in"));
  SCALPER_TRY_ASSIGN(folder.staging, make_and_open(posix, own, "staging"));
  SCALPER_TRY_ASSIGN(folder.replaced, make_and_open(posix, own, "replaced"));
  SCALPER_TRY_ASSIGN(folder.uploads, make_and_open(posix, own, "uploads"));
  SCALPER_TRY_ASSIGN(const Fd meta, make_and_open(posix, own, "meta"));
  SCALPER_TRY_ASSIGN(folder.meta_output, make_and_open(posix, meta.get(), "output"));
  SCALPER_TRY_ASSIGN(folder.meta_quarantine, make_and_open(posix, meta.get(), "quarantine"));
  if (const int code = posix.sync(meta.get()); code < 0) return posix_error(code, "syncing .scalper/meta");
  SCALPER_TRY_ASSIGN(folder.journal, make_and_open(posix, own, "journal"));
  if (const int code = posix.sync(own); code < 0) return posix_error(code, "syncing .scalper");
  if (const int code = posix.sync(root); code < 0) return posix_error(code, "syncing the data folder");
  return {};
}

// A rename between two file systems is a copy, and a copy is no rename.
Result<void> check_one_file_system(DataFolder& folder) {
  FileStat own;
  if (const int code = folder.posix.stat(folder.own.get(), own); code < 0)
    return posix_error(code, "looking at .scalper");
  folder.device = own.device;
  const std::pair<const char*, const Fd*> others[] = {{"input", &folder.input},
                                                      {"output", &folder.output},
                                                      {"quarantine", &folder.quarantine},
                                                      {".scalper/in", &folder.in},
                                                      {".scalper/staging", &folder.staging},
                                                      {".scalper/uploads", &folder.uploads},
                                                      {".scalper/replaced", &folder.replaced}};
  for (const auto& [name, fd] : others) {
    FileStat other;
    if (const int code = folder.posix.stat(fd->get(), other); code < 0)
      return posix_error(code, std::string("looking at ") + name);
    if (other.device != own.device)
      return Error(
          ErrorCode::kUnsupported,
          std::string(name) + " is on another file system than .scalper; files could not be moved in one step");
  }
  return {};
}

struct Probes {
  Posix& posix;
  int dir = -1;
  [[nodiscard]] int make(const std::string& name, FileStat& st) const {
    const int fd = posix.open(dir, name, OpenFor::kCreate);
    if (fd < 0) return fd;
    const Fd file(fd);
    return posix.stat(fd, st);
  }
  [[nodiscard]] int clear() const {
    for (const char* name : {"probe.a", "probe.b"})
      if (const int code = posix.unlink(dir, name); code < 0 && code != -ENOENT) return code;
    return 0;
  }
};

Error lacks(const std::string& what) {
  return {ErrorCode::kUnsupported, "the file system of the data folder lacks " + what};
}

// Renames that create only, and exchanges: tried out, since file systems and containers differ.
Result<void> try_out(DataFolder& folder) {
  Posix& posix = folder.posix;
  const int dir = folder.staging.get();
  const Probes probes{posix, dir};
  FileStat a;
  FileStat b;
  if (const int code = probes.clear(); code < 0) return posix_error(code, "clearing .scalper/staging");
  if (const int code = probes.make("probe.a", a); code < 0) return posix_error(code, "writing to .scalper/staging");
  if (const int code = probes.make("probe.b", b); code < 0) return posix_error(code, "writing to .scalper/staging");
  if (posix.rename(dir, "probe.a", dir, "probe.b", RenameMode::kCreateOnly) != -EEXIST)
    return lacks("renames that never replace (renameat2, RENAME_NOREPLACE)");
  FileStat after;
  if (posix.rename(dir, "probe.a", dir, "probe.b", RenameMode::kExchange) < 0 ||
      posix.stat_at(dir, "probe.b", after) < 0 || after.inode != a.inode)
    return lacks("exchanges (renameat2, RENAME_EXCHANGE)");
  const Fd file(posix.open(dir, "probe.a", OpenFor::kRead));
  folder.user = ::geteuid();
  folder.has_leases = file.is_open() && posix.take_lease(file.get()) >= 0;
  if (const int code = probes.clear(); code < 0) return posix_error(code, "clearing .scalper/staging");
  return {};
}

}  // namespace

Result<std::unique_ptr<DataFolder>> DataFolder::open(Posix& posix, const std::string& path) {
  std::error_code failed;
  std::filesystem::create_directories(path, failed);
  if (failed) return posix_error(-failed.value(), "making the data folder " + escape_text(path));
  const auto real = std::filesystem::canonical(path, failed);
  if (failed) return posix_error(-failed.value(), "opening the data folder " + escape_text(path));
  // NOLINTNEXTLINE(modernize-make-unique): an aggregate that does not move is made where it stays
  auto folder = std::unique_ptr<DataFolder>(new DataFolder{.posix = posix, .path = real.string()});
  const int root = posix.open(kHere, real.string(), OpenFor::kFolder);
  if (root < 0) return posix_error(root, "opening the data folder " + escape_text(path));
  folder->root = Fd(root);
  SCALPER_TRY(open_all(*folder));
  SCALPER_TRY_ASSIGN(DataLock lock, DataLock::take(posix, folder->own.get()));
  folder->lock = std::make_unique<DataLock>(std::move(lock));
  SCALPER_TRY(check_one_file_system(*folder));
  SCALPER_TRY(try_out(*folder));
  return folder;
}

Result<bool> DataFolder::has_lost(const std::string& name) {
  FileStat st;
  const int found = posix.stat_at(own.get(), name, st);
  if (found < 0 && found != -ENOENT) return posix_error(found, "looking into .scalper");
  if (found >= 0 && st.size > 0) return false;
  std::vector<FolderEntry> segments;
  if (const int code = posix.list(journal.get(), segments); code < 0)
    return posix_error(code, "listing .scalper/journal");
  return !segments.empty();
}

std::string DataFolder::displaced() const {
  const std::pair<const char*, const Fd*> opened[] = {
      {"input", &input}, {"output", &output}, {"quarantine", &quarantine}, {".scalper", &own}};
  for (const auto& [name, fd] : opened) {
    FileStat ours;
    FileStat there;
    const int looked = posix.stat_at(root.get(), name, there);
    if (looked == -ENOENT) return name;
    if (looked < 0 || posix.stat(fd->get(), ours) < 0) continue;
    if (there.inode != ours.inode || there.device != ours.device) return name;
  }
  return {};
}

int open_folders(Posix& posix, int dir, const std::string& path, std::size_t& depth) {
  Fd held;
  int at = dir;
  depth = 0;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string name = path.substr(begin, end - begin);
    int fd = posix.open(at, name, OpenFor::kFolder);
    if (fd == -ENOENT) {
      // A new name is durable before anything is published below it.
      if (const int made = posix.make_folder(at, name, kFolderMode); made < 0 && made != -EEXIST) return made;
      if (const int synced = posix.sync(at); synced < 0) return synced;
      fd = posix.open(at, name, OpenFor::kFolder);
    }
    if (fd == -ELOOP) return -ENOTDIR;
    if (fd < 0) return fd;
    held = Fd(fd);
    at = fd;
    begin = end + 1;
    ++depth;
  }
  return held.release();
}

}  // namespace scalper
