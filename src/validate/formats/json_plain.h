#pragma once
// Numbers and words of JSON that lie whole in a chunk: inline, for the fast paths of the tokenizer.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace scalper {

[[nodiscard, gnu::always_inline]] inline const char* json_behind_digits(const char* at, const char* end) {
  while (end - at >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    word ^= 0x3030303030303030U;
    // The top bit of each byte that was no digit; a carry reaches only bytes behind the first of them.
    const std::uint64_t others = ((word + 0x7676767676767676U) | word) & 0x8080808080808080U;
    if (others != 0) {
      if constexpr (std::endian::native == std::endian::little) return at + (std::countr_zero(others) >> 3);
      break;
    }
    at += 8;
  }
  while (at != end && *at >= '0' && *at <= '9') ++at;
  return at;
}

struct PlainNumber {
  const char* end = nullptr;  // null: it is better looked at with care
  bool exponent = false;
};

// A number that is whole before `end`.
[[nodiscard, gnu::always_inline]] inline PlainNumber json_plain_number(const char* at, const char* end) {
  constexpr std::ptrdiff_t kLongest = 300;  // as JsonWants::kStructure says
  const char* const begin = at;
  if (*at == '-') ++at;
  const char* const whole = at;
  at = json_behind_digits(at, end);
  if (at == whole || at == end || (*whole == '0' && at - whole > 1)) return {};
  if (*at == '.') {
    const char* const fraction = ++at;
    at = json_behind_digits(at, end);
    if (at == fraction || at == end) return {};
  }
  const bool exponent = *at == 'e' || *at == 'E';
  if (exponent) {
    ++at;
    if (at != end && (*at == '+' || *at == '-')) ++at;
    const char* const digits = at;
    at = json_behind_digits(at, end);
    if (at == digits || at == end) return {};
  }
  if (at - begin > kLongest) return {};
  return {at, exponent};
}

// Behind the word, or null.
[[nodiscard]] inline const char* json_behind_word(const char* at, const char* end, std::string_view word) {
  const auto size = static_cast<std::ptrdiff_t>(word.size());
  return end - at >= size && std::memcmp(at, word.data(), word.size()) == 0 ? at + size : nullptr;
}

}  // namespace scalper
