#pragma once
// Where the gate listens, and which names it may be called by.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace scalper::server {

struct ListenAddress {
  std::string host;        // a numeric loopback address: "127.0.0.1", "::1"
  std::uint16_t port = 0;  // 0: any that is free
};

// "127.0.0.1:8080", "[::1]:8080", "localhost:8080", ":8080". kInvalidArgument:
// no address of that form. kPermissionDenied: an address that others reach;
// until there are access tokens only loopback is allowed.
[[nodiscard]] Result<ListenAddress> parse_listen_address(std::string_view text);

// Whether a Host header names this machine's loopback: a name that leads here
// from a page elsewhere (DNS rebinding) does not. `port` is the one that is
// listened on.
[[nodiscard]] bool is_own_host(std::string_view host, std::uint16_t port);

}  // namespace scalper::server
