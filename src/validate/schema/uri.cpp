#include "validate/schema/uri.h"

#include <algorithm>

namespace scalper::schema {
namespace {

struct Parts {
  std::string_view scheme;     // with its ':'
  std::string_view authority;  // with its "//"
  std::string_view path;
  std::string_view query;  // with its '?'
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t scheme_length(std::string_view uri) {
  if (uri.empty() || !is_letter(uri.front())) return 0;
  for (std::size_t i = 0; i < uri.size(); ++i) {
    if (uri[i] == ':') return i + 1;
    if (!is_letter(uri[i]) && !is_digit(uri[i]) && uri[i] != '+' && uri[i] != '-' && uri[i] != '.') return 0;
  }
  return 0;
}

Parts parts_of(std::string_view uri) {
  Parts parts;
  const std::size_t scheme = scheme_length(uri);
  parts.scheme = uri.substr(0, scheme);
  uri.remove_prefix(scheme);
  const std::size_t question = std::min(uri.find('?'), uri.size());
  parts.query = uri.substr(question);
  uri = uri.substr(0, question);
  if (uri.starts_with("//")) {
    const std::size_t slash = std::min(uri.find('/', 2), uri.size());
    parts.authority = uri.substr(0, slash);
    uri.remove_prefix(slash);
  }
  parts.path = uri;
  return parts;
}

// Section 5.2.4.
std::string without_dots(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const std::size_t next = std::min(path.find('/', 1), path.size());
    const std::string_view segment = path.substr(0, next);
    const bool last = next == path.size();
    path.remove_prefix(next);
    if (segment == "/." || segment == ".") {
      if (last) out += '/';
    } else if (segment == "/.." || segment == "..") {
      out.resize(out.rfind('/') == std::string::npos ? 0 : out.rfind('/'));
      if (last) out += '/';
    } else {
      out += segment;
    }
  }
  return out;
}

// Section 5.2.3.
std::string merged(const Parts& base, std::string_view path) {
  if (!base.authority.empty() && base.path.empty()) return "/" + std::string(path);
  const std::size_t slash = base.path.rfind('/');
  return std::string(base.path.substr(0, slash == std::string_view::npos ? 0 : slash + 1)) + std::string(path);
}

std::string joined(std::string_view scheme, std::string_view authority, std::string_view path, std::string_view query) {
  return std::string(scheme) + std::string(authority) + std::string(path) + std::string(query);
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string_view without_fragment(std::string_view uri) { return uri.substr(0, std::min(uri.find('#'), uri.size())); }

std::string_view fragment_of(std::string_view uri) {
  const std::size_t hash = uri.find('#');
  return hash == std::string_view::npos ? std::string_view() : uri.substr(hash + 1);
}

std::string resolve_uri(std::string_view base, std::string_view reference) {
  const std::string_view fragment = reference.substr(without_fragment(reference).size());  // with its '#'
  const Parts ref = parts_of(without_fragment(reference));
  const Parts from = parts_of(without_fragment(base));
  std::string uri;
  if (!ref.scheme.empty()) {
    uri = joined(ref.scheme, ref.authority,
                 ref.authority.empty() && !ref.path.starts_with('/') ? std::string(ref.path)  // urn:...
                                                                     : without_dots(ref.path),
                 ref.query);
  } else if (!ref.authority.empty()) {
    uri = joined(from.scheme, ref.authority, without_dots(ref.path), ref.query);
  } else if (ref.path.empty()) {
    uri = joined(from.scheme, from.authority, from.path, ref.query.empty() ? from.query : ref.query);
  } else if (ref.path.starts_with('/')) {
    uri = joined(from.scheme, from.authority, without_dots(ref.path), ref.query);
  } else {
    uri = joined(from.scheme, from.authority, without_dots(merged(from, ref.path)), ref.query);
  }
  return uri + std::string(fragment);
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0;
    if (!escape) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
    i += 2;
  }
  return out;
}

std::string percent_encoded_path(std::string_view path) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : path) {
    if (is_letter(c) || is_digit(c) || std::string_view("-._~/").find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kHex[byte >> 4U], kHex[byte & 15U]};
  }
  return out;
}

}  // namespace scalper::schema
