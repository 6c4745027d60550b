#pragma once
// The one list of log events and their keys. tests/binary/telemetry_test.py holds every log() of src/ against it.

#include <span>
#include <string_view>

namespace scalper {

struct LogKey {
  std::string_view name;
  std::string_view meaning;
};

struct LogEventName {
  std::string_view event;
  std::string_view levels;  // those that it may have, separated by spaces
  std::string_view keys;    // beyond timestamp, level, event and those of the invocation; some may be absent
  std::string_view meaning;
};

// Both in the order of the alphabet.
[[nodiscard]] std::span<const LogEventName> all_log_events();
[[nodiscard]] std::span<const LogKey> all_log_keys();

// Keys that any line may have beside its own: on AWS the invocation's, and everywhere those of who asked.
inline constexpr std::string_view kCommonLogKeys = "cold_start correlation_id request_id trace_id";

}  // namespace scalper
