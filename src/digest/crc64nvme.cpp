#include "digest/crc64nvme.h"

#include <array>

namespace scalper {
namespace {

constexpr std::uint64_t kPolynomial = 0x9A6C9329AC4BC9B5ULL;

constexpr std::array<std::uint64_t, 256> make_table() {
  std::array<std::uint64_t, 256> table{};
  for (std::uint64_t i = 0; i < 256; ++i) {
    std::uint64_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? (crc >> 1U) ^ kPolynomial : crc >> 1U;
    table[i] = crc;
  }
  return table;
}

constexpr auto kTable = make_table();

}  // namespace

void Crc64Nvme::update(Bytes bytes) {
  std::uint64_t crc = state_;
  for (const std::byte b : bytes) crc = kTable[(crc ^ std::to_integer<std::uint64_t>(b)) & 0xFFU] ^ (crc >> 8U);
  state_ = crc;
}

}  // namespace scalper
