#pragma once
// W3C Trace Context, level 1: who asked, as the header `traceparent` says it, and as AWS X-Ray writes the same.
// Sources: https://www.w3.org/TR/trace-context-1/, section 3.2; "AWS X-Ray concepts", tracing header, and "Sending
// trace data to AWS X-Ray", W3C trace ids, of the AWS X-Ray Developer Guide.
//
// `tracestate` is not carried: it belongs to tracing systems that are told of spans, and this gate tells none.

#include <optional>
#include <string>
#include <string_view>

namespace scalper {

struct TraceContext {
  std::string trace_id;   // 32 lower-case hexadecimal digits, not all zero
  std::string parent_id;  // 16, likewise: the span that what follows belongs to
  bool sampled = false;

  friend bool operator==(const TraceContext&, const TraceContext&) = default;
};

// Nothing where the header is none: it is ignored then, and never repaired. Of versions after 00 what 00 knows is read.
[[nodiscard]] std::optional<TraceContext> parse_traceparent(std::string_view header);

// Version 00, 55 characters; parse_traceparent() reads it back.
[[nodiscard]] std::string format_traceparent(const TraceContext& trace);

// "Root=1-<8 digits>-<24>;Parent=<16>;Sampled=1", in any order: X-Amzn-Trace-Id, and AWSTraceHeader of a message.
// Nothing where it names no root and parent.
[[nodiscard]] std::optional<TraceContext> parse_amazon_trace(std::string_view header);

// Of a traceparent; empty where that is none.
[[nodiscard]] std::string_view trace_id_of(std::string_view traceparent);

// The name of a file's metadata that carries its sender's, on every store.
inline constexpr std::string_view kTraceparent = "traceparent";

}  // namespace scalper
