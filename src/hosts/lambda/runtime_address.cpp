#include "hosts/lambda/runtime_address.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "base/escape.h"

namespace scalper::lambda {
namespace {

constexpr std::string_view kScheme = "http://";
constexpr std::size_t kMaxAddress = 1024;

Error refused(std::string_view text, const char* why) {
  return {ErrorCode::kInvalidArgument, "AWS_LAMBDA_RUNTIME_API: " + escape_text(text) + ": " + why};
}

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F && c != '?' && c != '#'; });
}

bool is_port(std::string_view text) {
  std::uint16_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failed == std::errc{} && end == text.data() + text.size() && number > 0;
}

}  // namespace

Result<RuntimeAddress> parse_runtime_address(std::string_view text) {
  const std::string_view whole = text;
  if (text.empty() || text.size() > kMaxAddress || !is_plain(text)) return refused(whole, "no address");
  if (text.starts_with(kScheme)) text.remove_prefix(kScheme.size());
  RuntimeAddress address;
  const std::size_t slash = std::min(text.find('/'), text.size());
  address.path = text.substr(slash);
  while (address.path.ends_with('/')) address.path.pop_back();
  text = text.substr(0, slash);
  address.authority = text;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return refused(whole, "a bracket is not closed");
    address.host = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
  } else {
    const std::size_t colon = std::min(text.find(':'), text.size());
    address.host = text.substr(0, colon);
    text.remove_prefix(colon);
  }
  if (address.host.empty()) return refused(whole, "no host");
  if (text.empty()) return address;
  if (!text.starts_with(':') || !is_port(text.substr(1))) return refused(whole, "no port from 1 to 65535");
  address.port = text.substr(1);
  return address;
}

}  // namespace scalper::lambda
