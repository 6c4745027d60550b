#include "validate/formats/line_cursor.h"

#include <algorithm>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace scalper {

std::uint64_t count_line_feeds(std::string_view text) {
  std::uint64_t count = 0;
  const char* at = text.data();
  const char* const end = at + text.size();
#if defined(__SSE2__)
  const __m128i feed = _mm_set1_epi8('\n');
  while (end - at >= 16) {
    __m128i sums = _mm_setzero_si128();  // one counter a lane; 255 rounds cannot overflow it
    for (int round = 0; round < 255 && end - at >= 16; ++round, at += 16) {
      sums = _mm_sub_epi8(sums, _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)), feed));
    }
    const __m128i halves = _mm_sad_epu8(sums, _mm_setzero_si128());
    count += static_cast<std::uint64_t>(_mm_cvtsi128_si64(halves)) +
             static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(halves, halves)));
  }
#endif
  return count + static_cast<std::uint64_t>(std::count(at, end, '\n'));
}

void LineCursor::restart(std::uint64_t byte, std::uint64_t line) {
  chunk_ = {};
  base_ = byte;
  known_ = byte;
  line_ = line;
}

void LineCursor::enter(std::string_view chunk) { chunk_ = chunk; }

void LineCursor::leave() {
  const std::uint64_t end = base_ + chunk_.size();
  restart(end, line_of(end));
}

std::uint64_t LineCursor::line_of(std::uint64_t byte) {
  const std::uint64_t at = std::clamp<std::uint64_t>(byte, base_, base_ + chunk_.size());
  const std::uint64_t from = std::min(at, known_);
  const std::uint64_t between = count_line_feeds(chunk_.substr(from - base_, std::max(at, known_) - from));
  line_ = at >= known_ ? line_ + between : line_ - between;
  known_ = at;
  return line_;
}

}  // namespace scalper
