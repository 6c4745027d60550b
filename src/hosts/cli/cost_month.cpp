#include "hosts/cli/cost_month.h"

#include <algorithm>

#include "model/alarm_rules.h"
#include "model/telemetry_names.h"

namespace scalper::cli {
namespace {

constexpr double kMillion = 1e6;
constexpr double kMonthSeconds = 30.0 * 24 * 60 * 60;

double metrics_in_alarms() {
  std::size_t count = 0;
  for (const AlarmRule& rule : all_alarm_rules()) count += rule.parts.size() + rule.wholes.size();
  return static_cast<double>(count);
}

// All but the one that only a gate on one machine writes.
double metrics_on_aws() {
  const auto counters = std::ranges::count_if(names::kCounters, [](auto name) { return name != names::kAlarms; });
  return static_cast<double>(counters) + static_cast<double>(names::kDistributions.size());
}

MonthLine line(std::string_view what, double count, std::string_view unit, double each) {
  return {what, count, unit, each, count * each};
}

}  // namespace

Month month_of(const StandingGate& gate, const Prices& prices, const MonthPrices& month_prices) {
  const double sweeps = kMonthSeconds / (gate.sweep_minutes * 60);
  Month month;
  month.standing = {
      line("metrics in alarms", metrics_in_alarms(), "metrics", month_prices.alarm_metric),
      line("composite alarm", 1, "alarm", month_prices.composite_alarm),
      line("SQS, polls", gate.pollers * kMonthSeconds / gate.poll_seconds, "calls", prices.message / kMillion),
      line("Lambda, sweeps", sweeps, "calls", prices.invocation / kMillion),
      line("Lambda, their memory", sweeps * gate.sweep_seconds * gate.sweep_memory_gb, "GB seconds",
           prices.gb_second / kMillion),
  };
  if (gate.has_own_key) month.standing.push_back(line("key of your own", 1, "key", month_prices.key));
  for (const MonthLine& each : month.standing) month.idle_dollars += each.dollars;
  month.metrics = line("metrics of files", metrics_on_aws(), "metrics", month_prices.metric);
  return month;
}

}  // namespace scalper::cli
