#include "api/request_trace.h"

#include <algorithm>
#include <string>

#include "base/bytes.h"
#include "digest/sha256.h"

namespace scalper::api {
namespace {

constexpr std::size_t kTraceDigits = 32;
constexpr std::size_t kSpanDigits = 16;

bool is_span(std::string_view id) {
  return id.size() == kSpanDigits && id.find_first_not_of("0123456789abcdef") == std::string_view::npos &&
         id.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

TraceContext trace_of(const RequestHead& head, std::string_view request_id, const std::function<OwnerToken()>& fresh) {
  const auto callers = parse_traceparent(head.header("traceparent"));
  if (callers && is_span(request_id)) return {callers->trace_id, std::string(request_id), callers->sampled};
  const std::string random = to_hex(sha256(as_bytes(fresh().value())));
  TraceContext trace = callers.value_or(TraceContext{random.substr(0, kTraceDigits), {}, false});
  trace.parent_id = is_span(request_id) ? std::string(request_id) : random.substr(kTraceDigits, kSpanDigits);
  return trace;
}

void add_traceresponse(Reply& reply, const TraceContext& trace) {
  std::visit(
      [&](auto& answer) {
        if constexpr (requires { answer.headers; })
          answer.headers.emplace_back("traceresponse", format_traceparent(trace));
      },
      reply);
}

}  // namespace scalper::api
