#pragma once
// CRC-32 as gzip, zip and PNG have it (ISO 3309, RFC 1952 section 8), over libdeflate. check("123456789") = CBF43926.

#include <cstdint>

#include "base/bytes.h"

namespace scalper {

class Crc32 {
 public:
  void update(Bytes bytes);
  // The checksum of all bytes so far; may be asked at any time.
  [[nodiscard]] std::uint32_t value() const { return state_; }

 private:
  std::uint32_t state_ = 0;
};

}  // namespace scalper
