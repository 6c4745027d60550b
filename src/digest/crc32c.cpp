#include "digest/crc32c.h"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace scalper {
namespace {

constexpr std::uint32_t kPolynomial = 0x82F63B78U;

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? (crc >> 1U) ^ kPolynomial : crc >> 1U;
    table[i] = crc;
  }
  return table;
}

constexpr auto kTable = make_table();

std::uint32_t by_table(std::uint32_t crc, Bytes bytes) {
  for (const std::byte b : bytes) crc = kTable[(crc ^ std::to_integer<std::uint32_t>(b)) & 0xFFU] ^ (crc >> 8U);
  return crc;
}

#if defined(__x86_64__)
// The instruction takes three cycles and begins one every cycle: three lanes of the input keep it busy, and what they
// found is joined as if each were followed by zeros (M. Adler, crc32c.c). Zeros change a checksum linearly: a table for
// each byte of it says how.
constexpr std::size_t kLane = 2048;
using Columns = std::array<std::uint32_t, 32>;  // what becomes of each bit
using Shift = std::array<std::array<std::uint32_t, 256>, 4>;

constexpr std::uint32_t applied(const Columns& columns, std::uint32_t bits) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; bits != 0; ++i, bits >>= 1U) sum ^= (bits & 1U) != 0 ? columns[i] : 0;
  return sum;
}

constexpr Shift make_shift() {
  Columns columns{};  // of one zero byte; squared, of twice as many
  for (std::uint32_t i = 0; i < 32; ++i) {
    const std::uint32_t bit = std::uint32_t{1} << i;
    columns[i] = kTable[bit & 0xFFU] ^ (bit >> 8U);
  }
  for (std::size_t zeros = 1; zeros < kLane; zeros *= 2) {
    Columns twice{};
    for (std::size_t i = 0; i < 32; ++i) twice[i] = applied(columns, columns[i]);
    columns = twice;
  }
  Shift shift{};
  for (std::uint32_t part = 0; part < 4; ++part) {
    for (std::uint32_t byte = 0; byte < 256; ++byte) shift[part][byte] = applied(columns, byte << (8 * part));
  }
  return shift;
}

constexpr Shift kShift = make_shift();

std::uint64_t behind_a_lane(std::uint64_t crc) {
  return kShift[0][crc & 0xFFU] ^ kShift[1][(crc >> 8U) & 0xFFU] ^ kShift[2][(crc >> 16U) & 0xFFU] ^
         kShift[3][(crc >> 24U) & 0xFFU];
}

inline std::uint64_t word_at(const std::byte* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

__attribute__((target("sse4.2"))) std::uint32_t by_instruction(std::uint32_t crc, Bytes bytes) {
  std::uint64_t wide = crc;
  for (; bytes.size() >= 3 * kLane; bytes = bytes.subspan(3 * kLane)) {
    const std::byte* const at = bytes.data();
    std::uint64_t second = 0;
    std::uint64_t third = 0;
    for (std::size_t i = 0; i < kLane; i += sizeof wide) {
      wide = _mm_crc32_u64(wide, word_at(at + i));
      second = _mm_crc32_u64(second, word_at(at + kLane + i));
      third = _mm_crc32_u64(third, word_at(at + 2 * kLane + i));
    }
    wide = behind_a_lane(behind_a_lane(wide) ^ second) ^ third;
  }
  for (; bytes.size() >= sizeof wide; bytes = bytes.subspan(sizeof wide)) {
    wide = _mm_crc32_u64(wide, word_at(bytes.data()));
  }
  return by_table(static_cast<std::uint32_t>(wide), bytes);
}
#endif

using Update = std::uint32_t (*)(std::uint32_t, Bytes);

Update fastest() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("sse4.2") != 0) return by_instruction;
#endif
  return by_table;
}

}  // namespace

void Crc32c::update(Bytes bytes) {
  static const Update update = fastest();
  state_ = update(state_, bytes);
}

std::uint32_t crc32c_by_table(Bytes bytes) { return ~by_table(~std::uint32_t{0}, bytes); }

}  // namespace scalper
