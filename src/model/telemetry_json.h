#pragma once
// All telemetry as one JSON document: {"namespace", "metrics", "gauges", "log_events", "log_keys", "alarms"}. For
// `scalper doctor --telemetry`; the Terraform, docs/telemetry.md and the samples are compared with it.

#include <string>

namespace scalper {

[[nodiscard]] std::string telemetry_json();

}  // namespace scalper
