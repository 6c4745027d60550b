#include "validate/schema/format.h"

#include <algorithm>
#include <array>
#include <utility>

#include "validate/schema/ecma_pattern.h"
#include "validate/schema/format_parts.h"

namespace scalper::schema {
namespace {

constexpr auto kNames = std::to_array<std::pair<std::string_view, Format>>({
    {"date", Format::kDate},
    {"date-time", Format::kDateTime},
    {"duration", Format::kDuration},
    {"email", Format::kEmail},
    {"hostname", Format::kHostname},
    {"idn-email", Format::kIdnEmail},
    {"idn-hostname", Format::kIdnHostname},
    {"ipv4", Format::kIpv4},
    {"ipv6", Format::kIpv6},
    {"iri", Format::kIri},
    {"iri-reference", Format::kIriReference},
    {"json-pointer", Format::kJsonPointer},
    {"regex", Format::kRegex},
    {"relative-json-pointer", Format::kRelativeJsonPointer},
    {"time", Format::kTime},
    {"uri", Format::kUri},
    {"uri-reference", Format::kUriReference},
    {"uri-template", Format::kUriTemplate},
    {"uuid", Format::kUuid},
});

// Patterns that are not supported are patterns all the same.
bool is_regex(std::string_view text) {
  const std::string complaint = translate_pattern(text).complaint;
  return complaint.empty() || complaint.find("not supported") != std::string::npos;
}

}  // namespace

Format find_format(std::string_view name) {
  const auto* const found =
      std::find_if(kNames.begin(), kNames.end(), [&](const auto& pair) { return pair.first == name; });
  return found == kNames.end() ? Format::kNone : found->second;
}

bool has_format(Format format, std::string_view text) {
  switch (format) {
    case Format::kNone: return true;
    case Format::kDateTime: return is_date_time(text);
    case Format::kDate: return is_date(text);
    case Format::kTime: return is_time(text);
    case Format::kDuration: return is_duration(text);
    case Format::kEmail: return is_email(text, false);
    case Format::kIdnEmail: return is_email(text, true);
    case Format::kHostname: return is_hostname(text, false);
    case Format::kIdnHostname: return is_hostname(text, true);
    case Format::kIpv4: return is_ipv4(text);
    case Format::kIpv6: return is_ipv6(text);
    case Format::kUri: return is_uri(text, false, false);
    case Format::kUriReference: return is_uri(text, true, false);
    case Format::kIri: return is_uri(text, false, true);
    case Format::kIriReference: return is_uri(text, true, true);
    case Format::kUuid: return is_uuid(text);
    case Format::kUriTemplate: return is_uri_template(text);
    case Format::kJsonPointer: return is_json_pointer(text, false);
    case Format::kRelativeJsonPointer: return is_json_pointer(text, true);
    case Format::kRegex: return is_regex(text);
  }
  return true;
}

}  // namespace scalper::schema
