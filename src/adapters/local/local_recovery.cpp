// LocalObjectStore: what the last run left.

#include <cerrno>

#include "adapters/local/local_object_parts.h"

namespace scalper {

Result<void> LocalObjectStore::recover() {
  SCALPER_TRY_ASSIGN(const auto replayed, journal_.replay([this](const Fields& fields) {
    if (ledger_.replayed(fields) || fields.size() != 4 || fields[0] != "meta") return;
    for (PublishedBucket* bucket : {&output_, &quarantine_})
      if (bucket->name.value() == fields[1]) bucket->meta.replayed(fields[2], fields[3]);
  }));
  recovered_.damaged_lines = replayed.damaged;
  for (PublishedBucket* bucket : {&output_, &quarantine_}) SCALPER_TRY(bucket->meta.end_replay());
  SCALPER_TRY(
      journal_.begin([this] { return ledger_.snapshot() + output_.meta.unwritten() + quarantine_.meta.unwritten(); }));
  for (const AdoptedVersion& version : ledger_.all()) SCALPER_TRY(recover_version(version));
  SCALPER_TRY(recover_leftovers());
  recovered_.waiting = ledger_.size();
  return {};
}

Result<void> LocalObjectStore::recover_version(const AdoptedVersion& version) {
  if (version.is_offered()) {
    SCALPER_TRY_ASSIGN(const bool published, recover_offer(version));
    if (published) return finish_recovered(version);
  }
  if (version.place == AdoptedVersion::Place::kReview) return recover_review(version);
  const bool in = version.place == AdoptedVersion::Place::kIn;
  const int dir = in ? folder_.in.get() : folder_.staging.get();
  FileStat st;
  int found = posix_.stat_at(dir, version.generation, st);
  if (found == -ENOENT && in && !version.was.empty()) {
    if (posix_.stat_at(dir, version.was, st) >= 0 && identity_of(st) == version.file)
      found = posix_.rename(dir, version.was, dir, version.generation, RenameMode::kCreateOnly);
  }
  if (found == -ENOENT) {  // never came in, or went out again: the inbox has it, or a target
    ledger_.forget(version.generation);
    return {};
  }
  if (found < 0) return posix_error(found, "looking at an adopted file");
  if (identity_of(st) != version.file) return recover_other(version, dir, st);
  if (version.origin.inode != 0) remove_origin(version);
  return {};
}

// Another file of the same name was renamed in, and the run ended there; or the data folder was copied. It came under
// this key, but for what a damaged journal does not tell any more: a displaced file of output, say.
Result<void> LocalObjectStore::recover_other(const AdoptedVersion& version, int dir, const FileStat& st) {
  AdoptedVersion other = version;
  other.file = identity_of(st);
  other.size = st.size;
  const bool known = version.place == AdoptedVersion::Place::kIn && recovered_.damaged_lines == 0;
  if (!known || (files_.return_to_inbox(other) < 0 && !files_.rename_generation(other).ok())) {
    recovered_.set_aside += 1;
    SCALPER_TRY(files_.put_aside(dir, version.generation, "stranger." + version.generation));
  }
  ledger_.forget(version.generation);
  return {};
}

// The name that a file was copied in from: another file system, or another mount of this one.
void LocalObjectStore::remove_origin(const AdoptedVersion& version) {
  Spot spot;
  FileStat st;
  if (open_spot(posix_, folder_.input, version.key.value(), spot) < 0) return;
  if (posix_.stat_at(spot.dir, spot.name, st) < 0) return;
  if (identity_of(st) == version.origin && st.ctime_ns == version.origin_ctime_ns)
    (void)posix_.unlink(spot.dir, spot.name);  // else it comes in once more
}

// True: the file was published before the end of the last run.
Result<bool> LocalObjectStore::recover_offer(const AdoptedVersion& version) {
  SCALPER_TRY_ASSIGN(PublishedBucket* const bucket, published(BucketName{version.offered_bucket}));
  SCALPER_TRY_ASSIGN(KeyVersions known, bucket->meta.load(version.offered_key));
  const PublishedVersion* const begun = known.find(version.generation);
  if (begun == nullptr) {
    ledger_.clear_offer(version.generation);
    return false;
  }
  SCALPER_TRY_ASSIGN(bool published, bucket->is_published(*begun));
  if (published) {
    SCALPER_TRY_ASSIGN(published, settle_exchange(*bucket, *begun));
  }
  if (published) {
    recovered_.published += 1;
    return true;
  }
  recovered_.undone += 1;
  known.erase(version.generation);
  SCALPER_TRY(bucket->meta.store(known, ""));
  ledger_.clear_offer(version.generation);
  return false;
}

// What was displaced lies where the published file came from. False: it was not what was to be displaced, and the
// exchange is undone.
Result<bool> LocalObjectStore::settle_exchange(PublishedBucket& bucket, const PublishedVersion& version) {
  const std::size_t slash = version.from.find('/');
  const std::string name = version.from.substr(slash + 1);
  const int dir = version.from.starts_with("in/") ? folder_.in.get() : folder_.staging.get();
  FileStat left;
  const int looked = posix_.stat_at(dir, name, left);
  if (looked == -ENOENT) return true;
  if (looked < 0) return posix_error(looked, "looking at a displaced file");
  if (version.displaced.inode != 0 && identity_of(left) != version.displaced) {
    SCALPER_TRY_ASSIGN(const auto place, bucket.place_of(version));
    if (place && posix_.rename(place->spot.dir, place->spot.name, dir, name, RenameMode::kExchange) >= 0) return false;
  }
  recovered_.set_aside += 1;
  const bool displaced = version.displaced.inode != 0 && identity_of(left) == version.displaced;
  SCALPER_TRY(files_.put_aside(dir, name, displaced ? version.displaced_name : "stranger." + version.generation));
  return true;
}

// Its publication has happened. Of a file that was published as a copy the sender's own is there still.
Result<void> LocalObjectStore::finish_recovered(const AdoptedVersion& version) {
  const bool copied = version.place == AdoptedVersion::Place::kIn && version.offered_ctime_ns != 0;
  if (copied && !files_.drop_original(version, version.offered_ctime_ns))
    ledger_.hide(version.generation);
  else
    ledger_.forget(version.generation);
  return {};
}

Result<void> LocalObjectStore::recover_review(const AdoptedVersion& version) {
  FileStat st;
  const int found = posix_.stat_at(folder_.staging.get(), version.was, st);
  if (found == -ENOENT) {
    ledger_.forget(version.generation);
    return {};
  }
  if (found < 0) return posix_error(found, "looking at a file under review");
  SCALPER_TRY_ASSIGN(PublishedBucket* const bucket, published(version.bucket));
  SCALPER_TRY_ASSIGN(KeyVersions known, bucket->meta.load(version.key));
  const PublishedVersion* const there = known.find(version.generation);
  if (there != nullptr && identity_of(st) == there->file) {
    recovered_.undone += 1;
    put_back(*bucket, *there, version, std::nullopt);
    return {};
  }
  recovered_.set_aside += 1;
  SCALPER_TRY(files_.put_aside(folder_.staging.get(), version.was, "stranger." + version.generation));
  ledger_.forget(version.generation);
  return {};
}

Result<void> LocalObjectStore::recover_leftovers() {
  std::vector<FolderEntry> entries;
  if (const int code = posix_.list(folder_.in.get(), entries); code < 0)
    return posix_error(code, "listing .scalper/in");
  for (const FolderEntry& entry : entries) {
    const auto known = ledger_.find(entry.name);
    if (known && known->place == AdoptedVersion::Place::kIn) continue;
    recovered_.set_aside += 1;  // nobody knows under which key it came
    SCALPER_TRY(files_.put_aside(folder_.in.get(), entry.name, ""));
  }
  entries.clear();
  if (const int code = posix_.list(folder_.staging.get(), entries); code < 0)
    return posix_error(code, "listing .scalper/staging");
  std::set<std::string> reviews;
  for (const AdoptedVersion& version : ledger_.all())
    if (version.place == AdoptedVersion::Place::kReview) reviews.insert(version.was);
  for (const FolderEntry& entry : entries) {
    if (reviews.contains(entry.name)) continue;
    SCALPER_TRY(recover_staged(entry.name));
  }
  return {};
}

// An upload that was never acknowledged and the copy of a file that is still there go; anything else is kept.
Result<void> LocalObjectStore::recover_staged(const std::string& name) {
  const auto staged = ledger_.find(name);
  if (staged && staged->place == AdoptedVersion::Place::kStaging) return {};
  const auto original = ledger_.find(name.substr(0, name.find('.')));
  const bool copy = original && original->place == AdoptedVersion::Place::kIn && !original->published;
  if (name.starts_with("up.") || copy) {
    const int gone = posix_.unlink(folder_.staging.get(), name);
    if (gone < 0 && gone != -ENOENT) return posix_error(gone, "clearing .scalper/staging");
    return {};
  }
  recovered_.set_aside += 1;
  return files_.put_aside(folder_.staging.get(), name, "");
}

}  // namespace scalper
