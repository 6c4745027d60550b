#include "validate/formats/text_scan.h"

#include <array>

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

// Goes on where a wide way stopped.
PlainRun scalar_run(std::string_view text, PlainRun run) {
  for (; run.length < text.size() && is_plain(text[run.length]); ++run.length) {
    run.line_feeds += text[run.length] == '\n' ? 1 : 0;
  }
  return run;
}

#if defined(__x86_64__)
#define SCALPER_WIDE __attribute__((target("avx2")))

// Most texts have no character below a blank but line feeds. Only a block that has one is looked at more closely. As
// signed numbers the bytes above 0x7F are below a blank as well.

SCALPER_WIDE inline __m256i equal(__m256i bytes, char c) { return _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(c)); }

// All ones in each byte that is_plain() refuses or that is below a blank and no line feed.
SCALPER_WIDE inline __m256i unusual(__m256i bytes, __m256i feeds) {
  const __m256i low = _mm256_cmpgt_epi8(_mm256_set1_epi8(' '), bytes);
  return _mm256_or_si256(_mm256_xor_si256(low, feeds), equal(bytes, 0x7F));
}

SCALPER_WIDE inline bool refuses(__m256i bytes, __m256i odd) {
  const __m256i blank = _mm256_or_si256(_mm256_or_si256(equal(bytes, '\t'), equal(bytes, '\r')), equal(bytes, '\f'));
  return _mm256_testc_si256(blank, odd) == 0;
}

SCALPER_WIDE std::uint64_t sum_of(__m256i counters) {
  std::array<std::uint64_t, 4> quarters{};
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(quarters.data()), _mm256_sad_epu8(counters, _mm256_setzero_si256()));
  return quarters[0] + quarters[1] + quarters[2] + quarters[3];
}

SCALPER_WIDE PlainRun wide_run(std::string_view text) {
  constexpr std::size_t kBlock = 64;
  PlainRun run;
  bool plain = true;
  while (plain && text.size() - run.length >= kBlock) {
    __m256i counters = _mm256_setzero_si256();  // one a byte; 127 rounds of two cannot overflow it
    for (int round = 0; round < 127 && text.size() - run.length >= kBlock; ++round, run.length += kBlock) {
      const auto* at = reinterpret_cast<const __m256i*>(text.data() + run.length);
      const __m256i first = _mm256_loadu_si256(at);
      const __m256i second = _mm256_loadu_si256(at + 1);
      const __m256i first_feeds = equal(first, '\n');
      const __m256i second_feeds = equal(second, '\n');
      const __m256i first_odd = unusual(first, first_feeds);
      const __m256i second_odd = unusual(second, second_feeds);
      const __m256i any = _mm256_or_si256(first_odd, second_odd);
      if (_mm256_testz_si256(any, any) == 0 && (refuses(first, first_odd) || refuses(second, second_odd))) {
        plain = false;
        break;
      }
      counters = _mm256_sub_epi8(_mm256_sub_epi8(counters, first_feeds), second_feeds);
    }
    run.line_feeds += sum_of(counters);
  }
  return scalar_run(text, run);
}
#endif

TextWay fastest() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") != 0) return TextWay::kWide;
#endif
  return TextWay::kScalar;
}

const TextWay kFastest = fastest();

}  // namespace

PlainRun plain_run_by(TextWay way, std::string_view text) {
  if (way > kFastest) way = TextWay::kScalar;
#if defined(__x86_64__)
  if (way == TextWay::kWide) return wide_run(text);
#endif
  return scalar_run(text, {});
}

PlainRun plain_run(std::string_view text) { return plain_run_by(kFastest, text); }

}  // namespace scalper
