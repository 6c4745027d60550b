#include "digest/crc32.h"

#include <libdeflate.h>

namespace scalper {

void Crc32::update(Bytes bytes) {
  if (!bytes.empty()) state_ = libdeflate_crc32(state_, bytes.data(), bytes.size());
}

}  // namespace scalper
