// LocalObjectStore: what yields bytes, and what a review reads.

#include <algorithm>
#include <cerrno>
#include <utility>

#include "adapters/local/local_object_parts.h"
#include "digest/crc64nvme.h"
#include "ports/may_begin.h"

namespace scalper {
namespace {

constexpr std::size_t kReviewsNoted = 1000;  // of files that are read and never reviewed; what was read first goes

Result<std::pair<std::uint64_t, std::uint64_t>> ends_of(ByteRange range, std::uint64_t size) {
  if (range.first > size) return Error(ErrorCode::kInvalidArgument, "the range begins beyond the end");
  return std::pair{range.first, range.first + std::min(range.length, size - range.first)};
}

}  // namespace

// Reads an adopted file, whose hold says after each piece whether what was read so far can be trusted; or a published
// one, as it is.
class LocalObjectStore::Reader final : public ByteSource {
 public:
  Reader(LocalObjectStore& store, std::shared_ptr<Hold> hold, std::uint64_t first, std::uint64_t end)
      : store_(store), hold_(std::move(hold)), at_(first), end_(end), whole_(first == 0 && end == hold_->stat.size) {}
  Reader(LocalObjectStore& store, Fd file, std::string generation, const FileStat& stat, std::uint64_t first,
         std::uint64_t end)
      : store_(store),
        file_(std::move(file)),
        generation_(std::move(generation)),
        stat_(stat),
        at_(first),
        end_(end),
        whole_(first == 0 && end == stat.size && !generation_.empty()) {}

  Result<std::size_t> read(const CallContext& context, MutableBytes into) override {
    SCALPER_TRY(may_begin(context, store_.clock_));
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), end_ - at_));
    std::int64_t got = 0;
    if (wanted > 0) got = store_.posix_.read(hold_ ? hold_->fd.get() : file_.get(), into.first(wanted), at_);
    if (got < 0) return posix_error(got, "reading a file");
    if (hold_) SCALPER_TRY(check_hold());
    if (got == 0 && wanted > 0) return Error(ErrorCode::kCorrupt, "the file is shorter than it was");
    const auto size = static_cast<std::size_t>(got);
    at_ += size;
    if (whole_) {
      crc_.update(into.first(size));
      if (at_ == end_) note();
    }
    return size;
  }

 private:
  Result<void> check_hold() {
    const int whole = hold_->is_whole();
    if (whole < 0) return posix_error(whole, "asking for a lease");
    if (whole == 1) return {};
    if (hold_->gone) return Error(ErrorCode::kNotFound, "the version is gone");
    return store_.files_.give_back(*hold_);
  }

  void note() {
    if (hold_)
      hold_->note_crc(crc_.value());
    else
      store_.note_review(generation_, {stat_, crc_.value()});
    whole_ = false;
  }

  LocalObjectStore& store_;
  std::shared_ptr<Hold> hold_;
  Fd file_;
  std::string generation_;
  FileStat stat_;
  std::uint64_t at_;
  const std::uint64_t end_;
  bool whole_;
  Crc64Nvme crc_;
};

Result<OpenedObject> LocalObjectStore::open(const CallContext& context, const ObjectRef& ref, const ETag& if_match,
                                            ByteRange range) {
  SCALPER_TRY(may_begin(context, clock_));
  const Error other_etag{ErrorCode::kPreconditionFailed, "the version has another etag"};
  if (ref.bucket.value() == local::kInput) {
    SCALPER_TRY_ASSIGN(AdoptedVersion version, find_input(ref));
    if (!if_match.empty() && if_match.value() != version.generation) return other_etag;
    SCALPER_TRY_ASSIGN(auto hold, files_.hold(version));
    version.size = hold->stat.size;
    SCALPER_TRY_ASSIGN(const auto ends, ends_of(range, version.size));
    const auto newest = ledger_.current(ref.key);
    ObjectInfo info = describe(version, newest && newest->generation == version.generation);
    return OpenedObject{std::move(info), std::make_unique<Reader>(*this, std::move(hold), ends.first, ends.second)};
  }
  SCALPER_TRY_ASSIGN(PublishedBucket* const bucket, published(ref.bucket));
  auto found = find_at(*bucket, ref);
  if (!found.ok()) return found.error();
  if (!if_match.empty() && if_match.value() != found->version.generation) return other_etag;
  if (found->place.stat.kind != FileKind::kRegular)
    return Error(ErrorCode::kPermissionDenied, "what lies there is no file");
  const int opened = posix_.open(found->place.spot.dir, found->place.spot.name, OpenFor::kRead);
  if (opened == -ENOENT) return local::no_version(ref);
  if (opened < 0) return posix_error(opened, "opening a published file");
  Fd file(opened);
  const FileIdentity looked_at = identity_of(found->place.stat);
  if (const int code = posix_.stat(opened, found->place.stat); code < 0)
    return posix_error(code, "looking at a published file");
  if (identity_of(found->place.stat) != looked_at) return local::no_version(ref);  // replaced meanwhile
  SCALPER_TRY_ASSIGN(const auto ends, ends_of(range, found->place.stat.size));
  ObjectInfo info = describe(*bucket, ref.key, *found);
  const bool ours = is_generation(found->version.generation);
  auto body = std::make_unique<Reader>(*this, std::move(file), ours ? found->version.generation : "", found->place.stat,
                                       ends.first, ends.second);
  return OpenedObject{std::move(info), std::move(body)};
}

void LocalObjectStore::note_review(const std::string& generation, const Reviewed& reviewed) {
  const std::lock_guard lock(mutex_);
  reviewed_[generation] = reviewed;
  reviewed_[generation].number = ++reviews_noted_;
  if (reviewed_.size() <= kReviewsNoted) return;
  reviewed_.erase(std::ranges::min_element(reviewed_, {}, [](const auto& one) { return one.second.number; }));
}

std::optional<LocalObjectStore::Reviewed> LocalObjectStore::review_of(const std::string& generation) {
  const std::lock_guard lock(mutex_);
  const auto at = reviewed_.find(generation);
  return at == reviewed_.end() ? std::nullopt : std::optional(at->second);
}

// The file lies where people can reach it: it must be as it was when it was opened, to the time of its last change.
Result<Seal> LocalObjectStore::seal_review(PublishedBucket& bucket, const ObjectRef& ref) {
  SCALPER_TRY_ASSIGN(const Found found, find_published(bucket, ref));
  const int opened = posix_.open(found.place.spot.dir, found.place.spot.name, OpenFor::kRead);
  if (opened == -ENOENT) return local::no_version(ref);
  if (opened < 0) return posix_error(opened, "opening a file under review");
  const Fd file(opened);
  if (const int code = posix_.sync(opened); code < 0) return posix_error(code, "syncing a file under review");
  FileStat now;
  if (const int code = posix_.stat(opened, now); code < 0) return posix_error(code, "looking at a file under review");
  const auto reviewed = review_of(found.version.generation);
  if (!reviewed || !now.is_unchanged_since(reviewed->stat))
    return Error(ErrorCode::kUnavailable, "the file was changed while it was read");  // the next try reads it again
  return local::seal_of(found.version.path, now);
}

Result<void> LocalObjectStore::confirm_review(const CallContext& context, PublishedBucket& bucket, const ObjectRef& ref,
                                              const std::string& sha256_hex) {
  SCALPER_TRY_ASSIGN(const Found found, find_published(bucket, ref));
  const int opened = posix_.open(found.place.spot.dir, found.place.spot.name, OpenFor::kRead);
  if (opened == -ENOENT) return local::no_version(ref);
  if (opened < 0) return posix_error(opened, "opening a file under review");
  const Fd file(opened);
  FileStat before;
  FileStat after;
  if (const int code = posix_.stat(opened, before); code < 0)
    return posix_error(code, "looking at a file under review");
  SCALPER_TRY_ASSIGN(const auto digests, local::digest_file(context, clock_, posix_, file));
  if (const int code = posix_.stat(opened, after); code < 0) return posix_error(code, "looking at a file under review");
  if (digests.sha256 != sha256_hex || !after.is_unchanged_since(before))
    return Error(ErrorCode::kPreconditionFailed, "the bytes are not those that were judged");
  note_review(found.version.generation, {after, digests.crc64nvme});
  return {};
}

}  // namespace scalper
