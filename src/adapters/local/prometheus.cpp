#include "adapters/local/prometheus.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>

#include "base/escape.h"
#include "model/prometheus_names.h"
#include "model/telemetry_names.h"

namespace scalper {
namespace {

template <class Names>
bool is_one_of(const Names& all, std::string_view name) {
  return std::find(all.begin(), all.end(), name) != all.end();
}

std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  std::array<char, 32> digits{};
  const auto [end, failed] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  return failed == std::errc() ? std::string(digits.data(), end) : "NaN";
}

// Label values may be any UTF-8; backslash, quote and line feed are escaped.
std::string label(std::string_view name, std::string_view value) {
  std::string text(name);
  text += "=\"";
  for (const char c : escape_text(value, 200)) {
    if (c == '\\' || c == '"') text += '\\';
    text += c;
  }
  return text + "\"";
}

void head(std::string& out, const std::string& name, std::string_view type, std::string_view help) {
  out += "# HELP " + name + " " + std::string(help) + "\n# TYPE " + name + " " + std::string(type) + "\n";
}

void sample(std::string& out, const std::string& name, const std::string& labels, const std::string& value) {
  out += name + (labels.empty() ? "" : "{" + labels + "}") + " " + value + "\n";
}

std::string contract_label(const std::string& contract) {
  return contract.empty() ? std::string() : label("contract", contract);
}

}  // namespace

void PrometheusMetrics::count(std::string_view metric, double by, std::string_view contract) {
  assert(is_one_of(names::kCounters, metric));
  const std::lock_guard lock(mutex_);
  counters_[std::string(metric)][std::string(contracts_.of(contract))] += by;
}

void PrometheusMetrics::observe(std::string_view metric, double millis, std::string_view contract) {
  assert(is_one_of(names::kDistributions, metric));
  const double seconds = millis / 1000;
  const std::lock_guard lock(mutex_);
  Histogram& histogram = distributions_[std::string(metric)][std::string(contracts_.of(contract))];
  add(histogram, seconds);
}

void PrometheusMetrics::add(Histogram& histogram, double seconds) {
  const auto bound = std::lower_bound(kBounds.begin(), kBounds.end(), seconds);
  histogram.counts.at(static_cast<std::size_t>(bound - kBounds.begin())) += 1;
  histogram.sum += seconds;
}

void PrometheusMetrics::observe_request(std::string_view route, int status, Millis took) {
  const std::lock_guard lock(mutex_);
  add(requests_[{std::string(route), status / 100}], static_cast<double>(took.count()) / 1000);
}

double PrometheusMetrics::total(std::string_view metric) const {
  const auto found = counters_.find(metric);
  double sum = 0;
  if (found != counters_.end())
    for (const auto& [contract, value] : found->second) sum += value;
  return sum;
}

double PrometheusMetrics::invalid_ratio() const {
  const std::lock_guard lock(mutex_);
  const double invalid = total(names::kFilesInvalid);
  const double all = invalid + total(names::kFilesValid) + total(names::kFilesUnverifiable);
  return all > 0 ? invalid / all : 0;
}

double PrometheusMetrics::counted(std::string_view metric) const {
  const std::lock_guard lock(mutex_);
  return total(metric);
}

std::vector<std::uint64_t> PrometheusMetrics::observed(std::string_view metric) const {
  std::vector<std::uint64_t> counts(kBounds.size() + 1);
  const std::lock_guard lock(mutex_);
  if (const auto found = distributions_.find(metric); found != distributions_.end())
    for (const auto& [contract, histogram] : found->second)
      for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += histogram.counts.at(i);
  return counts;
}

std::string PrometheusMetrics::text(const std::vector<Gauge>& gauges) const {
  std::string out;
  const std::lock_guard lock(mutex_);
  for (const std::string_view metric : names::kCounters) {
    const std::string name = prometheus_counter(metric);
    head(out, name, "counter", names::meaning_of(metric));
    ByContract series;
    if (const auto found = counters_.find(metric); found != counters_.end()) series = found->second;
    series.try_emplace("", 0);
    for (const auto& [contract, value] : series) sample(out, name, contract_label(contract), number(value));
  }
  for (const std::string_view metric : names::kDistributions) {
    const std::string name = prometheus_histogram(metric);
    head(out, name, "histogram", names::meaning_of(metric));
    Distribution series;
    if (const auto found = distributions_.find(metric); found != distributions_.end()) series = found->second;
    series.try_emplace("");
    for (const auto& [contract, histogram] : series) add_histogram(out, name, contract_label(contract), histogram);
  }
  const std::string requests(names::kApiRequests.name);
  head(out, requests, "histogram", names::kApiRequests.meaning);
  for (const auto& [of, histogram] : requests_)
    add_histogram(out, requests, label("route", of.first) + "," + label("status", std::to_string(of.second) + "xx"),
                  histogram);
  for (const Gauge& gauge : gauges) {
    head(out, std::string(gauge.what.name), "gauge", gauge.what.meaning);
    sample(out, std::string(gauge.what.name),
           gauge.what.label.empty() ? std::string() : label(gauge.what.label, gauge.label_value), number(gauge.value));
  }
  return out;
}

void PrometheusMetrics::add_histogram(std::string& out, const std::string& name, const std::string& labels,
                                      const Histogram& histogram) {
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
    below += histogram.counts.at(i);
    const std::string bound = i < kBounds.size() ? number(kBounds.at(i)) : "+Inf";
    sample(out, name + "_bucket", labels + (labels.empty() ? "" : ",") + label("le", bound), std::to_string(below));
  }
  sample(out, name + "_sum", labels, number(histogram.sum));
  sample(out, name + "_count", labels, std::to_string(below));
}

}  // namespace scalper
