#include "adapters/local/local_partial_uploads.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <random>
#include <utility>
#include <vector>

#include "adapters/local/local_object_parts.h"
#include "base/bytes.h"
#include "ports/may_begin.h"

namespace scalper {
namespace {

constexpr const char* kState = ".state";
constexpr std::size_t kChunk = std::size_t{256} << 10U;
constexpr std::size_t kIdDigits = 32;
constexpr std::size_t kLargestState = std::size_t{1} << 20U;

Error none() { return {ErrorCode::kNotFound, "no such upload; it may have expired"}; }

bool is_id(std::string_view text) {
  return text.size() == kIdDigits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string new_id() {
  std::random_device source;
  std::array<std::byte, kIdDigits / 2> bytes{};
  for (std::size_t at = 0; at < bytes.size(); at += 4) {
    const std::uint32_t number = source();
    for (std::size_t i = 0; i < 4; ++i) bytes.at(at + i) = static_cast<std::byte>(number >> (8 * i));
  }
  return to_hex(bytes);
}

std::string upload_line(const PartialUpload& upload) {
  Fields fields{"upload",
                upload.id,
                upload.owner,
                upload.key.value(),
                std::to_string(upload.size),
                upload.sha256.value_or(""),
                upload.content_type};
  append_metadata(fields, upload.metadata);
  return line_of(fields);
}

bool read_upload(const Fields& fields, PartialUpload& upload) {
  if (fields.size() < 7 || !is_id(fields[1])) return false;
  const auto size = number_of(fields[4]);
  auto metadata = metadata_from(fields, 7);
  if (!size || !metadata) return false;
  upload.id = fields[1];
  upload.owner = fields[2];
  upload.key = ObjectKey{fields[3]};
  upload.size = *size;
  if (!fields[5].empty()) upload.sha256 = fields[5];
  upload.content_type = fields[6];
  upload.metadata = *std::move(metadata);
  return true;
}

void read_line(const Fields& fields, PartialUpload& upload) {
  if (fields.empty()) return;
  if (fields[0] == "upload") {
    (void)read_upload(fields, upload);
  } else if (fields[0] == "offset" && fields.size() == 3) {
    upload.offset = number_of(fields[1]).value_or(upload.offset);
    upload.expires = WallTime{Millis{signed_number_of(fields[2]).value_or(0)}};
  } else if (fields[0] == "became" && fields.size() == 2 && is_generation(fields[1])) {
    upload.became = ObjectRef{BucketName{local::kInput}, upload.key, VersionId{fields[1]}};
  }
}

Result<std::string> read_text(Posix& posix, int fd) {
  std::string text;
  std::vector<std::byte> chunk(kChunk);
  while (text.size() < kLargestState) {
    const std::int64_t got = posix.read(fd, chunk, text.size());
    if (got < 0) return posix_error(got, "reading what is known of an upload");
    if (got == 0) break;
    text += as_text(Bytes(chunk).first(static_cast<std::size_t>(got)));
  }
  return text;
}

Result<void> write_all(Posix& posix, int fd, Bytes bytes) {
  while (!bytes.empty()) {
    const std::int64_t wrote = posix.write(fd, bytes);
    if (wrote < 0) return posix_error(wrote, "writing to .scalper/uploads");
    bytes = bytes.subspan(static_cast<std::size_t>(wrote));
  }
  return {};
}

// Writes what comes, at most `room` bytes; `got` counts also where it ends in an error.
Result<void> write_pieces(const CallContext& context, Posix& posix, ByteSource& body, int fd, std::uint64_t room,
                          std::uint64_t& got) {
  std::vector<std::byte> chunk(kChunk);
  for (;;) {
    SCALPER_TRY_ASSIGN(const std::size_t size, body.read(context, chunk));
    if (size == 0) return {};
    if (size > room - got) return Error(ErrorCode::kInvalidArgument, "more bytes than the upload has");
    SCALPER_TRY(write_all(posix, fd, Bytes(chunk).first(size)));
    got += size;
  }
}

}  // namespace

class LocalPartialUploads::Use {
 public:
  Use(LocalPartialUploads& uploads, std::string id) : uploads_(uploads), id_(std::move(id)) {
    const std::lock_guard lock(uploads_.mutex_);
    held_ = uploads_.in_use_.insert(id_).second;
  }
  ~Use() {
    if (!held_) return;
    const std::lock_guard lock(uploads_.mutex_);
    uploads_.in_use_.erase(id_);
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  [[nodiscard]] Result<void> check() const {
    if (held_) return {};
    return Error(ErrorCode::kCancelled, "another request is at work on this upload");
  }

 private:
  LocalPartialUploads& uploads_;
  const std::string id_;
  bool held_ = false;
};

Result<std::unique_ptr<LocalPartialUploads>> LocalPartialUploads::open(DataFolder& folder, LocalObjectStore& store,
                                                                       Clock& clock, PartialUploadLimits limits) {
  std::unique_ptr<LocalPartialUploads> uploads(new LocalPartialUploads(folder, store, clock, limits));
  SCALPER_TRY(uploads->read_all());
  return uploads;
}

Result<void> LocalPartialUploads::read_all() {
  std::vector<FolderEntry> entries;
  if (const int code = folder_.posix.list(folder_.uploads.get(), entries); code < 0)
    return posix_error(code, "listing .scalper/uploads");
  std::set<std::string> ids;
  for (const FolderEntry& entry : entries) ids.insert(entry.name.substr(0, entry.name.find('.')));
  for (const std::string& id : ids) {
    SCALPER_TRY_ASSIGN(const bool known, read_one(id));
    if (!known) SCALPER_TRY(remove_files(id));
  }
  return {};
}

// False: nobody was told of it, or nobody can tell what it was.
Result<bool> LocalPartialUploads::read_one(const std::string& id) {
  Posix& posix = folder_.posix;
  const int opened = posix.open(folder_.uploads.get(), id + kState, OpenFor::kRead);
  if (opened == -ENOENT) return false;
  if (opened < 0) return posix_error(opened, "opening what is known of an upload");
  const Fd file(opened);
  SCALPER_TRY_ASSIGN(const std::string text, read_text(posix, opened));
  PartialUpload upload;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    if (end == std::string::npos) break;  // torn: nobody was told
    if (const auto fields = fields_of(std::string_view(text).substr(at, end - at))) read_line(*fields, upload);
    at = end + 1;
  }
  if (upload.id != id || upload.expires == WallTime{}) return false;
  FileStat st;
  const int found = posix.stat_at(folder_.uploads.get(), id, st);
  if (found >= 0) {
    upload.became.reset();  // it was to be moved, and was not
    if (st.size < upload.offset) return false;
  } else if (found != -ENOENT) {
    return posix_error(found, "looking at an upload");
  } else if (!upload.became) {
    return false;
  }
  keep(upload);
  return true;
}

void LocalPartialUploads::keep(const PartialUpload& upload) {
  const std::lock_guard lock(mutex_);
  uploads_[upload.id] = upload;
}

Result<void> LocalPartialUploads::remove_files(const std::string& id) {
  // The bytes first: a state without them is known to be over.
  for (const std::string& name : {id, id + kState}) {
    const int gone = folder_.posix.unlink(folder_.uploads.get(), name);
    if (gone < 0 && gone != -ENOENT) return posix_error(gone, "removing an upload");
  }
  return {};
}

Result<void> LocalPartialUploads::note(const std::string& id, const std::string& line) {
  Posix& posix = folder_.posix;
  const int opened = posix.open(folder_.uploads.get(), id + kState, OpenFor::kAppend);
  if (opened < 0) return posix_error(opened, "opening what is known of an upload");
  const Fd file(opened);
  SCALPER_TRY(write_all(posix, opened, as_bytes(line)));
  if (const int code = posix.sync(opened); code < 0) return posix_error(code, "syncing what is known of an upload");
  return {};
}

Result<void> LocalPartialUploads::note_offset(const PartialUpload& upload) {
  return note(upload.id, line_of({"offset", std::to_string(upload.offset),
                                  std::to_string(upload.expires.time_since_epoch().count())}));
}

Result<PartialUpload> LocalPartialUploads::create(const CallContext& context, PartialUpload upload) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY(local::check_key(upload.key));
  SCALPER_TRY(local::check_metadata(upload.metadata));
  upload.id = new_id();
  upload.offset = 0;
  const WallTime latest = clock_.wall_now() + limits_.kept_for;
  upload.expires = upload.expires == WallTime{} ? latest : std::min(upload.expires, latest);
  upload.became.reset();
  {
    const std::lock_guard lock(mutex_);
    const auto of_owner = std::ranges::count_if(
        uploads_, [&](const auto& other) { return other.second.owner == upload.owner && !other.second.became; });
    if (uploads_.size() >= limits_.most || static_cast<std::size_t>(of_owner) >= limits_.most_of_one)
      return Error(ErrorCode::kThrottled, "too many uploads are open; finish or delete some");
    uploads_[upload.id] = upload;  // counts from now on; found once it is durable
    in_use_.insert(upload.id);
  }
  Posix& posix = folder_.posix;
  const auto make = [&]() -> Result<void> {
    const Fd bytes(posix.open(folder_.uploads.get(), upload.id, OpenFor::kCreate));
    if (!bytes.is_open()) return Error(ErrorCode::kUnavailable, "making a file in .scalper/uploads");
    SCALPER_TRY(note(upload.id, upload_line(upload)));
    SCALPER_TRY(note_offset(upload));
    if (const int code = posix.sync(folder_.uploads.get()); code < 0)
      return posix_error(code, "syncing .scalper/uploads");
    return {};
  };
  const auto made = make();
  const std::lock_guard lock(mutex_);
  in_use_.erase(upload.id);
  if (made.ok()) {
    uploads_[upload.id] = upload;
    return upload;
  }
  uploads_.erase(upload.id);
  (void)remove_files(upload.id);
  return made.error();
}

Result<PartialUpload> LocalPartialUploads::find(const CallContext& context, const std::string& id) {
  SCALPER_TRY(may_begin(context, clock_));
  const std::lock_guard lock(mutex_);
  const auto at = uploads_.find(id);
  if (at == uploads_.end() || at->second.expires < clock_.wall_now()) return none();
  return at->second;
}

Result<void> LocalPartialUploads::cut(int fd, std::uint64_t size) {
  if (::ftruncate(fd, static_cast<off_t>(size)) != 0) return posix_error(-errno, "cutting an upload");
  return {};
}

Result<PartialUpload> LocalPartialUploads::append(const CallContext& context, const std::string& id,
                                                  std::uint64_t offset, ByteSource& body, bool whole_only) {
  const Use use(*this, id);
  SCALPER_TRY_ASSIGN(PartialUpload upload, find(context, id));
  SCALPER_TRY(use.check());
  if (upload.became || upload.offset != offset)
    return Error(ErrorCode::kPreconditionFailed, "the upload has the offset " + std::to_string(upload.offset));
  Posix& posix = folder_.posix;
  const Fd file(posix.open(folder_.uploads.get(), id, OpenFor::kAppend));
  if (!file.is_open()) return Error(ErrorCode::kUnavailable, "opening an upload");
  SCALPER_TRY(cut(file.get(), upload.offset));  // of what an earlier try wrote and nobody was told
  std::uint64_t got = 0;
  const auto written = write_pieces(context, posix, body, file.get(), upload.size - upload.offset, got);
  const bool keeps = written.ok() || (!whole_only && !written.failed_with(ErrorCode::kInvalidArgument));
  if (!keeps || got == 0) {
    SCALPER_TRY(cut(file.get(), upload.offset));
    if (!written.ok()) return written.error();
    return upload;
  }
  if (const int code = posix.sync(file.get()); code < 0) return posix_error(code, "syncing an upload");
  upload.offset += got;
  upload.expires = clock_.wall_now() + limits_.kept_for;
  SCALPER_TRY(note_offset(upload));
  keep(upload);
  if (!written.ok()) return written.error();
  return upload;
}

Result<void> LocalPartialUploads::check_digest(const CallContext& context, const PartialUpload& upload) {
  if (!upload.sha256) return {};
  const Fd file(folder_.posix.open(folder_.uploads.get(), upload.id, OpenFor::kRead));
  if (!file.is_open()) return Error(ErrorCode::kUnavailable, "opening an upload");
  SCALPER_TRY_ASSIGN(const auto digests, local::digest_file(context, clock_, folder_.posix, file));
  if (digests.sha256 == *upload.sha256) return {};
  return Error(ErrorCode::kCorrupt,
               "the bytes have the SHA-256 " + digests.sha256 + ", their sender stated " + *upload.sha256);
}

Result<ObjectInfo> LocalPartialUploads::complete(const CallContext& context, const std::string& id) {
  const Use use(*this, id);
  SCALPER_TRY_ASSIGN(PartialUpload upload, find(context, id));
  SCALPER_TRY(use.check());
  if (upload.became) {
    ObjectInfo info;
    info.ref = *upload.became;
    info.size = upload.size;
    return info;
  }
  if (!upload.is_whole()) return Error(ErrorCode::kPreconditionFailed, "the upload is not whole yet");
  const Result<void> same = check_digest(context, upload);
  if (same.failed_with(ErrorCode::kCorrupt)) {
    SCALPER_TRY(remove_files(id));
    const std::lock_guard lock(mutex_);
    uploads_.erase(id);
  }
  if (!same.ok()) return same.error();
  return move_in(context, std::move(upload));
}

Result<ObjectInfo> LocalPartialUploads::move_in(const CallContext& context, PartialUpload upload) {
  const std::string generation = store_.next_generation();
  SCALPER_TRY(note(upload.id, line_of({"became", generation})));
  SCALPER_TRY_ASSIGN(ObjectInfo info, store_.take_in(context, folder_.uploads, upload.id, generation, upload.key,
                                                     upload.metadata, upload.content_type));
  upload.became = info.ref;
  keep(upload);
  return info;
}

Result<void> LocalPartialUploads::remove(const CallContext& context, const std::string& id) {
  const Use use(*this, id);
  SCALPER_TRY_ASSIGN(const PartialUpload upload, find(context, id));
  SCALPER_TRY(use.check());
  SCALPER_TRY(remove_files(id));
  const std::lock_guard lock(mutex_);
  uploads_.erase(id);
  return {};
}

Result<std::size_t> LocalPartialUploads::expire(const CallContext& context) {
  std::vector<std::string> over;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, upload] : uploads_)
      if (upload.expires < clock_.wall_now() && !in_use_.contains(id)) over.push_back(id);
  }
  std::size_t gone = 0;
  for (const std::string& id : over) {
    SCALPER_TRY(may_begin(context, clock_));
    const Use use(*this, id);
    if (!use.check().ok()) continue;
    SCALPER_TRY(remove_files(id));
    const std::lock_guard lock(mutex_);
    gone += uploads_.erase(id);
  }
  return gone;
}

std::uint64_t LocalPartialUploads::bytes() {
  const std::lock_guard lock(mutex_);
  std::uint64_t bytes = 0;
  for (const auto& [id, upload] : uploads_)
    if (!upload.became) bytes += upload.offset;
  return bytes;
}

}  // namespace scalper
