#pragma once
// Requests to the API of a gate on one machine: their lines in the log and their durations.

#include <cstdint>
#include <functional>

#include "adapters/local/local_telemetry.h"
#include "api/request_seen.h"

namespace scalper {

// Which requests have a line in the log; their durations are always counted.
enum class AccessLog : std::uint8_t { kAll, kErrors, kNone };

// For Service::on_request. The telemetry outlives it.
[[nodiscard]] std::function<void(const api::RequestSeen&)> request_log(LocalTelemetry& telemetry, AccessLog which);

}  // namespace scalper
