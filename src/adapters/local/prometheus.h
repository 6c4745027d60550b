#pragma once
// Metrics in memory, and as Prometheus text (exposition format 0.0.4).

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "model/bounded_names.h"
#include "model/telemetry_names.h"

namespace scalper {

// A value that is asked for when somebody scrapes.
struct Gauge {
  names::GaugeName what;  // of model/telemetry_names.h
  double value = 0;
  std::string label_value = {};  // any text, where `what` has a label
};

// Thread-safe. Knows the names of model/telemetry_names.h: counters become scalper_<words>_total, distributions
// histograms scalper_<words>_seconds. Every one of them is there from the start, at zero.
class PrometheusMetrics {
 public:
  // Unknown names are a defect of the caller. Contracts beyond kMaxContracts are counted as "other".
  void count(std::string_view metric, double by, std::string_view contract);
  void observe(std::string_view metric, double millis, std::string_view contract);
  // scalper_api_request_duration_seconds{route, status}: `status` is its class, "2xx". Not bounded: routes are
  // templates.
  void observe_request(std::string_view route, int status, Millis took);
  // Of files that ended with a verdict since the start, how many are invalid; 0 before the first.
  [[nodiscard]] double invalid_ratio() const;

  // Since the start, over all contracts.
  [[nodiscard]] double counted(std::string_view metric) const;
  // The same of a distribution: how many lie up to each of kBounds and above the one before; last, above all.
  [[nodiscard]] std::vector<std::uint64_t> observed(std::string_view metric) const;

  [[nodiscard]] std::string text(const std::vector<Gauge>& gauges) const;

  static constexpr std::size_t kMaxContracts = 200;
  // Upper bounds in seconds; +Inf follows.
  static constexpr std::array kBounds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,  0.25,
                                         0.5,   1.0,    2.5,   5.0,  10.0,  30.0, 60.0, 300.0};

 private:
  struct Histogram {
    std::array<std::uint64_t, kBounds.size() + 1> counts{};  // not summed up
    double sum = 0;
  };
  using ByContract = std::map<std::string, double, std::less<>>;
  using Distribution = std::map<std::string, Histogram, std::less<>>;

  static void add(Histogram& histogram, double seconds);
  static void add_histogram(std::string& out, const std::string& name, const std::string& labels,
                            const Histogram& histogram);
  // Under the lock.
  [[nodiscard]] double total(std::string_view metric) const;

  mutable std::mutex mutex_;
  std::map<std::string, ByContract, std::less<>> counters_;
  std::map<std::string, Distribution, std::less<>> distributions_;
  std::map<std::pair<std::string, int>, Histogram> requests_;  // by route and class of status
  BoundedNames contracts_{kMaxContracts};
};

}  // namespace scalper
