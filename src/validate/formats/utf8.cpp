#include "validate/formats/utf8.h"

#include <bit>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace scalper {
namespace {

struct Lead {
  int length = 0;
  unsigned low = 0x80;  // bounds of the second byte, table 3-7 of the Unicode standard
  unsigned high = 0xBF;
};

Lead lead_of(unsigned byte) {
  if (byte < 0x80) return {1};
  if (byte < 0xC2) return {0};
  if (byte < 0xE0) return {2};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};
  if (byte < 0xF0) return {3};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte < 0xF4) return {4};
  if (byte == 0xF4) return {4, 0x80, 0x8F};
  return {0};
}

}  // namespace

int utf8_character(std::string_view text) {
  const auto byte_at = [&](std::size_t at) { return static_cast<unsigned>(static_cast<unsigned char>(text[at])); };
  const Lead lead = lead_of(byte_at(0));
  for (int i = 1; i < lead.length; ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (at == text.size()) return kUtf8Cut;
    const unsigned byte = byte_at(at);
    if (i == 1 ? (byte < lead.low || byte > lead.high) : (byte & 0xC0U) != 0x80U) return kUtf8Bad;
  }
  return lead.length;
}

std::size_t ascii_prefix(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
#if defined(__SSE2__)
  while (end - at >= 64) {
    const auto* blocks = reinterpret_cast<const __m128i*>(at);
    const __m128i front = _mm_or_si128(_mm_loadu_si128(blocks), _mm_loadu_si128(blocks + 1));
    const __m128i back = _mm_or_si128(_mm_loadu_si128(blocks + 2), _mm_loadu_si128(blocks + 3));
    if (_mm_movemask_epi8(_mm_or_si128(front, back)) != 0) break;
    at += 64;
  }
#endif
  while (end - at >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    if ((word & 0x8080808080808080U) != 0) break;
    at += 8;
  }
  while (at != end && static_cast<unsigned char>(*at) < 0x80) ++at;
  return static_cast<std::size_t>(at - text.data());
}

std::size_t Utf8Stream::complete(std::string_view chunk) {
  std::size_t taken = 0;
  while (taken < chunk.size()) {
    carry_.at(carried_++) = chunk[taken++];
    const int length = utf8_character({carry_.data(), carried_});
    if (length == kUtf8Cut) continue;
    if (length == kUtf8Bad) {
      bad_ = true;
    } else {
      carried_ = 0;
    }
    break;
  }
  return taken;
}

std::optional<std::uint64_t> Utf8Stream::feed(std::string_view chunk) {
  if (bad_) return std::nullopt;
  std::size_t at = 0;
  if (carried_ > 0) {
    const std::uint64_t began = consumed_ - carried_;
    at = complete(chunk);
    if (bad_) return began;
  }
  while (at < chunk.size()) {
    at += ascii_prefix(chunk.substr(at));
    while (at < chunk.size() && static_cast<unsigned char>(chunk[at]) >= 0x80) {
      const int length = utf8_character(chunk.substr(at));
      if (length == kUtf8Bad) {
        bad_ = true;
        return consumed_ + at;
      }
      if (length == kUtf8Cut) {
        carried_ = chunk.copy(carry_.data(), carry_.size(), at);
        at = chunk.size();
        break;
      }
      at += static_cast<std::size_t>(length);
    }
  }
  consumed_ += chunk.size();
  return std::nullopt;
}

std::optional<std::uint64_t> Utf8Stream::finish() const {
  if (bad_ || carried_ == 0) return std::nullopt;
  return consumed_ - carried_;
}

}  // namespace scalper
