#include "hosts/server/listen_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

#include "base/escape.h"

namespace scalper::server {
namespace {

struct HostAndPort {
  std::string host;
  std::optional<std::uint16_t> port;
};

// "host", "host:port", "[v6]", "[v6]:port"; nothing if it is none of these.
std::optional<HostAndPort> taken_apart(std::string_view text) {
  HostAndPort parts;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    parts.host = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    if (!text.empty() && text[0] != ':') return std::nullopt;
  } else {
    const std::size_t colon = std::min(text.find(':'), text.size());
    parts.host = text.substr(0, colon);
    text.remove_prefix(colon);
  }
  if (text.empty()) return parts;
  text.remove_prefix(1);
  std::uint16_t port = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  parts.port = port;
  return parts;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

bool is_loopback(const std::string& host) {
  in_addr v4{};
  if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6{};
  return ::inet_pton(AF_INET6, host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

bool is_address(const std::string& host) {
  in6_addr any{};
  return ::inet_pton(AF_INET, host.c_str(), &any) == 1 || ::inet_pton(AF_INET6, host.c_str(), &any) == 1;
}

}  // namespace

Result<ListenAddress> parse_listen_address(std::string_view text) {
  auto parts = taken_apart(text);
  if (!parts || !parts->port)
    return Error(ErrorCode::kInvalidArgument, "\"" + escape_text(text) +
                                                  "\" is no address to listen on; write 127.0.0.1:8080 or "
                                                  "[::1]:8080");
  if (parts->host.empty() || lower(parts->host) == "localhost") parts->host = "127.0.0.1";
  if (!is_address(parts->host))
    return Error(ErrorCode::kInvalidArgument, "\"" + escape_text(parts->host) + "\" is no numeric address");
  return ListenAddress{parts->host, *parts->port};
}

bool is_reached_by_others(const ListenAddress& address) { return !is_loopback(address.host); }

bool is_own_host(std::string_view host, std::uint16_t port) {
  const auto parts = taken_apart(host);
  if (!parts || parts->host.empty()) return false;
  if (parts->port.value_or(port) != port) return false;
  return lower(parts->host) == "localhost" || is_loopback(parts->host);
}

}  // namespace scalper::server
