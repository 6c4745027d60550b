#include "base/base64.h"

#include <cstdint>

namespace scalper {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::optional<std::uint32_t> value_of(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<std::uint32_t>(c - 'A');
  if (c >= 'a' && c <= 'z') return static_cast<std::uint32_t>(c - 'a') + 26U;
  if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0') + 52U;
  if (c == '+') return 62U;
  if (c == '/') return 63U;
  return std::nullopt;
}

}  // namespace

std::string to_base64(Bytes bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t count = bytes.size() - at < 3 ? bytes.size() - at : 3;
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i)
      bits = (bits << 8U) | (i < count ? std::to_integer<std::uint32_t>(bytes[at + i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i)
      text += i <= count ? kAlphabet[(bits >> (18U - 6U * static_cast<unsigned>(i))) & 63U] : '=';
  }
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  const std::size_t digits = text.size() - padding;
  std::uint32_t bits = 0;
  for (std::size_t at = 0; at < digits; ++at) {
    const auto value = value_of(text[at]);
    if (!value) return std::nullopt;
    bits = (bits << 6U) | *value;
    const std::size_t in_group = at % 4;
    if (in_group > 0) bytes += static_cast<char>((bits >> (6U - 2U * static_cast<unsigned>(in_group))) & 0xFFU);
  }
  // What the last digit carries beyond whole bytes is zero.
  const std::uint32_t stray = padding == 0 ? 0U : bits & (padding == 2 ? 15U : 3U);
  if (stray != 0) return std::nullopt;
  return bytes;
}

}  // namespace scalper
