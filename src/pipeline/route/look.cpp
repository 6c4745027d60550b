#include "pipeline/route/look.h"

namespace scalper {
namespace {

constexpr std::size_t kPage = 100;

bool is_mine(const ObjectInfo& info, const FileRecord& record) {
  const auto id = info.metadata.find(kMetaId);
  if (id == info.metadata.end() || id->second != record.id.value()) return false;
  const auto epoch = info.metadata.find(kMetaEpoch);
  return epoch != info.metadata.end() && epoch->second == std::to_string(record.epoch);
}

// Listings of S3 carry no metadata: ask the version itself. One that is gone since the listing may have been ours, so
// it is no "no": the next try lists again.
Result<bool> check_version(Gate& gate, const CallContext& context, const FileRecord& record, ObjectInfo& info) {
  if (info.delete_marker) return false;
  if (info.metadata.empty()) {
    auto full = gate.objects.head(context, info.ref);
    if (full.failed_with(ErrorCode::kNotFound))
      return Error(ErrorCode::kUnavailable, "looking for an earlier copy: a version went while we looked");
    if (!full.ok()) return full.error();
    info = *std::move(full);
  }
  return is_mine(info, record);
}

}  // namespace

Result<std::optional<ObjectInfo>> look_for_mine(Gate& gate, const CallContext& context, const FileRecord& record,
                                                const Target& target) {
  std::string cursor;
  do {
    auto page = gate.objects.list_key_versions(context, target.bucket, target.key, record.source_time, kPage, cursor);
    if (!page.ok()) return page.error().within("looking for an earlier copy");
    for (ObjectInfo& info : page->versions) {
      SCALPER_TRY_ASSIGN(const bool mine, check_version(gate, context, record, info));
      if (mine) return std::optional(std::move(info));
    }
    cursor = page->next_cursor;
  } while (!cursor.empty());
  return std::optional<ObjectInfo>{};
}

Result<void> see_source_gone(Gate& gate, const CallContext& context, const FileRecord& record) {
  const auto source = gate.objects.head(context, record.source);
  if (source.failed_with(ErrorCode::kNotFound)) return {};
  if (!source.ok()) return source.error().within("looking for the source");
  return Error(ErrorCode::kUnavailable, "the copy does not find its source, and yet it is there");
}

}  // namespace scalper
