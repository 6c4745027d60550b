#pragma once

#include <optional>

#include "pipeline/claimed.h"
#include "pipeline/epoch.h"
#include "pipeline/route/target.h"

namespace scalper {

// What to copy, where, and with which metadata: everything that step 4 needs. A copy that takes several calls keeps the
// lease between them, and publishes only with the margin of step 4. `lost` is why it could not: then the copy's own
// error says nothing of source and target. All that is given outlives the request.
[[nodiscard]] inline CopyRequest copy_request(Gate& gate, const CallContext& context, Claimed& claimed,
                                              std::optional<Error>& lost) {
  const FileRecord& record = claimed.record;
  CopyRequest request;
  request.source = record.source;
  request.source_etag = record.source_etag;
  if (record.decision) request.seal = record.decision->seal;
  request.bucket = record.target->bucket;
  request.key = record.target->key;
  request.metadata = target_metadata(record, final_status(gate.settings, record));
  request.meanwhile = [&]() -> Result<void> {
    auto kept = keep_lease(gate, context, claimed);
    if (kept.ok()) kept = require_margin(gate, context, claimed);
    if (!kept.ok()) lost = kept.error();
    return kept;
  };
  return request;
}

}  // namespace scalper
