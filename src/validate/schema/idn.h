#pragma once
// Names of hosts, with the rules of IDNA 2008 for characters beyond ASCII (RFC 5891, RFC 5892) and Punycode (RFC 3492).

#include <string>
#include <string_view>
#include <vector>

namespace scalper::schema {

// `text` is valid UTF-8. Without `idn` labels are ASCII; those that begin with "xn--" have to decode to good ones in
// both cases.
[[nodiscard]] bool is_host(std::string_view text, bool idn);

// The characters of a Punycode label, without "xn--"; nothing where it is none.
[[nodiscard]] std::u32string punycode_decoded(std::string_view label);
// How long the label is in Punycode, without "xn--".
[[nodiscard]] std::size_t punycode_size(const std::u32string& label);

}  // namespace scalper::schema
