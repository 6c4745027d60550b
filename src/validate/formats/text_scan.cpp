#include "validate/formats/text_scan.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace scalper {
namespace {

bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x20) return byte < 0x7F;
  return byte == '\t' || byte == '\n' || byte == '\f' || byte == '\r';
}

std::size_t scalar_prefix(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && is_plain(text[at])) ++at;
  return at;
}

#if defined(__x86_64__)
#define SCALPER_WIDE __attribute__((target("avx2")))

// All ones in each byte that is_plain() refuses. As signed numbers the bytes above 0x7F are below 0x20 as well, and
// those from tab to carriage return are the ones that are at most 4 above a tab, of which vertical tab is refused.
SCALPER_WIDE inline __m256i refused(__m256i bytes) {
  const __m256i low = _mm256_cmpgt_epi8(_mm256_set1_epi8(0x20), bytes);
  const __m256i above_tab = _mm256_sub_epi8(bytes, _mm256_set1_epi8('\t'));
  const __m256i blank = _mm256_cmpeq_epi8(_mm256_min_epu8(above_tab, _mm256_set1_epi8(4)), above_tab);
  const __m256i single = _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(0x7F)),
                                         _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\v')));
  return _mm256_or_si256(_mm256_andnot_si256(blank, low), single);
}

SCALPER_WIDE std::size_t wide_prefix(std::string_view text) {
  constexpr std::size_t kLane = 32;
  std::size_t at = 0;
  for (; text.size() - at >= 2 * kLane; at += 2 * kLane) {
    const auto* lanes = reinterpret_cast<const __m256i*>(text.data() + at);
    const __m256i bad = _mm256_or_si256(refused(_mm256_loadu_si256(lanes)), refused(_mm256_loadu_si256(lanes + 1)));
    if (_mm256_testz_si256(bad, bad) == 0) break;
  }
  return at + scalar_prefix(text.substr(at));
}
#endif

}  // namespace

std::size_t plain_prefix_by([[maybe_unused]] TextWay way, std::string_view text) {
#if defined(__x86_64__)
  static const bool wide = __builtin_cpu_supports("avx2") != 0;
  if (way == TextWay::kWide && wide) return wide_prefix(text);
#endif
  return scalar_prefix(text);
}

std::size_t plain_prefix(std::string_view text) { return plain_prefix_by(TextWay::kWide, text); }

}  // namespace scalper
