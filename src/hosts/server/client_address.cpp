#include "hosts/server/client_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/escape.h"

namespace scalper::server {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr unsigned kMappedBits = 96;
constexpr std::size_t kMostHops = 32;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Elements of a list; a comma within quotes separates nothing (RFC 9110, 5.6.1).
std::vector<std::string_view> elements(std::string_view list, char mark) {
  std::vector<std::string_view> found;
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= list.size(); ++i) {
    if (i < list.size() && list[i] == '"') quoted = !quoted;
    if (i < list.size() && (quoted || list[i] != mark)) continue;
    found.push_back(trimmed(list.substr(begin, i - begin)));
    begin = i + 1;
  }
  return found;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// "192.0.2.1", "192.0.2.1:4711", "[2001:db8::1]", "[2001:db8::1]:4711", any of them in quotes.
std::optional<IpAddress> parse_node(std::string_view node) {
  if (node.size() >= 2 && node.front() == '"' && node.back() == '"') node = node.substr(1, node.size() - 2);
  if (node.starts_with('[')) {
    const std::size_t end = node.find(']');
    return end == std::string_view::npos ? std::nullopt : parse_ip(node.substr(1, end - 1));
  }
  if (std::count(node.begin(), node.end(), ':') == 1) node = node.substr(0, node.find(':'));
  return parse_ip(node);
}

using Hops = std::vector<std::optional<IpAddress>>;  // nullopt: named by a word

Hops forwarded_hops(std::string_view header) {
  Hops hops;
  for (const std::string_view element : elements(header, ',')) {
    std::optional<IpAddress> node;
    for (const std::string_view pair : elements(element, ';'))
      if (lower(pair.substr(0, 4)) == "for=") node = parse_node(trimmed(pair.substr(4)));
    hops.push_back(node);
  }
  return hops;
}

Hops x_forwarded_hops(std::string_view header) {
  Hops hops;
  for (const std::string_view element : elements(header, ',')) hops.push_back(parse_node(element));
  return hops;
}

IpAddress right_most_untrusted(IpAddress last, const Hops& hops, const std::vector<AddressRange>& trusted) {
  std::size_t looked_at = 0;
  for (auto hop = hops.rbegin(); hop != hops.rend() && looked_at < kMostHops; ++hop, ++looked_at) {
    if (!*hop) return last;
    last = **hop;
    if (!is_in(trusted, last)) return last;
  }
  return last;
}

}  // namespace

bool IpAddress::is_v4() const { return std::equal(kMapped.begin(), kMapped.end(), bytes.begin()); }

bool IpAddress::is_loopback() const {
  if (is_v4()) return bytes[12] == 127;
  return std::all_of(bytes.begin(), bytes.end() - 1, [](std::uint8_t byte) { return byte == 0; }) && bytes[15] == 1;
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool v4 = is_v4();
  if (::inet_ntop(v4 ? AF_INET : AF_INET6, bytes.data() + (v4 ? 12 : 0), text.data(), text.size()) == nullptr)
    return "unknown";
  return text.data();
}

IpAddress IpAddress::of_one_client() const {
  IpAddress part = *this;
  if (!is_v4()) std::fill(part.bytes.begin() + 8, part.bytes.end(), std::uint8_t{0});
  return part;
}

std::optional<IpAddress> parse_ip(std::string_view text) {
  if (text.empty() || text.size() >= INET6_ADDRSTRLEN) return std::nullopt;
  const std::string name(text);
  IpAddress address;
  in_addr v4{};
  if (::inet_pton(AF_INET, name.c_str(), &v4) == 1) {
    std::copy(kMapped.begin(), kMapped.end(), address.bytes.begin());
    std::memcpy(address.bytes.data() + kMapped.size(), &v4, sizeof v4);
    return address;
  }
  if (::inet_pton(AF_INET6, name.c_str(), address.bytes.data()) == 1) return address;
  return std::nullopt;
}

bool AddressRange::contains(const IpAddress& address) const {
  for (unsigned bit = 0; bit < bits; bit += 8) {
    const unsigned left = std::min(8U, bits - bit);
    const auto mask = static_cast<std::uint8_t>(0xFFU << (8U - left));
    if (((first.bytes.at(bit / 8) ^ address.bytes.at(bit / 8)) & mask) != 0) return false;
  }
  return true;
}

Result<AddressRange> parse_range(std::string_view text) {
  const Error bad(ErrorCode::kInvalidArgument,
                  "\"" + escape_text(text, 100) + "\" is no range of addresses; write 10.0.0.0/8 or 2001:db8::/32");
  const std::size_t slash = text.find('/');
  const auto first = parse_ip(text.substr(0, slash));
  if (!first) return bad;
  if (slash == std::string_view::npos) return AddressRange{*first, 128};
  const std::string_view digits = text.substr(slash + 1);
  unsigned bits = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (failed != std::errc() || end != digits.data() + digits.size() || bits > (first->is_v4() ? 32U : 128U)) return bad;
  return AddressRange{*first, first->is_v4() ? kMappedBits + bits : bits};
}

Result<std::vector<AddressRange>> parse_ranges(std::string_view text) {
  std::vector<AddressRange> ranges;
  if (text.empty()) return ranges;
  for (const std::string_view one : elements(text, ',')) {
    SCALPER_TRY_ASSIGN(const AddressRange range, parse_range(one));
    ranges.push_back(range);
  }
  return ranges;
}

bool is_in(const std::vector<AddressRange>& ranges, const IpAddress& address) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const AddressRange& range) { return range.contains(address); });
}

bool came_through_proxy(const api::Headers& headers) {
  return std::any_of(headers.begin(), headers.end(), [](const auto& header) {
    const std::string& name = header.first;
    return name == "forwarded" || name == "via" || name == "x-real-ip" || name.starts_with("x-forwarded-");
  });
}

std::optional<IpAddress> client_behind(const IpAddress& peer, const api::Headers& headers,
                                       const std::vector<AddressRange>& trusted) {
  const auto value = [&](std::string_view name) -> std::optional<std::string_view> {
    const auto found = headers.find(name);
    return found == headers.end() ? std::nullopt : std::optional<std::string_view>(found->second);
  };
  std::optional<IpAddress> said;
  if (const auto header = value("forwarded")) said = right_most_untrusted(peer, forwarded_hops(*header), trusted);
  if (const auto header = value("x-forwarded-for")) {
    const IpAddress other = right_most_untrusted(peer, x_forwarded_hops(*header), trusted);
    if (said && *said != other) return std::nullopt;
    said = other;
  }
  return said.value_or(peer);
}

}  // namespace scalper::server
