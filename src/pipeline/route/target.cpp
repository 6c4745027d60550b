#include "pipeline/route/target.h"

#include <algorithm>

#include "pipeline/epoch.h"

namespace scalper {
namespace {

constexpr std::size_t kMaxKey = 1024;
constexpr std::size_t kCutKey = 960;

// The longest prefix of at most `limit` bytes that does not end inside a UTF-8 sequence.
std::string cut_at_boundary(const std::string& text, std::size_t limit) {
  if (text.size() <= limit) return text;
  std::size_t end = limit;
  while (end > 0 && limit - end < 4 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

}  // namespace

ObjectKey bounded_key(const ObjectKey& key, const std::string& suffix) {
  if (key.value().size() + suffix.size() <= kMaxKey) return ObjectKey{key.value() + suffix};
  return ObjectKey{cut_at_boundary(key.value(), kCutKey) + suffix};
}

Target quarantine_target(const GateSettings& settings, const FileRecord& record) {
  return {settings.quarantine, bounded_key(record.origin.key, "/" + record.id.value()), {}, {}};
}

Target output_target(const GateSettings& settings, const FileRecord& record) {
  return {settings.output, record.origin.key, {}, {}};
}

Target beside_target(const GateSettings& settings, const FileRecord& record) {
  return {settings.output, bounded_key(record.origin.key, "~" + record.id.value()), {}, {}};
}

Target planned_target(const GateSettings& settings, const FileRecord& record, VerdictKind verdict) {
  if (is_report_only(settings, record)) return *record.prior_target;
  const bool follows_to_quarantine = record.companion && !record.companion->in_output && !is_release(record);
  if (is_release(record) || (verdict == VerdictKind::kValid && !follows_to_quarantine))
    return output_target(settings, record);
  if (record.review && record.prior_target) return *record.prior_target;
  return quarantine_target(settings, record);
}

bool stays_in_place(const FileRecord& record) {
  return record.target && record.target->bucket == record.source.bucket && record.target->key == record.source.key &&
         record.target->version == record.source.version;
}

Metadata target_metadata(const FileRecord& record, FileStatus status) {
  Metadata metadata = {{kMetaId, record.id.value()},
                       {kMetaEpoch, std::to_string(record.epoch)},
                       {kMetaTime, format_rfc3339(record.source_time)},
                       {kMetaVersion, record.origin.version.value()},
                       {kMetaStatus, std::string(to_string(status))}};
  if (!record.sequencer.empty()) metadata[kMetaSequence] = record.sequencer;
  if (record.decision && !record.decision->verdict.digests.sha256.empty())  // empty: too long to be read
    metadata[kMetaSha256] = record.decision->verdict.digests.sha256;
  return metadata;
}

}  // namespace scalper
