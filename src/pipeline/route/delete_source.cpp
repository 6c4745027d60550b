#include "pipeline/route/delete_source.h"

#include "pipeline/route/target.h"

namespace scalper {
namespace {

bool may_delete(const FileRecord& record) {
  switch (record.status) {
    case FileStatus::kValid:
    case FileStatus::kInvalid:
    case FileStatus::kUnverifiable:
    case FileStatus::kFailed:
    case FileStatus::kCompanion:
    case FileStatus::kReleased: return is_final(record) && has_published_target(record) && !stays_in_place(record);
    default: return false;
  }
}

}  // namespace

Result<void> delete_source(Gate& gate, const CallContext& context, const FileRecord& record) {
  if (!may_delete(record)) return {};
  const Seal seal = record.decision ? record.decision->seal : Seal{};
  const auto removed = gate.objects.remove_version(context, record.source, seal);
  if (!removed.ok()) return removed.error().within("deleting the source version");
  return {};
}

}  // namespace scalper
