#include "hosts/request_log.h"

namespace scalper {

std::function<void(const api::RequestSeen&)> request_log(LocalTelemetry& telemetry, AccessLog which) {
  return [&telemetry, which](const api::RequestSeen& seen) {
    telemetry.observe_request(seen.route, seen.status, seen.took);
    const bool told = which == AccessLog::kAll || (which == AccessLog::kErrors && seen.status >= 400);
    if (told) telemetry.log(api::log_event_of(seen));
  };
}

}  // namespace scalper
