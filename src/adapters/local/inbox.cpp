#include "adapters/local/inbox.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "adapters/local/adopted_files.h"
#include "ports/may_begin.h"

namespace scalper {
namespace {

using Maybe = std::optional<Adoption>;  // nullopt: go on

Adoption ignored(Ignored::Why why) { return Ignored{why}; }
Adoption not_yet(NotYet::Why why) { return NotYet{why}; }

// One file on its way in.
struct Arrival {
  AdoptedFiles& files;
  Spot spot;
  std::shared_ptr<Hold> hold;
  FileStat st;
  AdoptedVersion version;
};

bool is_relative_path(const std::string& path) {
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view name = std::string_view(path).substr(begin, end - begin);
    if (name.empty() || name == "." || name == ".." || name.find('\0') != std::string_view::npos) return false;
    begin = end + 1;
  }
  return true;
}

// EACCES of a file says that we may not read it, of a folder or a fifo nothing.
Result<Adoption> meet_refusal(Posix& posix, const Spot& spot, int code) {
  if (code == -ENOENT) return ignored(Ignored::Why::kGone);
  if (code == -ELOOP || code == -ENXIO || code == -ENODEV) return ignored(Ignored::Why::kNoFile);
  if (code != -EACCES && code != -EPERM) return posix_error(code, "opening a file of the inbox");
  FileStat st;
  if (posix.stat_at(spot.dir, spot.name, st) >= 0 && st.kind != FileKind::kRegular)
    return ignored(Ignored::Why::kNoFile);
  return not_yet(NotYet::Why::kUnreadable);
}

Result<Maybe> open_candidate(Arrival& arrival, const std::string& path, Fd& fd) {
  Posix& posix = arrival.files.folder.posix;
  const int code = open_spot(posix, arrival.files.folder.input, path, arrival.spot);
  if (code == -ENOENT) return Maybe(ignored(Ignored::Why::kGone));
  if (code == -ENOTDIR || code == -ELOOP || code == -EXDEV) return Maybe(ignored(Ignored::Why::kNoFile));
  if (code < 0) return posix_error(code, "opening a folder of the inbox");
  const int opened = posix.open(arrival.spot.dir, arrival.spot.name, OpenFor::kRead);
  if (opened < 0) {
    SCALPER_TRY_ASSIGN(Adoption refused, meet_refusal(posix, arrival.spot, opened));
    return Maybe(std::move(refused));
  }
  fd = Fd(opened);
  if (const int looked = posix.stat(opened, arrival.st); looked < 0)
    return posix_error(looked, "looking at a file of the inbox");
  if (arrival.st.kind != FileKind::kRegular) return Maybe(ignored(Ignored::Why::kNoFile));
  return Maybe{};
}

// A lease, or the knowledge that there is none to be had: the file is copied before it is read.
Result<Maybe> take_lease(Arrival& arrival, const Fd& fd, bool& leased) {
  DataFolder& folder = arrival.files.folder;
  leased = false;
  if (!folder.has_leases || arrival.st.device != folder.device) return Maybe{};
  const int code = folder.posix.take_lease(fd.get());
  if (code == -EAGAIN) return Maybe(not_yet(NotYet::Why::kBeingWritten));
  if (code < 0) return Maybe{};
  leased = true;
  if (const int looked = folder.posix.stat(fd.get(), arrival.st); looked < 0)
    return posix_error(looked, "looking at a file of the inbox");
  if (!folder.is_ours_alone(arrival.st)) {  // what is written to it later is found when the copy is made
    leased = false;
    (void)folder.posix.release_lease(fd.get());
  }
  return Maybe{};
}

AdoptedVersion version_of(const Arrival& arrival, const std::string& path) {
  AdoptedFiles& files = arrival.files;
  AdoptedVersion version;
  version.generation = files.ledger.next_generation(files.clock.wall_now());
  version.time = time_of_generation(version.generation);
  version.key = ObjectKey{path};
  version.file = identity_of(arrival.st);
  version.size = arrival.st.size;
  return version;
}

Adoption adopted(const AdoptedVersion& version) {
  ObjectEvent event;
  event.ref = {BucketName{"input"}, version.key, VersionId{version.generation}};
  event.size = version.size;
  event.time = version.time;
  return Adopted{std::move(event)};
}

Result<Maybe> copy_in(Arrival& arrival, const Fd& fd);

// What has the name now must be what was looked at; another file goes back and is looked at in its turn.
Result<Maybe> move_in(Arrival& arrival, const Fd& fd) {
  AdoptedFiles& files = arrival.files;
  Posix& posix = files.folder.posix;
  const std::string& generation = arrival.version.generation;
  const int in = files.folder.in.get();
  SCALPER_TRY(files.ledger.intend(arrival.version));
  const int moved = move_file(posix, arrival.version.file, arrival.spot.dir, arrival.spot.name, in, generation);
  if (moved < 0) {
    files.ledger.forget(generation);
    if (moved == -ENOENT) return Maybe(ignored(Ignored::Why::kGone));
    if (moved == -EXDEV) return copy_in(arrival, fd);  // a mount of one file, or of the same device
    return posix_error(moved, "moving a file out of the inbox");
  }
  FileStat now;
  if (const int looked = posix.stat_at(in, generation, now); looked < 0)
    return posix_error(looked, "looking at an adopted file");
  if (identity_of(now) == arrival.version.file) return Maybe{};
  const int back = posix.rename(in, generation, arrival.spot.dir, arrival.spot.name, RenameMode::kCreateOnly);
  // Its name is taken again, or it cannot go back: it came in all the same.
  if (back < 0) {
    AdoptedVersion other = arrival.version;
    other.file = identity_of(now);
    other.size = now.size;
    SCALPER_TRY(files.rename_generation(other));
  }
  files.ledger.forget(generation);
  return Maybe(not_yet(NotYet::Why::kChanged));
}

// The name in the inbox goes only while it still is the file that was copied.
Result<Maybe> remove_origin(Arrival& arrival) {
  Posix& posix = arrival.files.folder.posix;
  FileStat now;
  const int looked = posix.stat_at(arrival.spot.dir, arrival.spot.name, now);
  int gone = looked == -ENOENT ? 0 : looked;
  const bool same = looked >= 0 && now.is_unchanged_since(arrival.st);
  if (same) gone = posix.unlink(arrival.spot.dir, arrival.spot.name);
  if (same && gone < 0) {  // a remote file system may have done it all the same: what it copied is the last copy then
    const int again = posix.stat_at(arrival.spot.dir, arrival.spot.name, now);
    if (again < 0 && again != -ENOENT) return posix_error(again, "looking for a file of the inbox that was copied in");
    if (again == -ENOENT || !now.is_unchanged_since(arrival.st)) gone = 0;
  }
  if (gone >= 0 && (same || looked == -ENOENT)) return Maybe{};
  // Nobody has seen the version; its bytes are in the inbox.
  (void)posix.unlink(arrival.files.folder.staging.get(), arrival.version.generation);
  arrival.files.ledger.forget(arrival.version.generation);
  if (gone < 0) return posix_error(gone, "removing a file of the inbox that was copied in");
  return Maybe(not_yet(NotYet::Why::kChanged));
}

Result<Maybe> copy_in(Arrival& arrival, const Fd& fd) {
  AdoptedFiles& files = arrival.files;
  Posix& posix = files.folder.posix;
  AdoptedVersion& version = arrival.version;
  version.place = AdoptedVersion::Place::kStaging;
  version.origin = identity_of(arrival.st);
  version.origin_ctime_ns = arrival.st.ctime_ns;
  const std::string upload = "up." + version.generation;
  const auto copied = files.copy_to_staging(fd, arrival.st, upload);
  if (copied.failed_with(ErrorCode::kPreconditionFailed)) return Maybe(not_yet(NotYet::Why::kChanged));
  if (!copied.ok()) return copied.error();
  FileStat st;
  int code = posix.sync(copied->get());
  if (code >= 0) code = posix.stat(copied->get(), st);
  version.file = identity_of(st);
  version.size = st.size;
  const auto staged = code < 0 ? posix_error(code, "syncing a file in .scalper/staging") : files.adopt_staged(version);
  if (!staged.ok()) {
    (void)posix.unlink(files.folder.staging.get(), upload);  // its bytes are in the inbox
    return staged.error();
  }
  return remove_origin(arrival);
}

Result<Adoption> bring_in(Arrival& arrival, Fd fd, bool leased) {
  AdoptedFiles& files = arrival.files;
  const bool elsewhere = arrival.st.device != files.folder.device;
  SCALPER_TRY_ASSIGN(Maybe ended, elsewhere ? copy_in(arrival, fd) : move_in(arrival, fd));
  if (ended) return *std::move(ended);
  std::shared_ptr<Hold> hold;
  if (leased && arrival.version.place == AdoptedVersion::Place::kIn) {
    hold = std::make_shared<Hold>(files.folder, arrival.version);
    hold->fd = std::move(fd);
    hold->leased = true;
    hold->name = arrival.version.generation;
    // The rename has changed the time of change.
    if (const int code = files.folder.posix.stat(hold->fd.get(), hold->stat); code < 0)
      return posix_error(code, "looking at an adopted file");
    files.keep(hold);
  }
  SCALPER_TRY(files.settle(arrival.version));
  if (hold && hold->is_whole() == 0) {
    const Error back = files.give_back(*hold);
    if (back.code() != ErrorCode::kNotFound) return back;
    return not_yet(NotYet::Why::kBeingWritten);
  }
  return adopted(arrival.version);
}

}  // namespace

bool is_ignored_in_inbox(std::string_view path) {
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view name = path.substr(begin, end - begin);
    if (name.starts_with('.') || name.starts_with("~$") || name.ends_with(".part") || name.ends_with(".tmp") ||
        name.ends_with(".crdownload"))
      return true;
    begin = end + 1;
  }
  return false;
}

Result<Adoption> Inbox::adopt(const CallContext& context, const std::string& path) {
  SCALPER_TRY(may_begin(context, files_.clock));
  if (is_ignored_in_inbox(path)) return ignored(Ignored::Why::kName);
  if (!is_relative_path(path)) return Error(ErrorCode::kInvalidArgument, "no path below the inbox");
  if (path.size() > kMaxKeyBytes) return ignored(Ignored::Why::kLongName);
  Arrival arrival{.files = files_, .spot = {}, .hold = {}, .st = {}, .version = {}};
  Fd fd;
  SCALPER_TRY_ASSIGN(Maybe ended, open_candidate(arrival, path, fd));
  if (ended) return *std::move(ended);
  bool leased = false;
  SCALPER_TRY_ASSIGN(ended, take_lease(arrival, fd, leased));
  if (ended) return *std::move(ended);
  arrival.version = version_of(arrival, path);
  return bring_in(arrival, std::move(fd), leased);
}

Result<std::size_t> Inbox::give_back_disturbed(const CallContext& context) {
  std::size_t count = 0;
  std::optional<Error> failed;
  for (const auto& hold : files_.held()) {
    SCALPER_TRY(may_begin(context, files_.clock));
    if (hold->gone || hold->is_whole() != 0) continue;
    Error back = files_.give_back(*hold);
    if (back.code() == ErrorCode::kNotFound)
      ++count;
    else
      failed = std::move(back);
  }
  if (failed) return *std::move(failed);
  return count;
}

std::size_t Inbox::waiting() const { return files_.ledger.size(); }

}  // namespace scalper
