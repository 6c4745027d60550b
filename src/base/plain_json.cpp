#include "base/plain_json.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

namespace scalper {
namespace {

std::string unit(std::uint32_t value) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "\\u%04x", value & 0xFFFFU);
  return text.data();
}

std::string escaped(std::uint32_t point) {
  if (point < 0x10000) return unit(point);
  const std::uint32_t rest = point - 0x10000;
  return unit(0xD800 + (rest >> 10)) + unit(0xDC00 + (rest & 0x3FF));
}

}  // namespace

std::string plain_json(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto strange = std::find_if(text.begin() + static_cast<std::ptrdiff_t>(i), text.end(),
                                      [](char c) { return static_cast<unsigned char>(c) >= 0x7F; });
    const auto plain = static_cast<std::size_t>(strange - text.begin()) - i;
    out.append(text, i, plain);
    i += plain;
    if (i == text.size()) break;
    const auto first = static_cast<unsigned char>(text[i]);
    std::size_t more = 0;
    std::uint32_t point = first;
    if (first >= 0xC0) {
      more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
      point = first & (0x3FU >> more);
    }
    for (std::size_t k = 1; k <= more && i + k < text.size(); ++k)
      point = (point << 6) | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
    out += escaped(point);
    i += more + 1;
  }
  return out;
}

}  // namespace scalper
