#pragma once

#include "pipeline/epoch.h"
#include "pipeline/route/target.h"

namespace scalper {

// What to copy, where, and with which metadata: everything that steps 4 needs, from the record alone.
[[nodiscard]] inline CopyRequest copy_request(const GateSettings& settings, const FileRecord& record) {
  CopyRequest request;
  request.source = record.source;
  request.source_etag = record.source_etag;
  if (record.decision) request.seal = record.decision->seal;
  request.bucket = record.target->bucket;
  request.key = record.target->key;
  request.metadata = target_metadata(record, final_status(settings, record));
  return request;
}

}  // namespace scalper
