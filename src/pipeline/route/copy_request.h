#pragma once

#include "pipeline/route/target.h"

namespace scalper {

// What to copy, where, and with which metadata: everything that steps 4 needs, from the record alone.
[[nodiscard]] inline CopyRequest copy_request(const FileRecord& record) {
  CopyRequest request;
  request.source = record.source;
  request.source_etag = record.source_etag;
  if (record.decision) request.seal = record.decision->seal;
  request.bucket = record.target->bucket;
  request.key = record.target->key;
  request.metadata = target_metadata(record);
  return request;
}

}  // namespace scalper
