#include "adapters/local/folder_contract_source.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>
#include <vector>

#include "adapters/local/folder_layout.h"
#include "base/escape.h"
#include "ports/may_begin.h"

namespace scalper {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{16} << 20;
constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kMaxName = 255;
constexpr std::size_t kMaxDigest = 200;

bool is_plain(std::string_view digest) {
  return !digest.empty() && digest.size() <= kMaxDigest && digest.front() != '.' &&
         std::all_of(digest.begin(), digest.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
                  c == '.';
         });
}

bool is_relative(std::string_view path) {
  if (path.empty() || path.find('\0') != std::string_view::npos) return false;
  std::size_t depth = 0;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view segment = path.substr(at, end - at);
    if (segment.empty() || segment == "." || segment == ".." || segment.size() > kMaxName) return false;
    if (++depth > kMaxDepth) return false;
    at = end + 1;
  }
  return true;
}

Error refused(std::string_view why, std::string_view what) {
  return {ErrorCode::kInvalidArgument, std::string(why) + ": " + escape_text(what)};
}

// By path, so that two sets compare file by file, and a file that another path needs as a folder stands before it.
Result<ContractSet> sorted(ContractSet set) {
  if (!is_plain(set.digest)) return refused("no digest of a set", set.digest);
  std::sort(set.files.begin(), set.files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < set.files.size(); ++i) {
    const std::string& path = set.files[i].path;
    if (!is_relative(path)) return refused("no path within a set", path);
    if (i > 0 && path == set.files[i - 1].path) return refused("the same path twice", path);
    bytes += set.files[i].text.size();
  }
  if (bytes > kMaxBytes) return Error(ErrorCode::kInvalidArgument, "a contract set has at most 16 MiB");
  return set;
}

bool same_files(const ContractSet& a, const ContractSet& b) {
  return std::equal(a.files.begin(), a.files.end(), b.files.begin(), b.files.end(),
                    [](const ContractFile& x, const ContractFile& y) { return x.path == y.path && x.text == y.text; });
}

Result<std::string> read_file(Posix& posix, int dir, const std::string& name, std::size_t at_most) {
  const int fd = posix.open(dir, name, OpenFor::kRead);
  if (fd < 0) return posix_error(fd, "reading a contract file");
  const Fd file(fd);
  std::string text;
  std::array<std::byte, std::size_t{64} * 1024> piece{};
  for (;;) {
    const std::int64_t got = posix.read(fd, piece, text.size());
    if (got < 0) return posix_error(got, "reading a contract file");
    if (got == 0) return text;
    text += as_text(Bytes(piece).first(static_cast<std::size_t>(got)));
    if (text.size() > at_most) return Error(ErrorCode::kCorrupt, "a stored contract set has more than 16 MiB");
  }
}

Result<void> write_file(Posix& posix, int dir, const std::string& name, std::string_view text) {
  const int fd = posix.open(dir, name, OpenFor::kCreate);
  if (fd < 0) return posix_error(fd, "making a contract file");
  const Fd file(fd);
  while (!text.empty()) {
    const std::int64_t put = posix.write(fd, as_bytes(text));
    if (put < 0) return posix_error(put, "writing a contract file");
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  if (const int code = posix.sync(fd); code < 0) return posix_error(code, "syncing a contract file");
  return {};
}

Result<void> collect(Posix& posix, int dir, const std::string& below, std::size_t depth, std::size_t& bytes,
                     std::vector<ContractFile>& files) {
  std::vector<FolderEntry> entries;
  if (const int code = posix.list(dir, entries); code < 0) return posix_error(code, "listing a contract set");
  for (const FolderEntry& entry : entries) {
    FileStat st;
    if (const int code = posix.stat_at(dir, entry.name, st); code < 0)
      return posix_error(code, "looking at a contract file");
    if (st.kind == FileKind::kRegular) {
      SCALPER_TRY_ASSIGN(std::string text, read_file(posix, dir, entry.name, kMaxBytes - bytes));
      bytes += text.size();
      files.push_back({below + entry.name, std::move(text)});
      continue;
    }
    if (st.kind != FileKind::kFolder || depth >= kMaxDepth)
      return Error(ErrorCode::kCorrupt, "a stored contract set holds what is no contract file");
    const int fd = posix.open(dir, entry.name, OpenFor::kFolder);
    if (fd < 0) return posix_error(fd, "listing a contract set");
    const Fd folder(fd);
    SCALPER_TRY(collect(posix, fd, below + entry.name + "/", depth + 1, bytes, files));
  }
  return {};
}

// What a crash left behind.
Result<void> clear(Posix& posix, int dir, const std::string& name) {
  int code = posix.unlink(dir, name);
  if (code == -EISDIR || code == -EPERM) {
    const int fd = posix.open(dir, name, OpenFor::kFolder);
    if (fd < 0) return posix_error(fd, "clearing an unfinished contract set");
    const Fd folder(fd);
    std::vector<FolderEntry> entries;
    if (const int listed = posix.list(fd, entries); listed < 0)
      return posix_error(listed, "clearing an unfinished contract set");
    for (const FolderEntry& entry : entries) SCALPER_TRY(clear(posix, fd, entry.name));
    code = posix.remove_folder(dir, name);
  }
  if (code < 0 && code != -ENOENT) return posix_error(code, "clearing an unfinished contract set");
  return {};
}

Result<Fd> open_or_make(Posix& posix, int dir, const std::string& path) {
  std::size_t depth = 0;
  const int fd = open_folders(posix, dir, path, depth);
  if (fd == -ENOTDIR) return refused("a contract file stands where another needs a folder", path);
  if (fd < 0) return posix_error(fd, "making a folder for contracts");
  return Fd(fd);
}

}  // namespace

Result<std::unique_ptr<FolderContractSource>> FolderContractSource::open(Posix& posix, Fd folder, Clock& clock) {
  SCALPER_TRY_ASSIGN(Fd sets, open_or_make(posix, folder.get(), "sets"));
  return std::unique_ptr<FolderContractSource>(
      new FolderContractSource(posix, std::move(folder), std::move(sets), clock));
}

Result<std::string> FolderContractSource::current_digest(const CallContext& context) {
  SCALPER_TRY(may_begin(context, clock_));
  const std::lock_guard lock(mutex_);
  if (!current_.empty()) return current_;
  FileStat st;
  if (posix_.stat_at(folder_.get(), "current", st) == -ENOENT)
    return Error(ErrorCode::kNotFound, "no contract set was published");
  SCALPER_TRY_ASSIGN(std::string text, read_file(posix_, folder_.get(), "current", kMaxDigest + 1));
  if (!text.ends_with('\n') || !is_plain(text.substr(0, text.size() - 1)))
    return Error(ErrorCode::kCorrupt, "the pointer to the current contract set is damaged");
  text.pop_back();
  current_ = std::move(text);
  return current_;
}

Result<ContractSet> FolderContractSource::read_set(const std::string& digest) {
  const Error missing(ErrorCode::kNotFound, "no contract set " + escape_text(digest));
  if (!is_plain(digest)) return missing;
  const int fd = posix_.open(sets_.get(), digest, OpenFor::kFolder);
  if (fd == -ENOENT) return missing;
  if (fd < 0) return posix_error(fd, "opening a contract set");
  const Fd folder(fd);
  ContractSet set{digest, {}};
  std::size_t bytes = 0;
  SCALPER_TRY(collect(posix_, fd, "", 1, bytes, set.files));
  return sorted(std::move(set));
}

Result<ContractSet> FolderContractSource::load(const CallContext& context, const std::string& digest) {
  SCALPER_TRY(may_begin(context, clock_));
  return read_set(digest);
}

Result<void> FolderContractSource::write_set(const ContractSet& set) {
  SCALPER_TRY(clear(posix_, folder_.get(), "new"));
  {
    SCALPER_TRY_ASSIGN(const Fd fresh, open_or_make(posix_, folder_.get(), "new"));
    for (const ContractFile& file : set.files) {
      const std::size_t slash = file.path.rfind('/');
      Fd below;
      if (slash != std::string::npos) {
        SCALPER_TRY_ASSIGN(below, open_or_make(posix_, fresh.get(), file.path.substr(0, slash)));
      }
      const int dir = below.is_open() ? below.get() : fresh.get();
      SCALPER_TRY(
          write_file(posix_, dir, slash == std::string::npos ? file.path : file.path.substr(slash + 1), file.text));
      if (const int code = posix_.sync(dir); code < 0) return posix_error(code, "syncing a contract set");
    }
  }
  const int moved = posix_.rename(folder_.get(), "new", sets_.get(), set.digest, RenameMode::kCreateOnly);
  if (moved < 0) return posix_error(moved, "putting a contract set in its place");
  for (const Fd* dir : {&sets_, &folder_})
    if (const int code = posix_.sync(dir->get()); code < 0) return posix_error(code, "syncing the contract sets");
  return {};
}

Result<void> FolderContractSource::point_at(const std::string& digest) {
  const std::lock_guard lock(mutex_);
  SCALPER_TRY(clear(posix_, folder_.get(), "current.new"));
  SCALPER_TRY(write_file(posix_, folder_.get(), "current.new", digest + "\n"));
  const int moved = posix_.rename(folder_.get(), "current.new", folder_.get(), "current", RenameMode::kReplace);
  if (moved < 0) return posix_error(moved, "switching to a contract set");
  current_ = digest;
  if (const int code = posix_.sync(folder_.get()); code < 0) return posix_error(code, "syncing the contract sets");
  return {};
}

Result<void> FolderContractSource::publish(const CallContext& context, const ContractSet& set) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY_ASSIGN(const ContractSet ordered, sorted(set));
  const std::lock_guard lock(publishing_);
  const auto stored = read_set(set.digest);
  if (stored.ok() && !same_files(*stored, ordered))
    return Error(ErrorCode::kInvalidArgument, "other files are stored under this digest");
  if (!stored.ok() && stored.error().code() != ErrorCode::kNotFound) return stored.error();
  if (!stored.ok()) SCALPER_TRY(write_set(ordered));
  return point_at(set.digest);
}

}  // namespace scalper
