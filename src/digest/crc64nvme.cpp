#include "digest/crc64nvme.h"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

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

std::uint64_t by_table(std::uint64_t crc, Bytes bytes) {
  for (const std::byte b : bytes) crc = kTable[(crc ^ std::to_integer<std::uint64_t>(b)) & 0xFFU] ^ (crc >> 8U);
  return crc;
}

#if defined(__x86_64__)

// x to the power of n modulo the polynomial; bit 63 is x^0, as everywhere here.
constexpr std::uint64_t power(unsigned n) {
  std::uint64_t value = std::uint64_t{1} << 63U;
  for (; n > 0; --n) value = (value & 1U) != 0 ? (value >> 1U) ^ kPolynomial : value >> 1U;
  return value;
}

// Folding: a lane moves on over `bits` of the message by two carry-less products. A product of two reflected words is
// one power of x short, hence the - 1.
struct Fold {
  std::uint64_t low;   // for the first eight bytes of a lane: the higher powers
  std::uint64_t high;  // for the last eight
};
constexpr Fold fold_over(unsigned bits) { return {power(bits + 64 - 1), power(bits - 1)}; }

constexpr std::size_t kLane = 16;

// Both take whole blocks from the front of `bytes`, leave the remainder in one lane and answer the state behind it.
__attribute__((target("pclmul,sse4.1"))) __m128i step(__m128i lane, __m128i by, __m128i next) {
  const __m128i low = _mm_clmulepi64_si128(lane, by, 0x00);
  const __m128i high = _mm_clmulepi64_si128(lane, by, 0x11);
  return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

__m128i load(const std::byte* at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)); }

__m128i constant(Fold fold) {
  std::array<std::uint64_t, 2> words{fold.low, fold.high};
  __m128i value;
  std::memcpy(&value, words.data(), sizeof value);
  return value;
}

// The lane holds what a message of these 16 bytes would be worth.
std::uint64_t reduce(__m128i lane) {
  std::array<std::byte, kLane> rest{};
  std::memcpy(rest.data(), &lane, sizeof lane);
  return by_table(0, rest);
}

__m128i first_lane(std::uint64_t crc) {
  const std::array<std::uint64_t, 2> words{crc, 0};
  __m128i value;
  std::memcpy(&value, words.data(), sizeof value);
  return value;
}

__attribute__((target("pclmul,sse4.1"))) std::uint64_t by_lanes(std::uint64_t crc, Bytes bytes) {
  constexpr std::size_t kBlock = 4 * kLane;
  const __m128i by_four = constant(fold_over(512));
  const __m128i by_one = constant(fold_over(128));
  const std::byte* at = bytes.data();
  __m128i a = _mm_xor_si128(load(at), first_lane(crc));
  __m128i b = load(at + kLane);
  __m128i c = load(at + 2 * kLane);
  __m128i d = load(at + 3 * kLane);
  std::size_t left = bytes.size() - kBlock;
  for (at += kBlock; left >= kBlock; at += kBlock, left -= kBlock) {
    a = step(a, by_four, load(at));
    b = step(b, by_four, load(at + kLane));
    c = step(c, by_four, load(at + 2 * kLane));
    d = step(d, by_four, load(at + 3 * kLane));
  }
  a = step(step(step(a, by_one, b), by_one, c), by_one, d);
  for (; left >= kLane; at += kLane, left -= kLane) a = step(a, by_one, load(at));
  return by_table(reduce(a), bytes.last(left));
}

#define SCALPER_WIDE __attribute__((target("avx512f,vpclmulqdq,pclmul,sse4.1,avx512dq")))

SCALPER_WIDE __m512i wide_step(__m512i lanes, __m512i by, __m512i next) {
  const __m512i low = _mm512_clmulepi64_epi128(lanes, by, 0x00);
  const __m512i high = _mm512_clmulepi64_epi128(lanes, by, 0x11);
  return _mm512_ternarylogic_epi64(low, high, next, 0x96);  // the sum of all three
}

SCALPER_WIDE __m512i wide_load(const void* at) { return _mm512_loadu_si512(at); }

SCALPER_WIDE __m512i wide_constant(Fold fold) {
  const std::array<Fold, 4> lanes{fold, fold, fold, fold};
  return wide_load(lanes.data());
}

SCALPER_WIDE std::uint64_t by_wide_lanes(std::uint64_t crc, Bytes bytes) {
  constexpr std::size_t kWide = 4 * kLane;
  constexpr std::size_t kBlock = 4 * kWide;
  const __m512i by_sixteen = wide_constant(fold_over(2048));
  const __m512i by_four = wide_constant(fold_over(512));
  const __m128i by_one = constant(fold_over(128));
  const std::byte* at = bytes.data();
  const std::array<std::uint64_t, 8> first{crc};
  __m512i a = _mm512_xor_si512(wide_load(at), wide_load(first.data()));
  __m512i b = wide_load(at + kWide);
  __m512i c = wide_load(at + 2 * kWide);
  __m512i d = wide_load(at + 3 * kWide);
  std::size_t left = bytes.size() - kBlock;
  for (at += kBlock; left >= kBlock; at += kBlock, left -= kBlock) {
    a = wide_step(a, by_sixteen, wide_load(at));
    b = wide_step(b, by_sixteen, wide_load(at + kWide));
    c = wide_step(c, by_sixteen, wide_load(at + 2 * kWide));
    d = wide_step(d, by_sixteen, wide_load(at + 3 * kWide));
  }
  a = wide_step(wide_step(wide_step(a, by_four, b), by_four, c), by_four, d);
  std::array<std::byte, kWide> lanes{};
  _mm512_storeu_si512(lanes.data(), a);
  __m128i lane = load(lanes.data());
  for (std::size_t i = kLane; i < kWide; i += kLane) lane = step(lane, by_one, load(lanes.data() + i));
  for (; left >= kLane; at += kLane, left -= kLane) lane = step(lane, by_one, load(at));
  return by_table(reduce(lane), bytes.last(left));
}

#endif

using Update = std::uint64_t (*)(std::uint64_t, Bytes);

// From this many bytes on, with at least one block of the widest lanes.
constexpr std::size_t kWorthLanes = 256;

Update fastest() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512dq") != 0 &&
      __builtin_cpu_supports("vpclmulqdq") != 0) {
    return by_wide_lanes;
  }
  if (__builtin_cpu_supports("pclmul") != 0 && __builtin_cpu_supports("sse4.1") != 0) return by_lanes;
#endif
  return by_table;
}

}  // namespace

void Crc64Nvme::update(Bytes bytes) {
  static const Update update = fastest();
  state_ = bytes.size() < kWorthLanes ? by_table(state_, bytes) : update(state_, bytes);
}

std::string crc64nvme_hex(std::uint64_t crc) {
  std::array<std::byte, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes.at(i) = static_cast<std::byte>(crc >> (56 - 8 * i));
  return to_hex(bytes);
}

std::uint64_t crc64nvme_by([[maybe_unused]] Crc64Way way, Bytes bytes) {
  const std::uint64_t begin = ~std::uint64_t{0};
#if defined(__x86_64__)
  const bool wide = fastest() == by_wide_lanes;
  if (bytes.size() >= kWorthLanes && way == Crc64Way::kWideLanes && wide) return ~by_wide_lanes(begin, bytes);
  const bool lanes = wide || fastest() == by_lanes;
  if (bytes.size() >= kWorthLanes && way == Crc64Way::kLanes && lanes) return ~by_lanes(begin, bytes);
#endif
  return ~by_table(begin, bytes);
}

}  // namespace scalper
