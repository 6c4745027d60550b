#pragma once
// What is told of a request that was answered: for the access log and the metrics. Never the target itself: its query
// and its keys may be secrets.

#include <string>
#include <string_view>

#include "api/request.h"
#include "base/time.h"
#include "base/trace_context.h"
#include "model/log_line.h"

namespace scalper::api {

struct RequestSeen {
  std::string_view method;
  std::string_view route;  // "/v1/files/{}"; "other" where there is none, "refused" at the door
  int status = 0;
  Millis took{0};  // in the gate, without what was waited for a file
  Role role = Role::kNone;
  std::string_view caller;
  std::string_view request_id;
  TraceContext trace;  // its own span
};

// The line "api_request" of it.
[[nodiscard]] LogEvent log_event_of(const RequestSeen& seen);

}  // namespace scalper::api
