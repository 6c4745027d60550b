#include "adapters/aws/client/http_url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "adapters/aws/client/text.h"

namespace scalper::aws {
namespace {

Error bad(const char* why) { return {ErrorCode::kInvalidArgument, std::string("no usable http(s) URL: ") + why}; }

std::uint16_t own_port(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

bool is_host_name(std::string_view host) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  return !host.empty() && host.size() <= 253 && host.front() != '.' && host.front() != '-' &&
         host.find("..") == std::string_view::npos && std::all_of(host.begin(), host.end(), fits);
}

std::optional<std::array<unsigned char, 16>> ipv6_of(std::string_view host) {
  if (host.size() < 4 || host.front() != '[' || host.back() != ']') return std::nullopt;
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET6, std::string(host.substr(1, host.size() - 2)).c_str(), bytes.data()) != 1) return std::nullopt;
  return bytes;
}

std::optional<std::array<unsigned char, 4>> ipv4_of(const std::string& host) {
  std::array<unsigned char, 4> bytes{};
  if (inet_pton(AF_INET, host.c_str(), bytes.data()) != 1) return std::nullopt;
  return bytes;
}

Result<void> read_authority(std::string_view authority, HttpUrl& url) {
  if (authority.find('@') != std::string_view::npos) return bad("it names a user");
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  url.host = lower(authority.substr(0, colon));
  if (!is_host_name(url.host) && !ipv6_of(url.host)) return bad("its host is none");
  if (colon == std::string_view::npos || colon + 1 == authority.size()) return {};
  const std::string_view digits = authority.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
  if (error != std::errc() || end != digits.data() + digits.size() || url.port == 0) return bad("its port is none");
  if (url.port == own_port(url.scheme)) url.port = 0;
  return {};
}

}  // namespace

std::string HttpUrl::authority() const { return port == 0 ? host : host + ":" + std::to_string(port); }

std::string HttpUrl::text() const { return scheme + "://" + authority() + path + (query.empty() ? "" : "?" + query); }

bool HttpUrl::is_address_or_localhost() const {
  return ipv4_of(host) || ipv6_of(host) || host == "localhost" || host.ends_with(".localhost");
}

bool HttpUrl::is_loopback() const {
  if (const auto v4 = ipv4_of(host)) return v4->front() == 127;
  const auto v6 = ipv6_of(host);
  if (!v6) return host == "localhost";
  return std::all_of(v6->begin(), v6->end() - 1, [](unsigned char byte) { return byte == 0; }) && v6->back() == 1;
}

Result<HttpUrl> parse_http_url(std::string_view text) {
  if (!is_visible_ascii(text) || text.size() > 4096) return bad("empty, too long, or with bytes that no URL may hold");
  if (text.find('#') != std::string_view::npos) return bad("it has a fragment");
  if (text.find_first_of("\"<>\\^`{|}") != std::string_view::npos) return bad("it holds characters to be encoded");
  HttpUrl url;
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return bad("its scheme is neither http nor https");
  url.scheme = lower(text.substr(0, scheme_end));
  if (url.scheme != "http" && url.scheme != "https") return bad("its scheme is neither http nor https");
  text.remove_prefix(scheme_end + 3);
  const std::size_t authority_end = std::min(text.find_first_of("/?"), text.size());
  SCALPER_TRY(read_authority(text.substr(0, authority_end), url));
  text.remove_prefix(authority_end);
  const std::size_t mark = std::min(text.find('?'), text.size());
  url.path = text.substr(0, mark);
  if (mark < text.size()) url.query = text.substr(mark + 1);
  return url;
}

}  // namespace scalper::aws
