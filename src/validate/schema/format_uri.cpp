// URIs, their templates, JSON Pointers and UUIDs.
#include <algorithm>
#include <cstddef>

#include "validate/schema/format_parts.h"

namespace scalper::schema {
namespace {

bool is_among(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

// Characters of `allowed` beside letters, digits, "-._~" and %XX; in IRIs what is no ASCII too.
bool consists_of(std::string_view text, std::string_view allowed, bool iri) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
      i += 2;
    } else if (static_cast<signed char>(c) < 0) {
      if (!iri) return false;
    } else if (!is_letter(c) && !is_digit(c) && !is_among(c, "-._~") && !is_among(c, allowed)) {
      return false;
    }
  }
  return true;
}

constexpr std::string_view kSubDelims = "!$&'()*+,;=";

bool is_ip_literal(std::string_view text) {
  if (is_ipv6(text)) return true;
  if (text.size() < 4 || (text.front() != 'v' && text.front() != 'V')) return false;
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos || dot < 2 || dot + 1 == text.size()) return false;
  const std::string_view version = text.substr(1, dot - 1);
  return std::all_of(version.begin(), version.end(), is_hex) &&
         consists_of(text.substr(dot + 1), "!$&'()*+,;=:", false);
}

bool is_authority(std::string_view text, bool iri) {
  const std::size_t at = text.rfind('@');
  if (at != std::string_view::npos) {
    if (!consists_of(text.substr(0, at), "!$&'()*+,;=:", iri)) return false;
    text.remove_prefix(at + 1);
  }
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos || !is_ip_literal(text.substr(1, close - 1))) return false;
    text.remove_prefix(close + 1);
    if (!text.empty() && text.front() != ':') return false;
  } else {
    const std::size_t colon = std::min(text.find(':'), text.size());
    if (!consists_of(text.substr(0, colon), kSubDelims, iri)) return false;
    text.remove_prefix(colon);
  }
  if (text.starts_with(':')) text.remove_prefix(1);
  return std::all_of(text.begin(), text.end(), is_digit);
}

// 0: there is none.
std::size_t scheme_size(std::string_view text) {
  if (text.empty() || !is_letter(text.front())) return 0;
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return 0;
  const std::string_view scheme = text.substr(0, colon);
  const bool good = std::all_of(scheme.begin(), scheme.end(),
                                [](char c) { return is_letter(c) || is_digit(c) || is_among(c, "+-."); });
  return good ? colon + 1 : 0;
}

bool is_expression(std::string_view text) {
  if (!text.empty() && is_among(text.front(), "+#./;?&")) text.remove_prefix(1);
  if (text.empty()) return false;
  while (true) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view name = text.substr(0, comma);
    if (name.ends_with('*')) {
      name.remove_suffix(1);
    } else if (const std::size_t colon = name.find(':'); colon != std::string_view::npos) {
      const std::string_view size = name.substr(colon + 1);
      if (size.empty() || size.size() > 4 || size.front() == '0' || !std::all_of(size.begin(), size.end(), is_digit))
        return false;
      name = name.substr(0, colon);
    }
    if (name.empty() || name.front() == '.' || name.back() == '.' || name.find("..") != std::string_view::npos ||
        is_among('~', name) || is_among('-', name) || !consists_of(name, "", false))
      return false;
    if (comma == text.size()) return true;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace

bool is_uri(std::string_view text, bool reference, bool iri) {
  const std::size_t hash = text.find('#');
  if (hash != std::string_view::npos) {
    if (!consists_of(text.substr(hash + 1), "!$&'()*+,;=:@/?", iri)) return false;
    text = text.substr(0, hash);
  }
  const std::size_t question = text.find('?');
  if (question != std::string_view::npos) {
    if (!consists_of(text.substr(question + 1), "!$&'()*+,;=:@/?", iri)) return false;
    text = text.substr(0, question);
  }
  const std::size_t scheme = scheme_size(text);
  if (scheme == 0 && !reference) return false;
  text.remove_prefix(scheme);
  if (text.starts_with("//")) {
    const std::size_t slash = std::min(text.find('/', 2), text.size());
    if (!is_authority(text.substr(2, slash - 2), iri)) return false;
    text.remove_prefix(slash);
  } else if (scheme == 0) {
    // The first segment of a relative path has no colon: it would be a scheme.
    if (text.substr(0, std::min(text.find('/'), text.size())).find(':') != std::string_view::npos) return false;
  }
  return consists_of(text, "!$&'()*+,;=:@/", iri);
}

bool is_uri_template(std::string_view text) {
  while (!text.empty()) {
    const char c = text.front();
    if (c == '{') {
      const std::size_t close = text.find('}');
      if (close == std::string_view::npos || !is_expression(text.substr(1, close - 1))) return false;
      text.remove_prefix(close + 1);
      continue;
    }
    if (c == '%') {
      if (text.size() < 3 || !is_hex(text[1]) || !is_hex(text[2])) return false;
    } else if (c >= 0 && (c <= ' ' || c == 0x7F || is_among(c, "\"<>\\^`{|}"))) {
      return false;
    }
    text.remove_prefix(1);
  }
  return true;
}

bool is_json_pointer(std::string_view text, bool relative) {
  if (relative) {
    std::size_t digits = 0;
    while (digits < text.size() && is_digit(text[digits])) ++digits;
    if (digits == 0 || (digits > 1 && text.front() == '0')) return false;
    text.remove_prefix(digits);
    if (text == "#") return true;
  }
  if (!text.empty() && text.front() != '/') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '~' && (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1'))) return false;
  }
  return true;
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return true;
}

}  // namespace scalper::schema
