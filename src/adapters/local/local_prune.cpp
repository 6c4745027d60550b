// LocalObjectStore: what is forgotten of the versions of a key.
//
// A version is needed while one of these holds:
// (1) Its file lies at its path: it is what the key has, what a review reads, what removal removes.
// (2) The ledger knows its generation: its move is still to be finished or undone, or its file is out for a review.
// (3) The record whose id it carries is not at rest. Before every copy that is not the first certain one a try looks
//     for a version with its record's id and epoch, also for one that a consumer took long ago, and it may do so after
//     any time: the gate may have been off for a year between the move and the final record. So age says nothing, and
//     the record is asked.
// (4) It is the newest of a key of quarantine. Its file is what a review reads, and a review may come at any time; that
//     it is not at its path now says little: a person looks at it elsewhere, or a disk is away. A file that was removed
//     by hand leaves a few hundred bytes in .scalper/meta behind. In output the file is the consumer's once it was
//     taken.
// Nothing else ever asks for a version, and what is needed by none of these is not needed later either: a file that
// was at rest is looked for under another epoch, whose publication is a version of its own; an id without a record is
// claimed only while input has the version, which is (2); a version whose record is not there yet does not exist, since
// the decision is written before the move. A try whose lease is over, and whose record another has brought to its end,
// may look and find nothing: what it writes then is refused, since the record has another owner.

#include <algorithm>
#include <bit>

#include "adapters/local/local_object_parts.h"

namespace scalper {
namespace {

constexpr std::size_t kManyVersions = 8;
// The last ones stay, needed or not: a consumer may put a file back that it took, and it is known again.
constexpr std::size_t kNewest = 4;

// Of those the newest stay when a key goes to its file: (4).
std::size_t kept_of(const PublishedBucket& bucket) { return bucket.tree == Tree::kQuarantine ? 1 : 0; }

}  // namespace

Result<bool> LocalObjectStore::is_needed(PublishedBucket& bucket, const PublishedVersion& version) {
  if (ledger_.find(version.generation)) return true;
  SCALPER_TRY_ASSIGN(const auto place, bucket.place_of(version));
  if (place) return true;
  const auto id = version.metadata.find(kMetaId);
  return id != version.metadata.end() && !is_at_rest_(id->second);
}

Result<void> LocalObjectStore::forget_unneeded(PublishedBucket& bucket, KeyVersions& known, std::size_t newest) {
  std::vector<PublishedVersion> kept;
  for (std::size_t i = 0; i < known.versions.size(); ++i) {
    PublishedVersion& version = known.versions[i];
    bool needed = i + newest >= known.versions.size();
    if (!needed) {
      SCALPER_TRY_ASSIGN(needed, is_needed(bucket, version));
    }
    if (needed) kept.push_back(std::move(version));
  }
  known.versions = std::move(kept);
  return {};
}

// All of them are looked at when there are 8, 16, 32 ...: where all are needed that costs a publication no more than
// a constant number of looks on average, where none is there are never more than 8.
Result<void> LocalObjectStore::prune(PublishedBucket& bucket, KeyVersions& known) {
  const std::size_t count = known.versions.size();
  if (!is_at_rest_ || count < kManyVersions || !std::has_single_bit(count)) return {};
  return forget_unneeded(bucket, known, kNewest);
}

// Each publication adds one key at most; two go, so that those that were put off do not pile up. The journal is not
// told what is forgotten here: what a crash brings back of it is as little needed.
void LocalObjectStore::write_out_old(PublishedBucket& bucket) {
  for (int i = 0; i < 2; ++i) write_out_due(bucket);
}

bool LocalObjectStore::write_out_due(PublishedBucket& bucket) {
  const auto key = bucket.meta.due(recent_keys_);
  if (!key) return false;
  const std::unique_lock lock(bucket.key_lock(*key), std::try_to_lock);
  if (lock && write_out(bucket, *key).ok()) return true;
  bucket.meta.put_off(*key);
  return false;
}

void LocalObjectStore::write_out_recovered() {
  bool any = false;
  for (PublishedBucket* bucket : {&output_, &quarantine_})
    while (write_out_due(*bucket)) any = true;
  if (any) journal_.renew();
}

Result<void> LocalObjectStore::write_out(PublishedBucket& bucket, const ObjectKey& key) {
  SCALPER_TRY_ASSIGN(KeyVersions known, bucket.meta.load(key));
  if (is_at_rest_) SCALPER_TRY(forget_unneeded(bucket, known, kept_of(bucket)));
  return bucket.meta.write_out(known);
}

}  // namespace scalper
