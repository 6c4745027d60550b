#include "pipeline/route/verify.h"

#include <charconv>
#include <cstddef>
#include <utility>
#include <vector>

#include "digest/crc64nvme.h"

namespace scalper {
namespace {

constexpr std::size_t kChunk = 64 * 1024;

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
Result<std::optional<std::uint64_t>> read_back(Gate& gate, const CallContext& context, const ObjectRef& ref) {
  auto opened = gate.objects.open(context, ref, ETag{}, ByteRange{});
  if (opened.failed_with(ErrorCode::kNotFound)) return std::optional<std::uint64_t>{};
  if (!opened.ok()) return opened.error();
  Crc64Nvme crc;
  std::vector<std::byte> chunk(kChunk);
  for (;;) {
    auto got = opened->body->read(context, chunk);
    if (got.failed_with(ErrorCode::kNotFound)) return std::optional<std::uint64_t>{};
    if (!got.ok()) return got.error();
    if (*got == 0) return std::optional(crc.value());
    crc.update(Bytes{chunk}.first(*got));
  }
}

// What is known of the version, from the copy's own answer or a listing, completed by a HEAD and, last, by its bytes.
Result<void> verify_version(Gate& gate, const CallContext& context, const FileRecord& record, ObjectInfo info) {
  const ObjectRef ref = info.ref;
  if (!info.crc64nvme) {
    auto full = gate.objects.head(context, ref);
    if (full.failed_with(ErrorCode::kNotFound)) return {};  // published, and already taken
    if (!full.ok()) return full.error().within("verifying the copy");
    info = *std::move(full);
  }
  if (!info.crc64nvme && decided_crc(record) && info.size == record.decision->verdict.size) {
    auto crc = read_back(gate, context, ref);
    if (!crc.ok()) return crc.error().within("reading the copy back");
    if (!*crc) return {};
    info.crc64nvme = *crc;
  }
  const auto same = compare(record, info.size, info.crc64nvme);
  return same.ok() ? Result<void>{} : Result<void>{alarm(gate, record, same.error())};
}

}  // namespace

Result<Target> verify_found(Gate& gate, const CallContext& context, const FileRecord& record, const ObjectInfo& found) {
  SCALPER_TRY(verify_version(gate, context, record, found));
  return target_at(record, found.ref.version, found.etag);
}

Result<Target> verify_copy(Gate& gate, const CallContext& context, const FileRecord& record, const CopyAnswer& answer) {
  ObjectInfo info;
  info.ref = {record.target->bucket, record.target->key, answer.version};
  info.size = answer.size;
  info.crc64nvme = answer.crc64nvme;
  SCALPER_TRY(verify_version(gate, context, record, std::move(info)));
  return target_at(record, answer.version, answer.etag);
}

}  // namespace scalper
