#include "adapters/memory/memory_telemetry.h"

namespace scalper {

void MemoryTelemetry::log(const LogEvent& event) {
  const std::lock_guard lock(mutex_);
  events_.push_back(event);
}

void MemoryTelemetry::count(std::string_view metric, double by, std::string_view contract) {
  const std::lock_guard lock(mutex_);
  counters_[Name(metric, contract)] += by;
}

void MemoryTelemetry::observe(std::string_view metric, double value, std::string_view contract) {
  const std::lock_guard lock(mutex_);
  observations_[Name(metric, contract)].push_back(value);
}

std::vector<LogEvent> MemoryTelemetry::events() {
  const std::lock_guard lock(mutex_);
  return events_;
}

double MemoryTelemetry::counted(std::string_view metric) {
  const std::lock_guard lock(mutex_);
  double sum = 0;
  for (const auto& [name, value] : counters_)
    if (name.first == metric) sum += value;
  return sum;
}

double MemoryTelemetry::counted(std::string_view metric, std::string_view contract) {
  const std::lock_guard lock(mutex_);
  const auto found = counters_.find(Name(metric, contract));
  return found == counters_.end() ? 0 : found->second;
}

std::vector<double> MemoryTelemetry::observed(std::string_view metric) {
  const std::lock_guard lock(mutex_);
  std::vector<double> all;
  for (const auto& [name, values] : observations_)
    if (name.first == metric) all.insert(all.end(), values.begin(), values.end());
  return all;
}

}  // namespace scalper
