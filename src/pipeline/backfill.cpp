// Takes over what is older than the gate.

#include "model/file_id.h"
#include "pipeline/ingest/enqueue.h"
#include "pipeline/sweep.h"

namespace scalper {

Result<BackfillReport> backfill(Gate& gate, const CallContext& context, const std::string& prefix, bool dry_run) {
  BackfillReport report;
  std::string at;
  do {
    SCALPER_TRY_ASSIGN(const VersionPage page,
                       gate.objects.list_versions(context, gate.settings.input, prefix, gate.settings.sweep_page, at));
    for (const ObjectInfo& info : page.versions) {
      if (info.delete_marker || !info.latest) continue;
      report.listed += 1;
      SCALPER_TRY_ASSIGN(const auto record, gate.records.get(context, file_id(info.ref)));
      if (record) {
        report.known += 1;
        continue;
      }
      report.taken += 1;
      if (!dry_run) SCALPER_TRY(announce_version(gate, context, event_of(info), FileStatus::kReceived));
    }
    at = page.next_cursor;
  } while (!at.empty());
  return report;
}

}  // namespace scalper
