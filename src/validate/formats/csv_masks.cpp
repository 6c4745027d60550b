#include "validate/formats/csv_masks.h"

#include "validate/formats/csv_tokenizer.h"

#if defined(__x86_64__)
#include <immintrin.h>
// Beyond the processor that everything is compiled for; see has_wide_way().
#define SCALPER_WIDE __attribute__((target("avx2,pclmul")))
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace scalper {
namespace {

// Bit i = whether an odd number of the bits 0 to i is set.
std::uint64_t prefix_xor(std::uint64_t bits) {
  for (unsigned shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

#if defined(__aarch64__)
class Block {
 public:
  explicit Block(const char* at) {
    const auto* raw = reinterpret_cast<const std::uint8_t*>(at);
    bytes_ = {{vld1q_u8(raw), vld1q_u8(raw + 16), vld1q_u8(raw + 32), vld1q_u8(raw + 48)}};
  }
  [[nodiscard]] std::uint64_t same(char c) const {
    const uint8x16_t wanted = vdupq_n_u8(static_cast<std::uint8_t>(c));
    const uint8x16_t weights = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    const auto part = [&](int i) { return vandq_u8(vceqq_u8(bytes_.val[i], wanted), weights); };
    const uint8x16_t halves = vpaddq_u8(vpaddq_u8(part(0), part(1)), vpaddq_u8(part(2), part(3)));
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(halves, halves)), 0);
  }

 private:
  uint8x16x4_t bytes_{};
};
#elif defined(__SSE2__)
class Block {
 public:
  explicit Block(const char* at) {
    for (std::size_t i = 0; i < 4; ++i) bytes_[i] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at) + i);
  }
  [[nodiscard]] std::uint64_t same(char c) const {
    const __m128i wanted = _mm_set1_epi8(c);
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const auto part = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes_[i], wanted)));
      bits |= std::uint64_t{part} << (16 * i);
    }
    return bits;
  }

 private:
  __m128i bytes_[4];
};
#else
class Block {
 public:
  explicit Block(const char* at) : at_(at) {}
  [[nodiscard]] std::uint64_t same(char c) const {
    std::uint64_t bits = 0;
    for (unsigned i = 0; i < kCsvBlock; ++i) bits |= std::uint64_t{at_[i] == c ? 1U : 0U} << i;
    return bits;
  }

 private:
  const char* at_;
};
#endif

void plain_look(const char* at, std::size_t blocks, const CsvOptions& options, CsvMasks* masks) {
  for (std::size_t i = 0; i < blocks; ++i) {
    const Block block(at + i * kCsvBlock);
    CsvMasks& found = masks[i];
    found.delimiter = block.same(options.delimiter);
    found.feed = block.same('\n');
    found.carriage = block.same('\r');
    found.quote = block.same(options.quote);
    found.odd = found.quote == 0 ? 0 : prefix_xor(found.quote);
    found.nul = block.same('\0');
    if (options.cells != CsvCells::kSuspicious) continue;
    found.suspicious = block.same('=') | block.same('@') | block.same('+') | block.same('-') | block.same('\t');
  }
}

#if defined(__x86_64__)
SCALPER_WIDE inline std::uint64_t bits_of(__m256i low, __m256i high) {
  const auto first = static_cast<std::uint32_t>(_mm256_movemask_epi8(low));
  const auto second = static_cast<std::uint32_t>(_mm256_movemask_epi8(high));
  return first | (std::uint64_t{second} << 32U);
}

SCALPER_WIDE inline std::uint64_t same(__m256i low, __m256i high, __m256i c) {
  return bits_of(_mm256_cmpeq_epi8(low, c), _mm256_cmpeq_epi8(high, c));
}

// By the low half of each byte, and of the high half all but one bit: ; and P count as well.
SCALPER_WIDE inline __m256i suspicious(__m256i bytes) {
  const __m256i bit = _mm256_set1_epi8(0x10);
  const __m256i table = _mm256_broadcastsi128_si256(
      _mm_setr_epi8('@' | 0x10, 0, 0, 0, 0, 0, 0, 0, 0, '\t' | 0x10, 0, '+' | 0x10, 0, '-' | 0x10, 0, 0));
  return _mm256_cmpeq_epi8(_mm256_shuffle_epi8(table, bytes), _mm256_or_si256(bytes, bit));
}

SCALPER_WIDE inline std::uint64_t wide_prefix_xor(std::uint64_t bits) {
  const __m128i wide = _mm_cvtsi64_si128(static_cast<std::int64_t>(bits));
  return static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_clmulepi64_si128(wide, _mm_set1_epi8('\xFF'), 0)));
}

SCALPER_WIDE void wide_look(const char* at, std::size_t blocks, const CsvOptions& options, CsvMasks* masks) {
  const __m256i delimiter = _mm256_set1_epi8(options.delimiter);
  const __m256i quote = _mm256_set1_epi8(options.quote);
  const __m256i feed = _mm256_set1_epi8('\n');
  const __m256i carriage = _mm256_set1_epi8('\r');
  const __m256i zero = _mm256_setzero_si256();
  const bool suspicions = options.cells == CsvCells::kSuspicious;
  for (std::size_t i = 0; i < blocks; ++i) {
    const auto* from = reinterpret_cast<const __m256i*>(at + i * kCsvBlock);
    const __m256i low = _mm256_loadu_si256(from);
    const __m256i high = _mm256_loadu_si256(from + 1);
    CsvMasks& found = masks[i];
    found.delimiter = same(low, high, delimiter);
    found.feed = same(low, high, feed);
    found.quote = same(low, high, quote);
    found.odd = wide_prefix_xor(found.quote);
    found.suspicious = suspicions ? bits_of(suspicious(low), suspicious(high)) : 0;
    // Most blocks have neither CR nor NUL.
    const __m256i returns = _mm256_or_si256(_mm256_cmpeq_epi8(low, carriage), _mm256_cmpeq_epi8(high, carriage));
    const __m256i rare = _mm256_or_si256(returns, _mm256_cmpeq_epi8(_mm256_min_epu8(low, high), zero));
    const bool any = _mm256_testz_si256(rare, rare) == 0;
    found.carriage = any ? same(low, high, carriage) : 0;
    found.nul = any ? same(low, high, zero) : 0;
  }
}

bool has_wide_way() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("pclmul") != 0;
}
#endif

}  // namespace

CsvLook csv_look(bool portable) {
#if defined(__x86_64__)
  static const CsvLook fastest = has_wide_way() ? wide_look : plain_look;
  if (!portable) return fastest;
#endif
  static_cast<void>(portable);
  return plain_look;
}

}  // namespace scalper
