#pragma once
// The trace that a request belongs to: its caller's, or one that begins with it. Only for handle().

#include <functional>
#include <string_view>

#include "api/reply.h"
#include "api/request.h"
#include "base/trace_context.h"
#include "model/names.h"

namespace scalper::api {

// The caller's trace (header `traceparent`) with a span for this request; a header that is none is ignored, and a new
// trace begins. The span is the request id where that has its form (16 hexadecimal digits). `fresh`: unguessable, never
// twice the same.
[[nodiscard]] TraceContext trace_of(const RequestHead& head, std::string_view request_id,
                                    const std::function<OwnerToken()>& fresh);

// Adds the header `traceresponse` to every answer but WaitFor, which is none yet.
// Source: https://w3c.github.io/trace-context/#traceresponse-header (draft of level 3).
void add_traceresponse(Reply& reply, const TraceContext& trace);

}  // namespace scalper::api
