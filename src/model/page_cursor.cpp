#include "model/page_cursor.h"

#include <charconv>
#include <cstdint>

#include "base/bytes.h"
#include "digest/sha256.h"

namespace scalper {
namespace {

constexpr std::size_t kSignatureDigits = 24;  // 96 bits

// Unambiguous: no two lists of fields have the same text.
void append_field(std::string& out, std::string_view field) {
  out += std::to_string(field.size());
  out += ':';
  out += field;
}

std::optional<std::string_view> take_field(std::string_view& rest) {
  const auto colon = rest.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + colon, size);
  if (error != std::errc{} || end != rest.data() + colon || size > rest.size() - colon - 1) return std::nullopt;
  const auto field = rest.substr(colon + 1, size);
  rest.remove_prefix(colon + 1 + size);
  return field;
}

}  // namespace

std::string PageCursors::signature(std::string_view scope, std::string_view payload) const {
  std::string text;
  append_field(text, secret_);
  append_field(text, scope);
  append_field(text, payload);
  return to_hex(sha256(as_bytes(text))).substr(0, kSignatureDigits);
}

std::string PageCursors::encode(std::string_view scope, const std::vector<std::string>& position) const {
  std::string payload;
  for (const auto& field : position) append_field(payload, field);
  return signature(scope, payload) + to_hex(as_bytes(payload));
}

std::optional<std::vector<std::string>> PageCursors::decode(std::string_view scope, std::string_view cursor) const {
  if (cursor.size() < kSignatureDigits) return std::nullopt;
  const auto payload = from_hex(cursor.substr(kSignatureDigits));
  if (!payload) return std::nullopt;
  // Were the right signature to show in how long the comparison takes, it could be found digit by digit.
  if (!equal_in_constant_time(signature(scope, *payload), cursor.substr(0, kSignatureDigits))) return std::nullopt;
  std::vector<std::string> position;
  for (std::string_view rest = *payload; !rest.empty();) {
    const auto field = take_field(rest);
    if (!field) return std::nullopt;
    position.emplace_back(*field);
  }
  return position;
}

}  // namespace scalper
