#include "api/request_seen.h"

namespace scalper::api {

LogEvent log_event_of(const RequestSeen& seen) {
  LogEvent line{seen.status >= 500 ? LogLevel::kWarning : LogLevel::kInfo, "api_request", {}};
  line.fields = {{"method", std::string(seen.method)},
                 {"route", std::string(seen.route)},
                 {"status", std::int64_t{seen.status}},
                 {"duration_ms", std::int64_t{seen.took.count()}},
                 {"role", std::string(to_string(seen.role))},
                 {"request_id", std::string(seen.request_id)},
                 {"trace_id", seen.trace.trace_id}};
  if (!seen.caller.empty()) line.fields.emplace_back("caller", std::string(seen.caller));
  return line;
}

}  // namespace scalper::api
