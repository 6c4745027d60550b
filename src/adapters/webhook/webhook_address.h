#pragma once
// Which addresses a webhook may lead to. Asked for each address that a name resolves to, right before the connection,
// so that a name which changes its mind in between wins nothing.

#include <string>

struct sockaddr;

namespace scalper {

// Empty: yes. Else why not. Never: link-local addresses and those where clouds tell credentials (169.254.0.0/16,
// fe80::/10, fd00:ec2::254, 100.100.100.200, 192.0.0.192), 0.0.0.0/8, multicast, broadcast; the same mapped into IPv6.
// Private networks: yes, receivers live there. Without TLS: loopback alone, unless `allow_http`.
[[nodiscard]] std::string why_not_address(const sockaddr& address, bool secure, bool allow_http);

// The same of the host of a URL, "10.0.0.1" or "[fe80::1]", as far as it is an address. Empty for names: what they lead
// to is known when they are asked for.
[[nodiscard]] std::string why_not_host(const std::string& host, bool secure, bool allow_http);

}  // namespace scalper
