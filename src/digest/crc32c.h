#pragma once
// CRC-32C (Castagnoli; RFC 3720, appendix B.4; reflected polynomial 0x82F63B78, initial and final value all ones), one
// of S3's checksums. check("123456789") = E3069283.

#include <cstdint>

#include "base/bytes.h"

namespace scalper {

class Crc32c {
 public:
  void update(Bytes bytes);
  // The checksum of all bytes so far; may be asked at any time.
  [[nodiscard]] std::uint32_t value() const { return ~state_; }

 private:
  std::uint32_t state_ = ~std::uint32_t{0};
};

// By the table alone, as on a processor without the instruction: for tests to compare.
[[nodiscard]] std::uint32_t crc32c_by_table(Bytes bytes);

}  // namespace scalper
