#include "adapters/local/local_object_parts.h"

#include "base/escape.h"
#include "digest/crc64nvme.h"
#include "digest/sha256.h"
#include "ports/may_begin.h"
#include "ports/metadata.h"

namespace scalper::local {
namespace {
constexpr std::size_t kChunk = std::size_t{256} << 10U;
}

Error no_version(const ObjectRef& ref) {
  return {ErrorCode::kNotFound, "no version " + escape_text(ref.version.value()) + " of " +
                                    escape_text(ref.key.value()) + " in " + escape_text(ref.bucket.value())};
}

Result<void> check_key(const ObjectKey& key) {
  if (key.empty() || key.value().size() > kMaxKeyBytes)
    return Error(ErrorCode::kInvalidArgument, "a key has 1 to 1024 bytes");
  return {};
}

Result<void> check_metadata(const Metadata& metadata) {
  if (metadata_bytes(metadata) > kMaxMetadataBytes)
    return Error(ErrorCode::kInvalidArgument, "more than 2048 bytes of metadata");
  return {};
}

std::string stranger_id(const FileStat& stat) {
  return "stranger-" + std::to_string(stat.inode) + "-" + std::to_string(stat.ctime_ns) + "-" +
         std::to_string(stat.size);
}

Seal seal_of(const std::string& from, const FileStat& stat) {
  return Seal{"1 " + from + " " + std::to_string(stat.inode) + " " + std::to_string(stat.birth_ns) + " " +
              std::to_string(stat.size)};
}

Result<FileDigests> digest_file(const CallContext& context, Clock& clock, Posix& posix, const Fd& file) {
  Sha256 sha;
  Crc64Nvme crc;
  std::vector<std::byte> chunk(kChunk);
  for (std::uint64_t at = 0;;) {
    SCALPER_TRY(may_begin(context, clock));
    const std::int64_t got = posix.read(file.get(), chunk, at);
    if (got < 0) return posix_error(got, "reading a file");
    if (got == 0) break;
    const Bytes bytes = Bytes(chunk).first(static_cast<std::size_t>(got));
    sha.update(bytes);
    crc.update(bytes);
    at += bytes.size();
  }
  return FileDigests{to_hex(sha.finish()), crc.value()};
}

Result<void> write_body(const CallContext& context, Posix& posix, ByteSource& body, const Fd& file,
                        std::uint64_t& crc) {
  Crc64Nvme sum;
  std::vector<std::byte> chunk(kChunk);
  for (;;) {
    SCALPER_TRY_ASSIGN(const std::size_t got, body.read(context, chunk));
    if (got == 0) break;
    Bytes bytes = Bytes(chunk).first(got);
    sum.update(bytes);
    while (!bytes.empty()) {
      const std::int64_t wrote = posix.write(file.get(), bytes);
      if (wrote < 0) return posix_error(wrote, "writing to .scalper/staging");
      bytes = bytes.subspan(static_cast<std::size_t>(wrote));
    }
  }
  crc = sum.value();
  return {};
}

Result<void> make_durable(Hold& hold) {
  if (hold.synced) return {};
  if (hold.sync_failed) return Error(ErrorCode::kUnavailable, "an earlier sync of the file failed");
  Posix& posix = hold.folder.posix;
  if (const int code = posix.sync(hold.fd.get()); code < 0) {
    hold.sync_failed = hold.original || !hold.in_staging;  // an upload was synced before it was accepted
    return posix_error(code, "syncing a file");
  }
  if (hold.original) {  // the name of a copy is as new as its bytes
    const int code = hold.folder.staging_sync.sync(posix, hold.folder.staging);
    if (code < 0) return posix_error(code, "syncing .scalper/staging");
  }
  hold.synced = true;
  return {};
}

}  // namespace scalper::local
