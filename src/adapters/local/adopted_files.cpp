#include "adapters/local/adopted_files.h"

#include <algorithm>
#include <cerrno>
#include <functional>
#include <utility>

#include "base/escape.h"

namespace scalper {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 30U;  // of one kernel copy
constexpr std::size_t kChunk = std::size_t{1} << 18U;

Error gone() { return {ErrorCode::kNotFound, "the version is gone: its file was published, removed or written to"}; }

bool needs_reading(std::int64_t code) {
  return code == -EXDEV || code == -EINVAL || code == -ENOSYS || code == -EOPNOTSUPP;
}

Result<void> write_all(Posix& posix, int fd, Bytes bytes) {
  while (!bytes.empty()) {
    const std::int64_t wrote = posix.write(fd, bytes);
    if (wrote < 0) return posix_error(wrote, "writing to .scalper/staging");
    bytes = bytes.subspan(static_cast<std::size_t>(wrote));
  }
  return {};
}

Result<void> copy_bytes(Posix& posix, int from, int to) {
  std::vector<std::byte> chunk;
  for (std::uint64_t at = 0;;) {
    if (chunk.empty()) {
      const std::int64_t copied = posix.copy(from, at, to, kPiece);
      if (copied == 0 && at > 0) return {};
      if (copied < 0 && !needs_reading(copied)) return posix_error(copied, "copying to .scalper/staging");
      if (copied > 0) {
        at += static_cast<std::uint64_t>(copied);
        continue;
      }
      chunk.resize(kChunk);  // also where a file system says 0 for what it cannot copy: reading tells
    }
    const std::int64_t got = posix.read(from, chunk, at);
    if (got < 0) return posix_error(got, "reading an adopted file");
    if (got == 0) return {};
    SCALPER_TRY(write_all(posix, to, Bytes(chunk).first(static_cast<std::size_t>(got))));
    at += static_cast<std::uint64_t>(got);
  }
}

}  // namespace

int open_spot(Posix& posix, const Fd& root, const std::string& path, Spot& out) {
  const std::size_t slash = path.rfind('/');
  out.name = slash == std::string::npos ? path : path.substr(slash + 1);
  out.dir = root.get();
  if (slash == std::string::npos) return 0;
  const int fd = posix.open_beneath(root.get(), path.substr(0, slash), OpenFor::kFolder);
  if (fd < 0) return fd;
  out.parent = Fd(fd);
  out.dir = fd;
  return 0;
}

int Hold::is_whole() const {
  if (gone) return 0;
  if (!leased) return 1;
  const int kept = folder.posix.has_lease(fd.get());
  if (kept <= 0) return kept;
  FileStat now;  // a second name is made without breaking a lease
  const int looked = folder.posix.stat(fd.get(), now);
  return looked < 0 ? looked : static_cast<int>(folder.is_ours_alone(now));
}

void Hold::note_crc(std::uint64_t value) {
  const std::lock_guard lock(crc_mutex_);
  crc_ = value;
}

std::optional<std::uint64_t> Hold::crc() const {
  const std::lock_guard lock(crc_mutex_);
  return crc_;
}

Result<std::optional<AdoptedVersion>> AdoptedFiles::find(const std::string& generation) {
  auto version = ledger.find(generation);
  if (!version || version->published || version->place == AdoptedVersion::Place::kReview)
    return std::optional<AdoptedVersion>{};
  if (!version->settled) SCALPER_TRY(settle(*version));
  return version;
}

Result<void> AdoptedFiles::settle(const AdoptedVersion& version) {
  const bool in = version.place == AdoptedVersion::Place::kIn;
  FileStat st;
  const int found = folder.posix.stat_at(in ? folder.in.get() : folder.staging.get(), version.generation, st);
  if (found == -ENOENT) return {};  // on its way in, or out
  if (found < 0) return posix_error(found, "looking at an adopted file");
  FolderSync& sync = in ? folder.in_sync : folder.staging_sync;
  if (const int code = sync.sync(folder.posix, in ? folder.in : folder.staging); code < 0)
    return posix_error(code, "syncing the folder of adopted files");
  Spot spot;
  const int opened = open_spot(folder.posix, folder.input, version.key.value(), spot);
  if (opened == 0) {
    const int code = syncs.sync(folder.posix, spot.parent.is_open() ? spot.parent : folder.input);
    if (code < 0) return posix_error(code, "syncing a folder of the inbox");
  } else if (opened != -ENOENT && opened != -ENOTDIR && opened != -ELOOP && opened != -EXDEV && in) {
    return posix_error(opened, "opening a folder of the inbox");
  }
  ledger.settle(version.generation);
  return {};
}

std::mutex& AdoptedFiles::making(const std::string& generation) {
  return making_.at(std::hash<std::string>{}(generation) % making_.size());
}

Result<std::shared_ptr<Hold>> AdoptedFiles::hold(const AdoptedVersion& version) {
  const std::lock_guard one(making(version.generation));
  std::shared_ptr<Hold> there = held(version.generation);
  const bool as_copy = there && there->sync_failed;
  if (as_copy) {
    SCALPER_TRY(drop_unsynced(*there));
  } else if (there) {
    const int whole = there->is_whole();
    if (whole < 0) return posix_error(whole, "asking for a lease");
    if (whole == 0) return there->gone ? gone() : give_back(*there);
    return there;
  }
  SCALPER_TRY_ASSIGN(there, make_hold(version, as_copy));
  keep(there);
  if (!ledger.find(version.generation)) {  // published or removed while we opened it
    const std::lock_guard lock(there->mutex);
    release(*there);
    return gone();
  }
  return there;
}

Result<std::shared_ptr<Hold>> AdoptedFiles::make_hold(const AdoptedVersion& version, bool as_copy) {
  auto hold = std::make_shared<Hold>(folder, version);
  hold->in_staging = version.place == AdoptedVersion::Place::kStaging;
  hold->name = version.generation;
  const int opened = folder.posix.open(hold->dir(), hold->name, OpenFor::kRead);
  if (opened == -ENOENT) return gone();
  if (opened < 0) return posix_error(opened, "opening an adopted file");
  hold->fd = Fd(opened);
  if (const int code = folder.posix.stat(opened, hold->stat); code < 0)
    return posix_error(code, "looking at an adopted file");
  if (identity_of(hold->stat) != version.file) return gone();
  if (hold->in_staging) {
    if (version.crc64nvme) {  // this run wrote it, and synced it before it was accepted
      hold->note_crc(*version.crc64nvme);
      hold->synced = true;
    }
    return hold;
  }
  if (!folder.has_leases) return hold_copy(*hold);
  const int lease = folder.posix.take_lease(opened);
  if (lease == -EAGAIN) return give_back(*hold);
  if (lease < 0) return hold_copy(*hold);
  hold->leased = true;
  if (const int code = folder.posix.stat(opened, hold->stat); code < 0)
    return posix_error(code, "looking at an adopted file");
  if (as_copy || !folder.is_ours_alone(hold->stat)) return hold_copy(*hold);
  return hold;
}

// Nothing was decided on its bytes: the sync comes before that.
Result<void> AdoptedFiles::drop_unsynced(Hold& hold) {
  const std::lock_guard lock(hold.mutex);
  if (hold.gone) return gone();
  const auto known = ledger.find(hold.version.generation);
  if (known && known->is_offered())  // else it would pass for published
    return Error(ErrorCode::kUnavailable, "a move to its target is still to be undone");
  if (hold.original) {
    const int code = folder.posix.unlink(folder.staging.get(), hold.name);
    if (code < 0 && code != -ENOENT) return posix_error(code, "removing a copy that could not be synced");
  }
  hold.dropped = true;
  const std::lock_guard holds(mutex_);
  const auto at = holds_.find(hold.version.generation);
  if (at != holds_.end() && at->second.get() == &hold) holds_.erase(at);
  return {};
}

Result<std::shared_ptr<Hold>> AdoptedFiles::hold_copy(const Hold& original) {
  auto hold = std::make_shared<Hold>(folder, original.version);
  hold->in_staging = true;
  hold->name = original.name + "." + std::to_string(++copies_);
  auto copied = copy_to_staging(original.fd, original.stat, hold->name);
  if (copied.failed_with(ErrorCode::kPreconditionFailed))
    return Error(ErrorCode::kUnavailable, copied.error().message());  // once it is quiet
  if (!copied.ok()) return copied.error();
  hold->fd = *std::move(copied);
  hold->original = original.stat;
  if (const int code = folder.posix.stat(hold->fd.get(), hold->stat); code < 0) {
    (void)folder.posix.unlink(folder.staging.get(), hold->name);
    return posix_error(code, "looking at a copied file");
  }
  return hold;
}

Result<Fd> AdoptedFiles::copy_to_staging(const Fd& from, const FileStat& before, const std::string& name) {
  Posix& posix = folder.posix;
  const int made = posix.open(folder.staging.get(), name, OpenFor::kCreate);
  if (made < 0) return posix_error(made, "making a file in .scalper/staging");
  Fd to(made);
  auto copied = copy_bytes(posix, from.get(), made);
  FileStat after;
  if (copied.ok()) {
    const int code = posix.stat(from.get(), after);
    if (code < 0)
      copied = posix_error(code, "looking at a file that was copied");
    else if (!after.is_unchanged_since(before))
      copied = Error(ErrorCode::kPreconditionFailed, "the file changed while it was copied");
  }
  if (copied.ok()) return to;
  (void)posix.unlink(folder.staging.get(), name);  // the bytes are where they came from
  return copied.error();
}

void AdoptedFiles::keep(std::shared_ptr<Hold> hold) {
  const std::lock_guard lock(mutex_);
  holds_[hold->version.generation] = std::move(hold);
}

std::shared_ptr<Hold> AdoptedFiles::held(const std::string& generation) {
  const std::lock_guard lock(mutex_);
  const auto at = holds_.find(generation);
  return at == holds_.end() ? nullptr : at->second;
}

std::vector<std::shared_ptr<Hold>> AdoptedFiles::held() {
  std::vector<std::shared_ptr<Hold>> all;
  const std::lock_guard lock(mutex_);
  all.reserve(holds_.size());
  for (const auto& [g, hold] : holds_) all.push_back(hold);
  return all;
}

Error AdoptedFiles::give_back(Hold& hold) {
  const std::lock_guard lock(hold.mutex);
  return give_back_locked(hold);
}

Error AdoptedFiles::give_back_locked(Hold& hold) {
  if (hold.gone || hold.dropped) return gone();
  const auto known = ledger.find(hold.version.generation);
  if (known && known->is_offered())  // else it would pass for published
    return {ErrorCode::kUnavailable, "a move to its target is still to be undone"};
  if (const int code = return_to_inbox(hold.version); code < 0)
    if (const auto renamed = rename_generation(hold.version); !renamed.ok()) return renamed.error();
  release(hold);
  return {ErrorCode::kNotFound, "the version is gone: its sender writes to it again"};
}

int AdoptedFiles::return_to_inbox(const AdoptedVersion& version) {
  Posix& posix = folder.posix;
  Spot spot;
  if (const int code = open_spot(posix, folder.input, version.key.value(), spot); code < 0) return code;
  const int moved = move_file(posix, version.file, folder.in.get(), version.generation, spot.dir, spot.name);
  if (moved < 0) return moved;
  // Which of the two names a power cut leaves is the same: a file in the inbox, or one whose intent is known.
  (void)syncs.sync(posix, spot.parent.is_open() ? spot.parent : folder.input);
  return 0;
}

Result<void> AdoptedFiles::rename_generation(const AdoptedVersion& version) {
  AdoptedVersion next = version;
  next.generation = ledger.next_generation(clock.wall_now());
  next.time = std::max(time_of_generation(next.generation), version.time);
  next.was = version.generation;
  next.offered_bucket.clear();
  next.settled = false;
  SCALPER_TRY(ledger.intend(next));
  const int in = folder.in.get();
  const int moved = move_file(folder.posix, version.file, in, version.generation, in, next.generation);
  if (moved < 0) {
    ledger.forget(next.generation);
    return posix_error(moved, "giving an adopted file another generation");
  }
  return {};  // it is settled by whoever sees it first
}

void AdoptedFiles::release(Hold& hold) {
  hold.gone = true;
  if (hold.leased) (void)folder.posix.release_lease(hold.fd.get());
  // A start that still finds the sender's file must know that its copy was published.
  if (!hold.original || drop_original(hold.version, hold.original->ctime_ns))
    ledger.forget(hold.version.generation);
  else
    ledger.hide(hold.version.generation);
  const std::lock_guard lock(mutex_);
  const auto at = holds_.find(hold.version.generation);
  if (at != holds_.end() && at->second.get() == &hold) holds_.erase(at);
}

bool AdoptedFiles::drop_original(const AdoptedVersion& version, std::int64_t ctime_ns) {
  Posix& posix = folder.posix;
  FileStat now;
  const int found = posix.stat_at(folder.in.get(), version.generation, now);
  if (found < 0) return found == -ENOENT;
  if (identity_of(now) == version.file && now.ctime_ns == ctime_ns)
    return posix.unlink(folder.in.get(), version.generation) >= 0;
  // Written to since it was copied: the new bytes are another arrival.
  return return_to_inbox(version) >= 0 || rename_generation(version).ok();
}

Result<void> AdoptedFiles::remove_recorded(const AdoptedVersion& version) {
  const bool in = version.place == AdoptedVersion::Place::kIn;
  const int dir = in ? folder.in.get() : folder.staging.get();
  const std::string& name = version.place == AdoptedVersion::Place::kReview ? version.was : version.generation;
  FileStat st;
  const int found = folder.posix.stat_at(dir, name, st);
  if (found == -ENOENT) return {};
  if (found < 0) return posix_error(found, "looking at an adopted file");
  if (identity_of(st) != version.file) return put_aside(dir, name, "stranger." + version.generation);
  const int gone = folder.posix.unlink(dir, name);
  if (gone < 0 && gone != -ENOENT) return posix_error(gone, "removing an adopted file");
  return {};
}

Result<void> AdoptedFiles::put_aside(int dir, const std::string& name, const std::string& as) {
  std::string target = as.empty() ? name : as;
  for (int n = 1; n < 1000; ++n) {
    const int moved = folder.posix.rename(dir, name, folder.replaced.get(), target, RenameMode::kCreateOnly);
    if (moved >= 0 || moved == -ENOENT) return {};
    if (moved != -EEXIST) return posix_error(moved, "moving a file to .scalper/replaced");
    target = (as.empty() ? name : as) + "." + std::to_string(n);
  }
  return Error(ErrorCode::kUnavailable, "no free name in .scalper/replaced");
}

Result<void> AdoptedFiles::adopt_staged(const AdoptedVersion& version) {
  return adopt_from(folder.staging, "up." + version.generation, version);
}

Result<void> AdoptedFiles::adopt_from(const Fd& dir, const std::string& name, const AdoptedVersion& version) {
  SCALPER_TRY(ledger.intend(version));
  const int staging = folder.staging.get();
  const int moved = move_file(folder.posix, version.file, dir.get(), name, staging, version.generation);
  if (moved < 0) {
    ledger.forget(version.generation);
    return posix_error(moved, "naming a staged file");
  }
  if (const int code = folder.staging_sync.sync(folder.posix, folder.staging); code < 0) {
    // Nobody was told of it, and its bytes come again: from their sender, or from the inbox. Those of pieces go back.
    const bool pieces = dir.get() != staging;
    const int undone = pieces ? move_file(folder.posix, version.file, staging, version.generation, dir.get(), name)
                              : folder.posix.unlink(staging, version.generation);
    if (undone >= 0) ledger.forget(version.generation);
    return posix_error(code, "syncing .scalper/staging");
  }
  return {};
}

}  // namespace scalper
