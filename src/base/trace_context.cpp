#include "base/trace_context.h"

#include <algorithm>
#include <set>

namespace scalper {
namespace {

constexpr std::size_t kLength00 = 55;
constexpr std::size_t kMaxState = 512;
constexpr std::size_t kMaxMembers = 32;
constexpr std::size_t kMaxKey = 256;
constexpr std::size_t kMaxTenant = 241;
constexpr std::size_t kMaxSystem = 14;
constexpr std::size_t kMaxValue = 256;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_small(char c) { return c >= 'a' && c <= 'z'; }

bool is_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}
bool is_zero(std::string_view text) { return text.find_first_not_of('0') == std::string_view::npos; }

bool is_part(std::string_view part, std::size_t most, bool digit_first) {
  if (part.empty() || part.size() > most) return false;
  if (!is_small(part[0]) && !(digit_first && is_digit(part[0]))) return false;
  return std::ranges::all_of(
      part, [](char c) { return is_small(c) || is_digit(c) || c == '_' || c == '-' || c == '*' || c == '/'; });
}

// simple-key, or tenant@system
bool is_key(std::string_view key) {
  const std::size_t at = key.find('@');
  if (at == std::string_view::npos) return is_part(key, kMaxKey, false);
  return is_part(key.substr(0, at), kMaxTenant, true) && is_part(key.substr(at + 1), kMaxSystem, false);
}

bool is_value(std::string_view value) {
  if (value.empty() || value.size() > kMaxValue || value.back() == ' ') return false;
  return std::ranges::all_of(value, [](char c) { return c >= 0x20 && c <= 0x7E && c != ',' && c != '='; });
}

std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

std::optional<TraceContext> parse_traceparent(std::string_view header) {
  if (header.size() < kLength00 || header[2] != '-' || header[35] != '-' || header[52] != '-') return std::nullopt;
  const std::string_view version = header.substr(0, 2);
  const std::string_view trace = header.substr(3, 32);
  const std::string_view parent = header.substr(36, 16);
  const std::string_view flags = header.substr(53, 2);
  if (!is_hex(version) || version == "ff" || !is_hex(trace) || !is_hex(parent) || !is_hex(flags)) return std::nullopt;
  if (is_zero(trace) || is_zero(parent)) return std::nullopt;
  if (version == "00" && header.size() != kLength00) return std::nullopt;
  if (header.size() > kLength00 && header[kLength00] != '-') return std::nullopt;
  const char last = flags[1];
  const int nibble = is_digit(last) ? last - '0' : last - 'a' + 10;
  return TraceContext{std::string(trace), std::string(parent), (nibble & 1) != 0};
}

bool is_tracestate(std::string_view header) {
  if (header.empty() || header.size() > kMaxState) return false;
  std::set<std::string_view> keys;
  std::size_t members = 0;
  for (std::string_view rest = header;;) {
    const std::size_t comma = rest.find(',');
    const std::string_view member = trimmed(rest.substr(0, comma));
    if (!member.empty()) {  // empty members are allowed, and say nothing
      const std::size_t equals = member.find('=');
      if (equals == std::string_view::npos || ++members > kMaxMembers) return false;
      if (!is_key(member.substr(0, equals)) || !is_value(member.substr(equals + 1))) return false;
      if (!keys.insert(member.substr(0, equals)).second) return false;
    }
    if (comma == std::string_view::npos) return members > 0;
    rest.remove_prefix(comma + 1);
  }
}

}  // namespace scalper
