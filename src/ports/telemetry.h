#pragma once
// Log lines and metrics. Names come from model/telemetry_names.h and nowhere else.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace scalper {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };

using LogValue = std::variant<std::string, std::int64_t, double, bool>;

struct LogEvent {
  LogLevel level = LogLevel::kInfo;
  std::string event;                                     // what happened, a stable word: "file_final"
  std::vector<std::pair<std::string, LogValue>> fields;  // raw values; the adapter escapes
};

// Thread-safe, never blocks for long, never fails: what cannot be written is counted and said later.
class Telemetry {
 public:
  virtual ~Telemetry() = default;
  virtual void log(const LogEvent& event) = 0;
  // Adds to a counter. `contract` is a bounded dimension: a contract's name, or empty.
  virtual void count(std::string_view metric, double by, std::string_view contract) = 0;
  // One measurement of a distribution, in the metric's unit (milliseconds for durations).
  virtual void observe(std::string_view metric, double value, std::string_view contract) = 0;
};

}  // namespace scalper
