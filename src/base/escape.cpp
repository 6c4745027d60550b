#include "base/escape.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>

namespace scalper {
namespace {

struct Decoded {
  std::uint32_t point = 0;
  std::size_t length = 0;  // 0 = not valid UTF-8 here
};

unsigned byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

// One character by table 3-7 of the Unicode standard.
Decoded decode(std::string_view text, std::size_t at) {
  const unsigned b0 = byte_at(text, at);
  if (b0 < 0x80) return {b0, 1};
  std::size_t length = 0;
  unsigned low = 0x80;
  unsigned high = 0xBF;
  std::uint32_t point = 0;
  if (b0 >= 0xC2 && b0 <= 0xDF) {
    length = 2;
    point = b0 & 0x1FU;
  } else if (b0 >= 0xE0 && b0 <= 0xEF) {
    length = 3;
    point = b0 & 0x0FU;
    if (b0 == 0xE0) low = 0xA0;
    if (b0 == 0xED) high = 0x9F;
  } else if (b0 >= 0xF0 && b0 <= 0xF4) {
    length = 4;
    point = b0 & 0x07U;
    if (b0 == 0xF0) low = 0x90;
    if (b0 == 0xF4) high = 0x8F;
  } else {
    return {};
  }
  if (at + length > text.size()) return {};
  for (std::size_t i = 1; i < length; ++i) {
    const unsigned b = byte_at(text, at + i);
    if (b < low || b > high) return {};
    point = (point << 6U) | (b & 0x3FU);
    low = 0x80;
    high = 0xBF;
  }
  return {point, length};
}

// Eight bytes from `at` on are there, and all are ASCII.
bool is_ascii8(std::string_view text, std::size_t at) {
  std::uint64_t word = 0;
  if (text.size() - at < sizeof word) return false;
  std::memcpy(&word, text.data() + at, sizeof word);
  return (word & 0x8080808080808080U) == 0;
}

// Noncharacters too: CloudEvents and XML forbid them.
bool must_escape(std::uint32_t p) {
  return p < 0x20 || (p >= 0x7F && p <= 0x9F) || p == 0xAD || (p >= 0x200B && p <= 0x200F) ||
         (p >= 0x2028 && p <= 0x202E) || (p >= 0x2060 && p <= 0x206F) || p == 0xFEFF || p == 0x61C || p == 0x180E ||
         (p >= 0xFFF9 && p <= 0xFFFB) || (p >= 0xE0000 && p <= 0xE0FFF) || (p & 0xFFFEU) == 0xFFFEU ||
         (p >= 0xFDD0 && p <= 0xFDEF);
}

void append_escaped(std::string& out, std::uint32_t point) {
  std::array<char, 16> text{};
  switch (point) {
    case '\n': out += "\\n"; return;
    case '\t': out += "\\t"; return;
    case '\r': out += "\\r"; return;
    case '\\': out += "\\\\"; return;
    default: break;
  }
  std::snprintf(text.data(), text.size(), point < 0x80 ? "\\x%02X" : "\\u{%X}", static_cast<unsigned>(point));
  out += text.data();
}

}  // namespace

std::size_t valid_utf8_prefix(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (is_ascii8(text, at)) {  // most text is
      at += 8;
      continue;
    }
    const Decoded d = decode(text, at);
    if (d.length == 0) return at;
    at += d.length;
  }
  return at;
}

std::string escape_text(std::string_view text, std::size_t max_chars) {
  std::string out;
  std::size_t chars = 0;
  for (std::size_t at = 0; at < text.size(); ++chars) {
    if (chars == max_chars) {
      out += "\xE2\x80\xA6";
      break;
    }
    const Decoded d = decode(text, at);
    if (d.length == 0) {
      std::array<char, 8> hex{};
      std::snprintf(hex.data(), hex.size(), "\\x%02X", byte_at(text, at));
      out += hex.data();
      ++at;
      continue;
    }
    if (must_escape(d.point) || d.point == '\\') {
      append_escaped(out, d.point);
    } else {
      out += text.substr(at, d.length);
    }
    at += d.length;
  }
  return out;
}

}  // namespace scalper
