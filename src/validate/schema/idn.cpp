#include "validate/schema/idn.h"

#include <algorithm>
#include <cstdint>

#include "validate/formats/utf8.h"
#include "validate/schema/format_parts.h"

namespace scalper::schema {
namespace {

constexpr std::size_t kMostLabel = 63;
constexpr std::size_t kMostName = 253;

// RFC 3492, section 5.
constexpr std::uint32_t kBase = 36;
constexpr std::uint32_t kTMin = 1;
constexpr std::uint32_t kTMax = 26;

std::uint32_t adapt(std::uint32_t delta, std::uint32_t points, bool first) {
  delta = first ? delta / 700 : delta / 2;
  delta += delta / points;
  std::uint32_t k = 0;
  for (; delta > ((kBase - kTMin) * kTMax) / 2; k += kBase) delta /= kBase - kTMin;
  return k + (kBase - kTMin + 1) * delta / (delta + 38);
}

std::uint32_t threshold(std::uint32_t k, std::uint32_t bias) {
  return k <= bias ? kTMin : k >= bias + kTMax ? kTMax : k - bias;
}

std::u32string code_points(std::string_view text) {
  std::u32string out;
  while (!text.empty()) {
    const int length = std::max(utf8_character(text), 1);
    const auto byte = [&](int i) { return static_cast<unsigned char>(text[static_cast<std::size_t>(i)]); };
    char32_t value = length == 1 ? byte(0) : byte(0) & (0xFFU >> (length + 1));
    for (int i = 1; i < length; ++i) value = (value << 6U) | (byte(i) & 0x3FU);
    out += value;
    text.remove_prefix(static_cast<std::size_t>(length));
  }
  return out;
}

bool within(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

bool is_greek(char32_t c) { return within(c, 0x370, 0x3FF) || within(c, 0x1F00, 0x1FFF); }
bool is_hebrew(char32_t c) { return within(c, 0x591, 0x5F4); }
bool is_japanese(char32_t c) {
  return (within(c, 0x3041, 0x309F) || within(c, 0x30A1, 0x30FF) || within(c, 0x31F0, 0x31FF) ||
          within(c, 0x3400, 0x4DBF) || within(c, 0x4E00, 0x9FFF) || within(c, 0xF900, 0xFAFF) || c == 0x3005 ||
          c == 0x3007 || within(c, 0x20000, 0x3134F)) &&
         c != 0x30FB;
}
// Viramas of the scripts that have joiners behind them (RFC 5892, appendix A.1).
bool is_virama(char32_t c) {
  return (within(c, 0x94D, 0xD4D) && (c & 0x7FU) == 0x4DU) || c == 0xDCA || c == 0xE3A || c == 0xF84 || c == 0x1039 ||
         c == 0x103A || c == 0x1714 || c == 0x17D2 || c == 0x1A60 || c == 0x1B44 || c == 0x1BAA || c == 0xA806 ||
         c == 0xA8C4 || c == 0xA953 || c == 0xA9C0 || c == 0xABED || c == 0x11046 || c == 0x1107F || c == 0x110B9;
}
bool is_mark(char32_t c) {
  return within(c, 0x300, 0x36F) || within(c, 0x483, 0x489) || within(c, 0x591, 0x5BD) || within(c, 0x610, 0x61A) ||
         within(c, 0x64B, 0x65F) || within(c, 0x900, 0x903) || within(c, 0x93E, 0x94F) || within(c, 0x1AB0, 0x1AFF) ||
         within(c, 0x1DC0, 0x1DFF) || within(c, 0x20D0, 0x20FF) || within(c, 0x302A, 0x302F) ||
         within(c, 0x3099, 0x309A) || within(c, 0xFE20, 0xFE2F);
}
// RFC 5892, section 2.6, and what is no letter, digit or mark at all.
bool is_disallowed(char32_t c) {
  return c == 0x640 || c == 0x7FA || c == 0x302E || c == 0x302F || within(c, 0x3031, 0x3035) || c == 0x303B ||
         within(c, 0x80, 0xB6) || within(c, 0xB8, 0xDE) || c == 0xF7 || within(c, 0x2000, 0x200B) ||
         within(c, 0x200E, 0x206F) || within(c, 0x20A0, 0x20CF) || within(c, 0x2100, 0x214D) ||
         within(c, 0x2190, 0x2BFF) || within(c, 0x3000, 0x3004) || within(c, 0x3008, 0x3020) ||
         within(c, 0xFE00, 0xFE1F) || within(c, 0xFE30, 0xFEFF) || within(c, 0xFF00, 0xFFFF) ||
         within(c, 0xE000, 0xF8FF) ||
         (c < 0x80 && !(is_digit(static_cast<char>(c)) || is_letter(static_cast<char>(c)) || c == '-'));
}

// The rules of appendix A that look at what stands around.
bool fits_context(const std::u32string& label, std::size_t at) {
  const char32_t before = at > 0 ? label[at - 1] : 0;
  const char32_t behind = at + 1 < label.size() ? label[at + 1] : 0;
  switch (label[at]) {
    case 0xB7: return before == 'l' && behind == 'l';
    case 0x375: return is_greek(behind);
    case 0x5F3:
    case 0x5F4: return is_hebrew(before);
    case 0x30FB: return std::any_of(label.begin(), label.end(), is_japanese);
    case 0x200C:
    case 0x200D: return is_virama(before);
    default: break;
  }
  const auto has = [&](char32_t first, char32_t last) {
    return std::any_of(label.begin(), label.end(), [&](char32_t c) { return within(c, first, last); });
  };
  if (within(label[at], 0x660, 0x669)) return !has(0x6F0, 0x6F9);
  return true;
}

bool is_unicode_label(const std::u32string& label) {
  if (label.empty() || label.front() == '-' || label.back() == '-') return false;
  if (label.size() > 3 && label[2] == '-' && label[3] == '-') return false;
  if (is_mark(label.front())) return false;
  for (std::size_t i = 0; i < label.size(); ++i)
    if (is_disallowed(label[i]) || !fits_context(label, i)) return false;
  return punycode_size(label) + 4 <= kMostLabel;
}

bool is_ascii(std::u32string_view label) {
  return std::all_of(label.begin(), label.end(), [](char32_t c) { return c < 0x80; });
}

bool is_ascii_label(const std::u32string& label) {
  if (label.empty() || label.size() > kMostLabel || label.front() == '-' || label.back() == '-') return false;
  std::string text;
  for (const char32_t c : label) {
    const char ascii = static_cast<char>(c);
    if (!is_letter(ascii) && !is_digit(ascii) && ascii != '-') return false;
    text += ascii >= 'A' && ascii <= 'Z' ? static_cast<char>(ascii + 32) : ascii;
  }
  if (text.size() < 4 || text.substr(2, 2) != "--") return true;
  if (!text.starts_with("xn--")) return false;
  const std::u32string decoded = punycode_decoded(std::string_view(text).substr(4));
  return !decoded.empty() && !is_ascii(decoded) && is_unicode_label(decoded);
}

}  // namespace

std::u32string punycode_decoded(std::string_view label) {
  std::u32string out;
  const std::size_t dash = label.rfind('-');
  if (dash != std::string_view::npos) out.assign(label.begin(), label.begin() + static_cast<std::ptrdiff_t>(dash));
  if (dash != std::string_view::npos) label.remove_prefix(dash + 1);
  std::uint32_t n = 128;
  std::uint32_t bias = 72;
  std::uint32_t i = 0;
  while (!label.empty()) {
    const std::uint32_t old = i;
    std::uint64_t weight = 1;
    for (std::uint32_t k = kBase;; k += kBase) {
      if (label.empty()) return {};
      const char c = label.front();
      label.remove_prefix(1);
      if (!is_letter(c) && !is_digit(c)) return {};
      const auto digit = static_cast<std::uint32_t>(is_digit(c) ? c - '0' + 26 : (c | 0x20) - 'a');
      if (digit * weight > 0x7FFFFFFF - i) return {};
      i += static_cast<std::uint32_t>(digit * weight);
      const std::uint32_t t = threshold(k, bias);
      if (digit < t) break;
      weight *= kBase - t;
      if (weight > 0x7FFFFFFF) return {};
    }
    const auto points = static_cast<std::uint32_t>(out.size() + 1);
    bias = adapt(i - old, points, old == 0);
    n += i / points;
    i %= points;
    if (n > 0x10FFFF || (n >= 0xD800 && n <= 0xDFFF)) return {};
    out.insert(out.begin() + i, static_cast<char32_t>(n));
    ++i;
  }
  return out;
}

std::size_t punycode_size(const std::u32string& label) {
  const auto basic =
      static_cast<std::uint32_t>(std::count_if(label.begin(), label.end(), [](char32_t c) { return c < 0x80; }));
  std::size_t size = basic + (basic > 0 ? 1 : 0);
  std::uint32_t n = 128;
  std::uint32_t delta = 0;
  std::uint32_t bias = 72;
  for (std::uint32_t handled = basic; handled < label.size() && size <= kMostLabel;) {
    char32_t next = 0x110000;
    for (const char32_t c : label)
      if (c >= n) next = std::min(next, c);
    delta += static_cast<std::uint32_t>(next - n) * (handled + 1);
    n = static_cast<std::uint32_t>(next);
    for (const char32_t c : label) {
      if (c < n) ++delta;
      if (c != n) continue;
      std::uint32_t q = delta;
      for (std::uint32_t k = kBase;; k += kBase) {
        ++size;
        const std::uint32_t t = threshold(k, bias);
        if (q < t) break;
        q = (q - t) / (kBase - t);
      }
      bias = adapt(delta, handled + 1, handled == basic);
      delta = 0;
      ++handled;
    }
    ++delta;
    ++n;
  }
  return size;
}

bool is_host(std::string_view text, bool idn) {
  if (text.size() > 4 * kMostName) return false;
  const std::u32string name = code_points(text);
  if (name.empty() || (is_ascii(name) && name.size() > kMostName)) return false;
  std::u32string label;
  for (std::size_t i = 0; i <= name.size(); ++i) {
    const bool dot =
        i < name.size() && (name[i] == '.' || (idn && (name[i] == 0x3002 || name[i] == 0xFF0E || name[i] == 0xFF61)));
    if (i < name.size() && !dot) {
      label += name[i];
      continue;
    }
    const bool good = is_ascii(label) ? is_ascii_label(label) : idn && is_unicode_label(label);
    if (!good) return false;
    label.clear();
  }
  return true;
}

}  // namespace scalper::schema
