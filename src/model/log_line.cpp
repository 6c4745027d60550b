#include "model/log_line.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/escape.h"

namespace scalper {
namespace {

void add_unit(std::string& out, std::uint32_t unit) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kDigits[(unit >> shift) & 0xFU];
}

void add_code_point(std::string& out, std::uint32_t point) {
  if (point < 0x10000) return add_unit(out, point);
  add_unit(out, 0xD800U + ((point - 0x10000U) >> 10U));
  add_unit(out, 0xDC00U + ((point - 0x10000U) & 0x3FFU));
}

// `text` is valid UTF-8.
void add_text(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    const auto first = static_cast<unsigned char>(text[at]);
    if (first < 0x80) {
      if (first == '"' || first == '\\')
        out.append({'\\', text[at]});
      else if (first < 0x20 || first == 0x7F)
        add_unit(out, first);
      else
        out += text[at];
      ++at;
      continue;
    }
    const std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    std::uint32_t point = first & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) point = (point << 6U) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    add_code_point(out, point);
    at += length;
  }
  out += '"';
}

void add_value(std::string& out, const LogValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    // What can be read back exactly stays as it came; JSON's own escapes keep it on one line.
    const bool whole = text->size() <= kMaxLogText && is_valid_utf8(*text);
    add_text(out, whole ? *text : escape_text(*text, kMaxLogText));
  } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
    out += std::to_string(*number);
  } else if (const auto* real = std::get_if<double>(&value)) {
    std::array<char, 32> digits{};
    const auto [end, failed] = std::to_chars(digits.data(), digits.data() + digits.size(), *real);
    out += std::isfinite(*real) && failed == std::errc() ? std::string(digits.data(), end) : "null";
  } else {
    out += std::get<bool>(value) ? "true" : "false";
  }
}

}  // namespace

std::string_view to_string(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug: return "debug";
    case LogLevel::kInfo: return "info";
    case LogLevel::kWarning: return "warning";
    case LogLevel::kError: return "error";
  }
  return "error";
}

std::string log_line(const LogEvent& event, WallTime at) {
  std::string line = R"({"timestamp":")" + format_rfc3339(at) + R"(","level":")" + std::string(to_string(event.level)) +
                     R"(","event":)";
  add_text(line, escape_text(event.event, 100));
  for (const auto& [name, value] : event.fields) {
    line += ',';
    add_text(line, escape_text(name, 100));
    line += ':';
    add_value(line, value);
  }
  return line + "}\n";
}

}  // namespace scalper
