#pragma once
// Where the gate listens, and which names it may be called by.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace scalper::server {

struct ListenAddress {
  std::string host;        // a numeric address: "127.0.0.1", "::1", "0.0.0.0"
  std::uint16_t port = 0;  // 0: any that is free
};

// "127.0.0.1:8080", "[::1]:8080", "localhost:8080", ":8080" (loopback).
// kInvalidArgument: no address of that form.
[[nodiscard]] Result<ListenAddress> parse_listen_address(std::string_view text);

// Whether others than this machine reach it.
[[nodiscard]] bool is_reached_by_others(const ListenAddress& address);

// Whether a Host header names this machine's loopback: a name that leads here
// from a page elsewhere (DNS rebinding) does not. `port` is the one that is
// listened on.
[[nodiscard]] bool is_own_host(std::string_view host, std::uint16_t port);

}  // namespace scalper::server
