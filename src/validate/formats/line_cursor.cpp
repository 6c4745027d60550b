#include "validate/formats/line_cursor.h"

#include <algorithm>
#include <array>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace scalper {

namespace {

std::uint64_t plain_count(const char* at, const char* end) {
  return static_cast<std::uint64_t>(std::count(at, end, '\n'));
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) std::uint64_t wide_count(const char* at, const char* end) {
  constexpr std::ptrdiff_t kLane = 32;
  const __m256i feed = _mm256_set1_epi8('\n');
  std::uint64_t count = 0;
  while (end - at >= kLane) {
    __m256i sums = _mm256_setzero_si256();  // one counter a byte; 255 rounds cannot overflow it
    for (int round = 0; round < 255 && end - at >= kLane; ++round, at += kLane) {
      const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
      sums = _mm256_sub_epi8(sums, _mm256_cmpeq_epi8(bytes, feed));
    }
    std::array<std::uint64_t, 4> quarters{};
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(quarters.data()), _mm256_sad_epu8(sums, _mm256_setzero_si256()));
    count += quarters[0] + quarters[1] + quarters[2] + quarters[3];
  }
  return count + plain_count(at, end);
}
#endif

}  // namespace

std::uint64_t count_line_feeds(std::string_view text) {
#if defined(__x86_64__)
  static const bool wide = __builtin_cpu_supports("avx2") != 0;
  if (wide) return wide_count(text.data(), text.data() + text.size());
#endif
  return plain_count(text.data(), text.data() + text.size());
}

void LineCursor::restart(std::uint64_t byte, std::uint64_t line) {
  chunk_ = {};
  base_ = byte;
  known_ = byte;
  first_ = line;
  line_ = line;
}

void LineCursor::enter(std::string_view chunk) { chunk_ = chunk; }

void LineCursor::leave() {
  const std::uint64_t end = base_ + chunk_.size();
  restart(end, line_of(end));
}

void LineCursor::leave_counted(std::uint64_t line_feeds) { restart(base_ + chunk_.size(), first_ + line_feeds); }

std::uint64_t LineCursor::line_of(std::uint64_t byte) {
  if (chunk_.empty()) return line_;
  const std::uint64_t at = std::clamp<std::uint64_t>(byte, base_, base_ + chunk_.size());
  const std::uint64_t from = std::min(at, known_);
  const std::uint64_t between = count_line_feeds(chunk_.substr(from - base_, std::max(at, known_) - from));
  line_ = at >= known_ ? line_ + between : line_ - between;
  known_ = at;
  return line_;
}

}  // namespace scalper
