#pragma once
// W3C Trace Context, level 1: who asked, as the header `traceparent` says it.
// Source: https://www.w3.org/TR/trace-context-1/, sections 3.2 and 3.3.

#include <optional>
#include <string>
#include <string_view>

namespace scalper {

struct TraceContext {
  std::string trace_id;   // 32 lower-case hexadecimal digits, not all zero
  std::string parent_id;  // 16, likewise
  bool sampled = false;

  friend bool operator==(const TraceContext&, const TraceContext&) = default;
};

// Nothing where the header is none: it is ignored then, and never repaired. Of versions after 00 what 00 knows is read.
[[nodiscard]] std::optional<TraceContext> parse_traceparent(std::string_view header);

// Whether `tracestate` may be handed on: at most 32 members of key=value, 512 characters in all, no key twice.
[[nodiscard]] bool is_tracestate(std::string_view header);

}  // namespace scalper
