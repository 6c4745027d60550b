#include "adapters/webhook/webhook_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>

namespace scalper {
namespace {

using V6 = std::array<std::uint8_t, 16>;

constexpr std::uint32_t v4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return (a << 24U) | (b << 16U) | (c << 8U) | d;
}

bool is_refused(std::uint32_t address) {
  const std::uint32_t first = address >> 24U;
  return first == 0 || first >= 224 || (address >> 16U) == v4(0, 0, 169, 254) || address == v4(100, 100, 100, 200) ||
         address == v4(192, 0, 0, 192);
}

// The IPv4 address that an IPv6 one stands for: mapped (::ffff:0:0/96), compatible (::/96), NAT64 (64:ff9b::/96) or
// 6to4 (2002::/16).
std::optional<std::uint32_t> inner(const V6& address) {
  const auto at = [&](std::size_t i) { return v4(address[i], address[i + 1], address[i + 2], address[i + 3]); };
  if (address[0] == 0x20 && address[1] == 0x02) return at(2);
  if (at(0) == 0x0064FF9BU && at(4) == 0 && at(8) == 0) return at(12);
  const bool zeros = at(0) == 0 && at(4) == 0;
  if (zeros && (at(8) == 0x0000FFFFU || (at(8) == 0 && at(12) > 1))) return at(12);
  return std::nullopt;
}

bool is_loopback(const V6& address) {
  V6 one{};
  one[15] = 1;
  return address == one;
}

// A network's own NAT64, 64:ff9b:1::/48 (RFC 8215): how long its prefix is nobody else knows, so each place where an
// IPv4 address may stand is looked at (RFC 6052, 2.2: behind 48, 56, 64 or 96 bits, and the byte at 64 is zero but in
// the last).
bool is_refused_by_local_nat64(const V6& a) {
  if (v4(a[0], a[1], a[2], a[3]) != 0x0064FF9BU || a[4] != 0 || a[5] != 1) return false;
  if (is_refused(v4(a[12], a[13], a[14], a[15]))) return true;
  if (a[8] != 0) return false;
  const auto leads = [](std::uint32_t to) { return (to >> 24U) != 0 && is_refused(to); };  // zeros: it is not there
  return leads(v4(a[6], a[7], a[9], a[10])) || leads(v4(a[7], a[9], a[10], a[11])) ||
         leads(v4(a[9], a[10], a[11], a[12]));
}

bool is_refused(const V6& address) {
  constexpr V6 kMetadata{0xFD, 0x00, 0x0E, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54};
  const bool link_local = address[0] == 0xFE && (address[1] & 0xC0U) == 0x80;
  const bool site_local = address[0] == 0xFE && (address[1] & 0xC0U) == 0xC0;
  return link_local || site_local || is_refused_by_local_nat64(address) || address[0] == 0xFF || address == kMetadata ||
         address == V6{};
}

}  // namespace

std::string why_not_address(const sockaddr& address, bool secure, bool allow_http) {
  std::optional<std::uint32_t> number;
  bool loopback = false;
  bool refused = true;
  if (address.sa_family == AF_INET) {
    sockaddr_in plain{};
    std::memcpy(&plain, &address, sizeof plain);
    number = ntohl(plain.sin_addr.s_addr);
  } else if (address.sa_family == AF_INET6) {
    sockaddr_in6 plain{};
    std::memcpy(&plain, &address, sizeof plain);
    V6 bytes{};
    std::memcpy(bytes.data(), &plain.sin6_addr, bytes.size());
    number = inner(bytes);
    loopback = is_loopback(bytes);
    refused = is_refused(bytes);
  }
  if (number) {
    loopback = (*number >> 24U) == 127;
    refused = is_refused(*number);
  }
  if (refused) return "leads to a link-local, metadata, multicast or unspecified address";
  if (!secure && !loopback && !allow_http) return "leads beyond this machine without TLS";
  return {};
}

std::string why_not_host(const std::string& host, bool secure, bool allow_http) {
  sockaddr_storage storage{};
  sockaddr_in plain{};
  sockaddr_in6 long_one{};
  const bool brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (::inet_pton(AF_INET, host.c_str(), &plain.sin_addr) == 1) {
    plain.sin_family = AF_INET;
    std::memcpy(&storage, &plain, sizeof plain);
  } else if (brackets && ::inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &long_one.sin6_addr) == 1) {
    long_one.sin6_family = AF_INET6;
    std::memcpy(&storage, &long_one, sizeof long_one);
  } else {
    return {};
  }
  return why_not_address(reinterpret_cast<const sockaddr&>(storage), secure, allow_http);
}

}  // namespace scalper
