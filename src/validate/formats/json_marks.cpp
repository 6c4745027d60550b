#include "validate/formats/json_marks.h"

#include <bit>

#include "validate/formats/json_scan.h"

#if defined(__x86_64__)
#include <immintrin.h>
// Beyond the processor that everything is compiled for; see json_look().
#define SCALPER_WIDE __attribute__((target("avx2,bmi,pclmul,popcnt")))
#endif

namespace scalper {
namespace {

#if defined(__x86_64__)
struct Bytes64 {
  __m256i low;
  __m256i high;
};

SCALPER_WIDE inline std::uint64_t bits_of(__m256i low, __m256i high) {
  const auto first = static_cast<std::uint32_t>(_mm256_movemask_epi8(low));
  const auto second = static_cast<std::uint32_t>(_mm256_movemask_epi8(high));
  return first | (std::uint64_t{second} << 32U);
}

SCALPER_WIDE inline std::uint64_t same(const Bytes64& bytes, char c) {
  const __m256i wanted = _mm256_set1_epi8(c);
  return bits_of(_mm256_cmpeq_epi8(bytes.low, wanted), _mm256_cmpeq_epi8(bytes.high, wanted));
}

// Space, tab, line feed, carriage return: each is what stands in the table at its low half. The other places hold what
// has another low half.
SCALPER_WIDE inline std::uint64_t blanks(const Bytes64& bytes) {
  const __m256i table =
      _mm256_broadcastsi128_si256(_mm_setr_epi8(' ', 0, 0, 0, 0, 0, 0, 0, 0, '\t', '\n', 0, 0, '\r', 0, 0));
  return bits_of(_mm256_cmpeq_epi8(_mm256_shuffle_epi8(table, bytes.low), bytes.low),
                 _mm256_cmpeq_epi8(_mm256_shuffle_epi8(table, bytes.high), bytes.high));
}

// { } [ ] : , by the same way, [ and ] taken for { and }. The control characters 0C and 1A count as well, which the
// tokenizer finds out: it looks at what stands there.
SCALPER_WIDE inline std::uint64_t operators(const Bytes64& bytes) {
  const __m256i table =
      _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ':', '{', ',', '}', 0, 0));
  const __m256i bit = _mm256_set1_epi8(0x20);
  return bits_of(_mm256_cmpeq_epi8(_mm256_shuffle_epi8(table, bytes.low), _mm256_or_si256(bytes.low, bit)),
                 _mm256_cmpeq_epi8(_mm256_shuffle_epi8(table, bytes.high), _mm256_or_si256(bytes.high, bit)));
}

SCALPER_WIDE inline std::uint64_t controls(const Bytes64& bytes) {
  const __m256i most = _mm256_set1_epi8(0x1F);
  return bits_of(_mm256_cmpeq_epi8(_mm256_min_epu8(bytes.low, most), bytes.low),
                 _mm256_cmpeq_epi8(_mm256_min_epu8(bytes.high, most), bytes.high));
}

// Bit i = whether an odd number of the bits 0 to i is set.
SCALPER_WIDE inline std::uint64_t prefix_xor(std::uint64_t bits) {
  const __m128i wide = _mm_cvtsi64_si128(static_cast<std::int64_t>(bits));
  return static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_clmulepi64_si128(wide, _mm_set1_epi8('\xFF'), 0)));
}

// Which bytes a backslash takes: of each run of backslashes every second, and the byte behind a run of odd length. An
// addition carries through the runs.
inline std::uint64_t escaped_by(std::uint64_t backslashes, std::uint64_t& carry) {
  constexpr std::uint64_t kEven = 0x5555555555555555U;
  backslashes &= ~carry;
  const std::uint64_t behind = (backslashes << 1U) | carry;
  const std::uint64_t odd_starts = backslashes & ~kEven & ~behind;
  const std::uint64_t sum = odd_starts + backslashes;
  carry = sum < backslashes ? 1 : 0;
  return (kEven ^ (sum << 1U)) & behind;
}

bool good_escapes(JsonMarks& marks, const char* at, std::uint64_t starts) {
  for (; starts != 0; starts &= starts - 1) {
    const char* const escape = at + std::countr_zero(starts);
    if (escape < marks.escapes_to) continue;  // the second half of a pair
    marks.escapes_to = json_behind_escape(escape, marks.end);
    if (marks.escapes_to == nullptr) return false;
  }
  return true;
}

bool good_characters(JsonMarks& marks, const char* at, std::uint64_t wide) {
  for (; wide != 0; wide &= wide - 1) {
    const char* const character = at + std::countr_zero(wide);
    if (character < marks.characters_to) continue;
    marks.characters_to = json_skip_wide(character, marks.end);
    if (marks.characters_to != marks.end && static_cast<signed char>(*marks.characters_to) < 0) return false;
  }
  return true;
}

// Eight at a time, whether there are so many or not: a loop of as many rounds as there are bits is hard to predict.
SCALPER_WIDE inline std::uint32_t* write_places(std::uint64_t bits, std::uint32_t from, std::uint32_t* to) {
  std::uint32_t* const end = to + _mm_popcnt_u64(bits);
  while (bits != 0) {
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i) {
      to[i] = from + static_cast<std::uint32_t>(_tzcnt_u64(bits));
      bits = _blsr_u64(bits);
    }
    to += 8;
  }
  return end;
}

// Whether the block needs no second look; then its places are written.
SCALPER_WIDE inline bool look_at_block(JsonMarks& marks, const char* at, std::uint32_t*& to) {
  const auto* const from = reinterpret_cast<const __m256i*>(at);
  const Bytes64 bytes{_mm256_loadu_si256(from), _mm256_loadu_si256(from + 1)};
  const std::uint64_t backslashes = same(bytes, '\\');
  std::uint64_t quotes = same(bytes, '"');
  std::uint64_t escapes = 0;
  if ((backslashes | marks.escaped) != 0) {
    const std::uint64_t escaped = escaped_by(backslashes, marks.escaped);
    quotes &= ~escaped;
    escapes = backslashes & ~escaped;
  }
  // From the opening quote on, without the closing one.
  const std::uint64_t in_string = prefix_xor(quotes) ^ marks.in_string;
  if ((controls(bytes) & in_string) != 0) return false;
  if (escapes != 0 && !good_escapes(marks, at, escapes & in_string)) return false;
  if (_mm256_movemask_epi8(_mm256_or_si256(bytes.low, bytes.high)) != 0 &&
      !good_characters(marks, at, bits_of(bytes.low, bytes.high)))
    return false;
  const std::uint64_t operators_here = operators(bytes);
  const std::uint64_t others = ~(operators_here | blanks(bytes));
  const std::uint64_t scalars = others & ~quotes;
  const std::uint64_t starts = others & ~((scalars << 1U) | marks.in_scalar);
  std::uint64_t found = (operators_here | starts) & ~(in_string ^ quotes);
  if (marks.lines) found |= same(bytes, '\n') & ~in_string;
  marks.in_scalar = scalars >> 63U;
  marks.in_string = static_cast<std::uint64_t>(static_cast<std::int64_t>(in_string) >> 63);
  to = write_places(found, static_cast<std::uint32_t>(at - marks.begin), to);
  return true;
}

SCALPER_WIDE std::uint32_t* wide_look(JsonMarks& marks, const char* at, std::size_t& blocks, std::uint32_t* to) {
  JsonMarks carried = marks;
  std::size_t done = 0;
  for (; done < blocks; ++done, at += kJsonBlock) {
    if (!look_at_block(carried, at, to)) break;
  }
  blocks = done;
  marks = carried;
  return to;
}

bool has_wide_way() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi") != 0 &&
         __builtin_cpu_supports("pclmul") != 0 && __builtin_cpu_supports("popcnt") != 0;
}
#endif

}  // namespace

JsonLook json_look() {
#if defined(__x86_64__)
  static const bool wide = has_wide_way();
  if (wide) return wide_look;
#endif
  return nullptr;
}

}  // namespace scalper
