#include "base/trace_context.h"

#include <algorithm>

namespace scalper {
namespace {

constexpr std::size_t kLength00 = 55;
constexpr std::size_t kTraceDigits = 32;
constexpr std::size_t kParentDigits = 16;
constexpr std::size_t kMostAmazon = 512;  // characters; what X-Ray writes has below 100

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

bool is_id(std::string_view text, std::size_t digits) {
  return text.size() == digits && is_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

// "1-5759e988-bd862e3fe1be46a994272793" without what X-Ray puts between: the same id (W3C trace ids).
std::string root_of(std::string_view root) {
  constexpr std::size_t kLength = 35;
  if (root.size() != kLength || !root.starts_with("1-") || root[10] != '-') return {};
  return std::string(root.substr(2, 8)).append(root.substr(11));
}

}  // namespace

std::optional<TraceContext> parse_traceparent(std::string_view header) {
  if (header.size() < kLength00 || header[2] != '-' || header[35] != '-' || header[52] != '-') return std::nullopt;
  const std::string_view version = header.substr(0, 2);
  const std::string_view trace = header.substr(3, kTraceDigits);
  const std::string_view parent = header.substr(36, kParentDigits);
  const std::string_view flags = header.substr(53, 2);
  if (!is_hex(version) || version == "ff" || !is_hex(flags)) return std::nullopt;
  if (!is_id(trace, kTraceDigits) || !is_id(parent, kParentDigits)) return std::nullopt;
  if (version == "00" && header.size() != kLength00) return std::nullopt;
  if (header.size() > kLength00 && header[kLength00] != '-') return std::nullopt;
  const char last = flags[1];
  const int nibble = is_digit(last) ? last - '0' : last - 'a' + 10;
  return TraceContext{std::string(trace), std::string(parent), (nibble & 1) != 0};
}

std::string format_traceparent(const TraceContext& trace) {
  return "00-" + trace.trace_id + "-" + trace.parent_id + (trace.sampled ? "-01" : "-00");
}

std::optional<TraceContext> parse_amazon_trace(std::string_view header) {
  if (header.size() > kMostAmazon) return std::nullopt;
  TraceContext trace;
  for (std::string_view rest = header; !rest.empty();) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    std::string_view part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    part.remove_prefix(std::min(part.find_first_not_of(' '), part.size()));
    if (part.starts_with("Root=")) trace.trace_id = root_of(part.substr(5));
    if (part.starts_with("Parent=")) trace.parent_id = part.substr(7);
    if (part.starts_with("Sampled=")) trace.sampled = part == "Sampled=1";
  }
  if (!is_id(trace.trace_id, kTraceDigits) || !is_id(trace.parent_id, kParentDigits)) return std::nullopt;
  return trace;
}

std::string_view trace_id_of(std::string_view traceparent) {
  return parse_traceparent(traceparent) ? traceparent.substr(3, kTraceDigits) : std::string_view();
}

}  // namespace scalper
