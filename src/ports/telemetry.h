#pragma once
// Log lines and metrics. Names come from model/telemetry_names.h and nowhere else.

#include <string_view>

#include "model/log_line.h"

namespace scalper {

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
