// Addresses and names of machines, and of people on them.
#include <algorithm>
#include <cstddef>

#include "base/escape.h"
#include "validate/schema/format_parts.h"
#include "validate/schema/idn.h"

namespace scalper::schema {
namespace {

bool is_atom(std::string_view text, bool idn) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_letter(c) || is_digit(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos ||
           (idn && static_cast<signed char>(c) < 0);
  });
}

bool is_local_part(std::string_view text, bool idn) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    text = text.substr(1, text.size() - 2);
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (c == '\\') {
        if (++i == text.size()) return false;
      } else if (c == '"' || (c >= 0 && c < ' ') || c == 0x7F || (c < 0 && !idn)) {
        return false;
      }
    }
    return true;
  }
  while (true) {
    const std::size_t dot = std::min(text.find('.'), text.size());
    if (!is_atom(text.substr(0, dot), idn)) return false;
    if (dot == text.size()) return true;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace

bool is_ipv4(std::string_view text) {
  for (int part = 0; part < 4; ++part) {
    std::size_t size = 0;
    int value = 0;
    for (; size < text.size() && size < 4 && is_digit(text[size]); ++size) value = value * 10 + (text[size] - '0');
    if (size == 0 || size > 3 || value > 255 || (size > 1 && text.front() == '0')) return false;
    text.remove_prefix(size);
    if (part == 3) break;
    if (!text.starts_with('.')) return false;
    text.remove_prefix(1);
  }
  return text.empty();
}

bool is_ipv6(std::string_view text) {
  int groups = 0;
  bool gap = false;
  if (text.starts_with("::")) {
    gap = true;
    text.remove_prefix(2);
    if (text.empty()) return true;
  }
  while (true) {
    if (text.find('.') != std::string_view::npos && text.find(':') == std::string_view::npos) {
      if (!is_ipv4(text)) return false;
      groups += 2;
      break;
    }
    std::size_t size = 0;
    while (size < text.size() && is_hex(text[size])) ++size;
    if (size == 0 || size > 4) return false;
    ++groups;
    text.remove_prefix(size);
    if (text.empty()) break;
    if (text.front() != ':') return false;
    text.remove_prefix(1);
    if (text.starts_with(':')) {
      if (gap) return false;
      gap = true;
      text.remove_prefix(1);
      if (text.empty()) break;
    } else if (text.empty()) {
      return false;
    }
  }
  return gap ? groups < 8 : groups == 8;
}

bool is_hostname(std::string_view text, bool idn) {
  if (!is_valid_utf8(text)) return false;
  return is_host(text, idn);
}

bool is_email(std::string_view text, bool idn) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || at > 64 || !is_local_part(text.substr(0, at), idn)) return false;
  std::string_view domain = text.substr(at + 1);
  if (domain.starts_with('[') && domain.ends_with(']')) {
    domain = domain.substr(1, domain.size() - 2);
    if (domain.starts_with("IPv6:")) return is_ipv6(domain.substr(5));
    return is_ipv4(domain);
  }
  return is_hostname(domain, idn);
}

}  // namespace scalper::schema
