#pragma once
// What a gate of terraform/ costs in a month of 30 days whether files come or not, at the list prices of cost_model.h's
// date and region. Pure arithmetic over the lists of alarms and metrics in the code. Storage and a VPC's endpoints are
// not in it.

#include <string_view>
#include <vector>

#include "hosts/cli/cost_model.h"

namespace scalper::cli {

struct MonthPrices {
  double alarm_metric = 0.10;     // CloudWatch: a metric that an alarm looks at
  double composite_alarm = 0.50;  // CloudWatch
  double metric = 0.30;           // CloudWatch: a metric of one's own, the first ten thousand
  double key = 1.00;              // KMS: a customer's key, what it is asked not counted
};

// What the stack makes, and what stands still in it.
struct StandingGate {
  bool has_own_key = false;
  double pollers = 5;        // a mapping's, with no message in the queue
  double poll_seconds = 20;  // each waits so long; AWS: Lambda polls a standard queue by long polling
  double sweep_minutes = 5;  // sweep_schedule
  double sweep_seconds = 1;  // of one that finds nothing
  double sweep_memory_gb = 0.5;
};

struct MonthLine {
  std::string_view what;
  double count = 0;
  std::string_view unit;  // "metrics"
  double each = 0;        // dollars
  double dollars = 0;
};

struct Month {
  std::vector<MonthLine> standing;  // an idle month
  MonthLine metrics;                // where files come: one set a pipeline, and one more a contract
  double idle_dollars = 0;
};

[[nodiscard]] Month month_of(const StandingGate& gate, const Prices& prices = {}, const MonthPrices& month_prices = {});

}  // namespace scalper::cli
