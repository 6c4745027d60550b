#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace scalper::aws {

// An absolute URL of http or https (RFC 3986, RFC 9110 section 4.2) as configurations and services name them.
struct HttpUrl {
  std::string scheme;      // "http" or "https"
  std::string host;        // lower case; an IPv6 address in brackets
  std::uint16_t port = 0;  // 0: the scheme's own, also where it was written out
  std::string path;        // as it was written, encoded; "" or begins with '/'
  std::string query;       // as it was written, without '?'

  // As the Host header carries it: the port only where it is not the scheme's own.
  [[nodiscard]] std::string authority() const;
  [[nodiscard]] std::string text() const;
  // An address instead of a name, or "localhost" and names below it.
  [[nodiscard]] bool is_address_or_localhost() const;
  // 127.0.0.0/8, ::1, or "localhost".
  [[nodiscard]] bool is_loopback() const;
};

// kInvalidArgument: another scheme, user and password, a fragment, a bad port or host, a byte that no URL may hold. The
// message does not repeat the text.
[[nodiscard]] Result<HttpUrl> parse_http_url(std::string_view text);

}  // namespace scalper::aws
