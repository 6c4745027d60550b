// LocalObjectStore: a file of quarantine or output that a review publishes somewhere else.

#include <cerrno>

#include "adapters/local/local_object_parts.h"

namespace scalper {

// Out of reach first, then as any other: what is public may be moved away by anybody, and that is no publication.
Result<CopyAnswer> LocalObjectStore::copy_review(PublishedBucket& from, const CopyRequest& request,
                                                 Publication& publication) {
  SCALPER_TRY_ASSIGN(const Found found, find_published(from, request.source));
  const std::string& generation = found.version.generation;
  const auto reviewed = review_of(generation);
  if (!request.seal.empty() && (!reviewed || !found.place.stat.is_unchanged_since(reviewed->stat)))
    return Error(ErrorCode::kPreconditionFailed, "the file was changed since it was looked at");
  const Fd file(posix_.open(found.place.spot.dir, found.place.spot.name, OpenFor::kRead));
  FileStat st;
  if (!file.is_open() || posix_.stat(file.get(), st) < 0)
    return Error(ErrorCode::kUnavailable, "the file under review cannot be opened");
  const int lease = folder_.has_leases ? posix_.take_lease(file.get()) : -ENOSYS;
  if (lease == -EAGAIN) return Error(ErrorCode::kUnavailable, "somebody writes to the file under review");
  if (posix_.stat(file.get(), st) < 0 || !st.is_unchanged_since(found.place.stat))
    return Error(ErrorCode::kPreconditionFailed, "the file was changed since it was looked at");
  if (const int code = posix_.sync(file.get()); code < 0) return posix_error(code, "syncing a file under review");
  SCALPER_TRY_ASSIGN(AdoptedVersion review, take_out(from, request.source.key, found));
  Source source;
  source.generation = generation;
  source.dir = folder_.staging.get();
  source.name = review.was;
  source.from = "staging/" + review.was;
  source.dir_sync = &folder_.staging_sync;
  source.folder = &folder_.staging;
  source.stat = st;
  source.time = found.version.time;
  if (reviewed) source.crc64nvme = reviewed->crc64nvme;
  source.content_type = found.version.content_type;
  source.metadata = found.version.metadata;
  source.known = review;
  if (lease >= 0) source.lease = &file;
  auto answer = publish(source, publication);
  if (!answer.ok()) {
    put_back(from, found.version, review, reviewed);
    return answer;
  }
  ledger_.forget(generation);
  from.tidy(found.version.path);
  const std::lock_guard lock(mutex_);
  reviewed_.erase(generation);
  return answer;
}

Result<AdoptedVersion> LocalObjectStore::take_out(PublishedBucket& from, const ObjectKey& key, const Found& found) {
  const auto known = ledger_.find(found.version.generation);
  if (known && known->place == AdoptedVersion::Place::kReview) return *known;  // an earlier try could not put it back
  if (known) return Error(ErrorCode::kUnavailable, "the input version of the file is still to be removed");
  AdoptedVersion review;
  review.generation = found.version.generation;
  review.place = AdoptedVersion::Place::kReview;
  review.bucket = from.name;
  review.key = key;
  review.file = found.version.file;
  review.size = found.place.stat.size;
  review.time = found.version.time;
  review.was = "rv." + generations_.next(clock_.wall_now());
  SCALPER_TRY(ledger_.intend(review));
  const int moved =
      move_file(posix_, review.file, found.place.spot.dir, found.place.spot.name, folder_.staging.get(), review.was);
  if (moved < 0) {
    ledger_.forget(review.generation);
    return posix_error(moved, "taking a file out of " + from.name.value());
  }
  auto synced = from.sync(found.place.spot);
  if (const int code = folder_.staging_sync.sync(posix_, folder_.staging); synced.ok() && code < 0)
    synced = posix_error(code, "syncing .scalper/staging");
  if (!synced.ok()) {
    put_back(from, found.version, review, review_of(review.generation));
    return synced.error();
  }
  return review;
}

// Where it cannot go back, find_published() finds it still, and the next start puts it back.
void LocalObjectStore::put_back(PublishedBucket& from, const PublishedVersion& version, const AdoptedVersion& review,
                                const std::optional<Reviewed>& reviewed) {
  const auto known = ledger_.find(review.generation);
  if (known && known->is_offered()) return;
  const int staging = folder_.staging.get();
  const std::size_t slash = version.path.rfind('/');
  Spot spot{.parent = Fd{}, .dir = from.root.get(), .name = version.path};
  if (slash != std::string::npos) {
    std::size_t depth = 0;
    spot.parent = Fd(open_folders(posix_, from.root.get(), version.path.substr(0, slash), depth));
    if (!spot.parent.is_open()) return;
    spot.dir = spot.parent.get();
    spot.name = version.path.substr(slash + 1);
  }
  const bool back = move_file(posix_, review.file, staging, review.was, spot.dir, spot.name) >= 0;
  if (back) {
    (void)from.sync(spot);  // either of its two names is found again
    ledger_.forget(review.generation);
  }
  FileStat st;
  const int looked = back ? posix_.stat_at(spot.dir, spot.name, st) : posix_.stat_at(staging, review.was, st);
  if (looked >= 0 && reviewed) note_review(review.generation, {st, reviewed->crc64nvme});
}

}  // namespace scalper
