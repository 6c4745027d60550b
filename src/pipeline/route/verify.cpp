#include "pipeline/route/verify.h"

#include <charconv>
#include <utility>

#include "digest/crc64nvme.h"
#include "pipeline/drain.h"

namespace scalper {
namespace {

std::optional<std::uint64_t> decided_crc(const FileRecord& record) {
  if (!record.decision) return std::nullopt;
  const std::string& hex = record.decision->verdict.digests.crc64nvme;
  std::uint64_t value = 0;
  if (hex.empty() || std::from_chars(hex.data(), hex.data() + hex.size(), value, 16).ec != std::errc{})
    return std::nullopt;
  return value;
}

Result<void> compare(const FileRecord& record, std::uint64_t size, std::optional<std::uint64_t> crc) {
  const std::uint64_t expected = record.decision ? record.decision->verdict.size : record.size;
  if (size != expected)
    return Error(ErrorCode::kCorrupt,
                 "the copy has " + std::to_string(size) + " bytes, the source " + std::to_string(expected));
  const auto decided = decided_crc(record);
  if (decided && crc && *decided != *crc)
    return Error(ErrorCode::kCorrupt, "the copy has another CRC64NVME than the bytes judged");
  return {};
}

Target target_at(const FileRecord& record, const VersionId& version, const ETag& etag) {
  Target target = *record.target;
  target.version = version;
  target.etag = etag;
  return target;
}

Error alarm(Gate& gate, const FileRecord& record, const Error& error) {
  gate.telemetry.log({LogLevel::kError,
                      "copy_mismatch",
                      {{"file_id", record.id.value()},
                       {"bucket", record.target->bucket.value()},
                       {"key", record.target->key.value()},
                       {"error", error.message()}}});
  return error.within("verifying the copy");
}

// A store that keeps no full-object checksum (never AWS): the version is read back once. Nothing: it is gone.
Result<std::optional<std::uint64_t>> read_back(Gate& gate, const CallContext& context, Claimed& claimed,
                                               const ObjectRef& ref) {
  Crc64Nvme crc;
  auto opened = gate.objects.open(context, ref, ETag{}, ByteRange{});
  const auto read = opened.ok() ? drain(gate, context, claimed, *opened->body, [&](Bytes bytes) { crc.update(bytes); })
                                : Result<std::uint64_t>(opened.error());
  if (read.ok()) return std::optional(crc.value());
  // The lease's own words are the same: only a version that is seen to be gone was taken.
  const bool misses = read.failed_with(ErrorCode::kNotFound);
  if (misses && gate.objects.head(context, ref).failed_with(ErrorCode::kNotFound))
    return std::optional<std::uint64_t>{};
  return read.error();
}

// What is known of the version, from the copy's own answer or a listing, completed by a HEAD and, last, by its bytes.
Result<void> verify_version(Gate& gate, const CallContext& context, Claimed& claimed, ObjectInfo info) {
  const FileRecord& record = claimed.record;
  const ObjectRef ref = info.ref;
  if (!info.crc64nvme) {
    auto full = gate.objects.head(context, ref);
    if (full.failed_with(ErrorCode::kNotFound)) return {};  // published, and already taken
    if (!full.ok()) return full.error().within("verifying the copy");
    info = *std::move(full);
  }
  if (!info.crc64nvme && decided_crc(record) && info.size == record.decision->verdict.size) {
    const auto crc = read_back(gate, context, claimed, ref);
    if (!crc.ok()) return crc.error().within("reading the copy back");
    if (!*crc) return {};
    info.crc64nvme = *crc;
  }
  const auto same = compare(record, info.size, info.crc64nvme);
  return same.ok() ? Result<void>{} : Result<void>{alarm(gate, record, same.error())};
}

}  // namespace

Result<Target> verify_found(Gate& gate, const CallContext& context, Claimed& claimed, const ObjectInfo& found) {
  SCALPER_TRY(verify_version(gate, context, claimed, found));
  return target_at(claimed.record, found.ref.version, found.etag);
}

Result<Target> verify_copy(Gate& gate, const CallContext& context, Claimed& claimed, const CopyAnswer& answer) {
  ObjectInfo info;
  info.ref = {claimed.record.target->bucket, claimed.record.target->key, answer.version};
  info.size = answer.size;
  info.crc64nvme = answer.crc64nvme;
  SCALPER_TRY(verify_version(gate, context, claimed, std::move(info)));
  return target_at(claimed.record, answer.version, answer.etag);
}

}  // namespace scalper
