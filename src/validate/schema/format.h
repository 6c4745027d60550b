#pragma once
// The formats of JSON Schema 2020-12, section 7.3, and of draft 7, where a contract or a vocabulary asserts them.

#include <cstdint>
#include <optional>
#include <string_view>

namespace scalper::schema {

enum class Format : std::uint8_t {
  kNone,
  kDateTime,
  kDate,
  kTime,
  kDuration,
  kEmail,
  kIdnEmail,
  kHostname,
  kIdnHostname,
  kIpv4,
  kIpv6,
  kUri,
  kUriReference,
  kIri,
  kIriReference,
  kUuid,
  kUriTemplate,
  kJsonPointer,
  kRelativeJsonPointer,
  kRegex,
};

// kNone: an unknown one, which never fails.
[[nodiscard]] Format find_format(std::string_view name);
[[nodiscard]] bool has_format(Format format, std::string_view text);

}  // namespace scalper::schema
