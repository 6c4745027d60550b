#include "pipeline/drain.h"

#include <string>

#include "digest/crc64nvme.h"

namespace scalper {

Result<void> check_transfer(const Verdict& verdict, const ObjectInfo& info) {
  if (verdict.size != info.size)
    return Error(ErrorCode::kCorrupt,
                 "read " + std::to_string(verdict.size) + " bytes of " + std::to_string(info.size));
  if (info.crc64nvme && crc64nvme_hex(*info.crc64nvme) != verdict.digests.crc64nvme)
    return Error(ErrorCode::kCorrupt, "the bytes read do not have the store's CRC64NVME");
  return {};
}

}  // namespace scalper
