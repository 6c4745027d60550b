#include "pipeline/route/verify.h"

#include <charconv>

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

}  // namespace

Result<Target> verify_found(Gate& gate, const CallContext& context, const FileRecord& record, const ObjectInfo& found) {
  ObjectInfo info = found;
  if (!info.crc64nvme) {
    auto full = gate.objects.head(context, found.ref);
    if (!full.ok() && !full.failed_with(ErrorCode::kNotFound)) return full.error().within("verifying the copy");
    if (full.ok()) info = *std::move(full);
  }
  if (const auto same = compare(record, info.size, info.crc64nvme); !same.ok())
    return alarm(gate, record, same.error());
  return target_at(record, found.ref.version, found.etag);
}

Result<Target> verify_copy(Gate& gate, const CallContext& context, const FileRecord& record, const CopyAnswer& answer) {
  if (answer.crc64nvme) {
    if (const auto same = compare(record, answer.size, answer.crc64nvme); !same.ok())
      return alarm(gate, record, same.error());
    return target_at(record, answer.version, answer.etag);
  }
  const ObjectRef ref{record.target->bucket, record.target->key, answer.version};
  auto info = gate.objects.head(context, ref);
  if (info.failed_with(ErrorCode::kNotFound)) return target_at(record, answer.version, answer.etag);
  if (!info.ok()) return info.error().within("verifying the copy");
  if (const auto same = compare(record, info->size, info->crc64nvme); !same.ok())
    return alarm(gate, record, same.error());
  return target_at(record, answer.version, answer.etag);
}

}  // namespace scalper
