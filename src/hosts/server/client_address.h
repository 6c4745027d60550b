#pragma once
// Who is at the other end: addresses, ranges of them, and the client behind proxies that are trusted.

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/request.h"
#include "base/result.h"

namespace scalper::server {

// An IPv4 address stands as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2), so that each has one form.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};

  [[nodiscard]] bool is_v4() const;
  [[nodiscard]] bool is_loopback() const;
  [[nodiscard]] std::string text() const;
  // The part that one client has: an IPv4 address whole, of IPv6 the first 64 bits.
  [[nodiscard]] IpAddress of_one_client() const;

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

// Numeric: "192.0.2.1", "2001:db8::1"; nullopt for anything else.
[[nodiscard]] std::optional<IpAddress> parse_ip(std::string_view text);

struct AddressRange {
  IpAddress first;
  unsigned bits = 128;  // of the 128
  [[nodiscard]] bool contains(const IpAddress& address) const;
};

// "10.0.0.0/8", "2001:db8::/32", or one address. kInvalidArgument.
[[nodiscard]] Result<AddressRange> parse_range(std::string_view text);
// Several of them, separated by commas; empty: none.
[[nodiscard]] Result<std::vector<AddressRange>> parse_ranges(std::string_view text);

[[nodiscard]] bool is_in(const std::vector<AddressRange>& ranges, const IpAddress& address);

// Whether a proxy has written into the request: Forwarded (RFC 7239), X-Forwarded-*, X-Real-IP or Via (RFC
// 9110, 7.6.3).
[[nodiscard]] bool came_through_proxy(const api::Headers& headers);

// The client of a request that came from the trusted proxy `peer`: the right-most address of Forwarded, else of
// X-Forwarded-For, that is not trusted. Where they name nobody, or name somebody by a word, the last that is known.
// nullopt: both headers are there and do not agree; one of them is not the proxy's.
[[nodiscard]] std::optional<IpAddress> client_behind(const IpAddress& peer, const api::Headers& headers,
                                                     const std::vector<AddressRange>& trusted);

}  // namespace scalper::server
