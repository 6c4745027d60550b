#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "ports/telemetry.h"

namespace scalper {

// Keeps everything that was said, for tests and for programs that print a summary at their end.
class MemoryTelemetry final : public Telemetry {
 public:
  void log(const LogEvent& event) override;
  void count(std::string_view metric, double by, std::string_view contract) override;
  void observe(std::string_view metric, double value, std::string_view contract) override;

  [[nodiscard]] std::vector<LogEvent> events();
  // The sum over all contracts; 0 for a metric that was never counted.
  [[nodiscard]] double counted(std::string_view metric);
  [[nodiscard]] double counted(std::string_view metric, std::string_view contract);
  // All measurements of all contracts, in no promised order.
  [[nodiscard]] std::vector<double> observed(std::string_view metric);

 private:
  using Name = std::pair<std::string, std::string>;  // metric, contract

  std::mutex mutex_;
  std::vector<LogEvent> events_;
  std::map<Name, double> counters_;
  std::map<Name, std::vector<double>> observations_;
};

}  // namespace scalper
