#pragma once
// CRC-64/NVME, S3's default checksum (NVM Express base specification 2.0, section 5.2.1.3.4; reflected polynomial
// 0x9A6C9329AC4BC9B5, initial and final value all ones). check("123456789") = AE8B14860A799888. Long inputs are folded
// by carry-less products where the processor has them (V. Gopal et al., "Fast CRC Computation for Generic Polynomials
// Using PCLMULQDQ", Intel 2009).

#include <cstdint>
#include <string>

#include "base/bytes.h"

namespace scalper {

class Crc64Nvme {
 public:
  void update(Bytes bytes);
  // The checksum of all bytes so far; may be asked at any time.
  [[nodiscard]] std::uint64_t value() const { return ~state_; }

 private:
  std::uint64_t state_ = ~std::uint64_t{0};
};

[[nodiscard]] inline std::uint64_t crc64nvme(Bytes bytes) {
  Crc64Nvme crc;
  crc.update(bytes);
  return crc.value();
}

// As it is written in records and reports: 16 lower-case hexadecimal digits, the highest first.
[[nodiscard]] std::string crc64nvme_hex(std::uint64_t crc);

// The ways there are, each by itself, so that tests compare them. One that this processor lacks answers by the table.
enum class Crc64Way : std::uint8_t { kTable, kLanes, kWideLanes };
[[nodiscard]] std::uint64_t crc64nvme_by(Crc64Way way, Bytes bytes);

}  // namespace scalper
