#pragma once
// The formats by family, for format.cpp.

#include <string_view>

namespace scalper::schema {

[[nodiscard]] bool is_date_time(std::string_view text);  // RFC 3339
[[nodiscard]] bool is_date(std::string_view text);
[[nodiscard]] bool is_time(std::string_view text);      // with its offset
[[nodiscard]] bool is_duration(std::string_view text);  // RFC 3339, appendix A

[[nodiscard]] bool is_ipv4(std::string_view text);                // RFC 2673, section 3.2
[[nodiscard]] bool is_ipv6(std::string_view text);                // RFC 4291, section 2.2
[[nodiscard]] bool is_hostname(std::string_view text, bool idn);  // RFC 1123; RFC 5890 to 5892
[[nodiscard]] bool is_email(std::string_view text, bool idn);     // RFC 5321, section 4.1.2; RFC 6531

[[nodiscard]] bool is_uri(std::string_view text, bool reference, bool iri);  // RFC 3986, RFC 3987
[[nodiscard]] bool is_uri_template(std::string_view text);                   // RFC 6570
[[nodiscard]] bool is_json_pointer(std::string_view text, bool relative);    // RFC 6901
[[nodiscard]] bool is_uuid(std::string_view text);                           // RFC 4122

// Letters and digits of ASCII.
[[nodiscard]] inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
[[nodiscard]] inline bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
[[nodiscard]] inline bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

}  // namespace scalper::schema
