#include "adapters/aws/emf_telemetry.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cassert>
#include <cerrno>
#include <climits>
#include <cmath>
#include <utility>

#include "base/plain_json.h"

namespace scalper::aws {
namespace {

namespace json = boost::json;

constexpr int kPatienceMillis = 1000;
constexpr double kWhole = 9007199254740992.0;  // 2^53: up to it a double counts exactly
static_assert(names::kCounters.size() + names::kDistributions.size() <= 100, "of one line");

// How much of it went out.
std::size_t write_as_far_as_it_goes(int fd, std::string_view text, int patience_millis) {
  std::size_t at = 0;
  while (at < text.size()) {
    pollfd ready{fd, POLLOUT, 0};
    const int is_ready = ::poll(&ready, 1, patience_millis);
    if (is_ready < 0 && errno == EINTR) continue;
    if (is_ready <= 0) break;
    // A pipe that is ready takes this much without waiting (pipe(7), PIPE_BUF).
    const ::ssize_t put = ::write(fd, text.data() + at, std::min<std::size_t>(text.size() - at, PIPE_BUF));
    if (put < 0 && errno != EINTR && errno != EAGAIN) break;
    if (put > 0) at += static_cast<std::size_t>(put);
  }
  return at;
}

template <class Names>
std::size_t place_of(const Names& all, std::string_view name) {
  const auto found = std::find(all.begin(), all.end(), name);
  assert(found != all.end());
  return static_cast<std::size_t>(found - all.begin());
}

json::value number(double value) {
  if (std::abs(value) <= kWhole && std::trunc(value) == value) return static_cast<std::int64_t>(value);
  return value;
}

std::string_view word_of(names::Unit unit) {
  switch (unit) {
    case names::Unit::kCount: return "Count";
    case names::Unit::kBytes: return "Bytes";
    case names::Unit::kMillis: return "Milliseconds";
  }
  return "None";
}

json::object definition_of(std::string_view metric) {
  return {{"Name", metric}, {"Unit", word_of(names::unit_of(metric))}};
}

}  // namespace

EmfTelemetry::EmfTelemetry(int fd, Clock& clock, EmfOptions options)
    : fd_(fd), clock_(clock), options_(std::move(options)) {}

EmfTelemetry::~EmfTelemetry() { flush(); }

void EmfTelemetry::begin_invocation(std::string request_id, bool cold_start) {
  const std::lock_guard lock(mutex_);
  invocation_.clear();
  if (request_id.empty()) return;
  invocation_.emplace_back("request_id", std::move(request_id));
  invocation_.emplace_back("cold_start", cold_start);
}

void EmfTelemetry::log(const LogEvent& event) {
  if (event.level < options_.least) return;
  const WallTime now = clock_.wall_now();
  const std::lock_guard lock(mutex_);
  LogEvent whole = event;
  for (const auto& field : invocation_)  // a line has no key twice
    if (std::ranges::none_of(event.fields, [&](const auto& own) { return own.first == field.first; }))
      whole.fields.push_back(field);
  write(log_line(whole, now));
}

void EmfTelemetry::count(std::string_view metric, double by, std::string_view contract) {
  const std::size_t place = place_of(names::kCounters, metric);
  if (!options_.metrics || !std::isfinite(by)) return;  // CloudWatch has no such numbers
  const std::lock_guard lock(mutex_);
  Series& series = series_of(contract);
  series.counters.at(place) += by;
  series.counted.at(place) = true;
}

void EmfTelemetry::observe(std::string_view metric, double value, std::string_view contract) {
  const std::size_t place = place_of(names::kDistributions, metric);
  if (!options_.metrics || !std::isfinite(value)) return;
  const std::lock_guard lock(mutex_);
  Series& series = series_of(contract);
  series.values.at(place).push_back(value);
  // A line is full: it is written now, so that nothing grows where nobody flushes.
  if (series.values.at(place).size() == kMaxValues) write(line_of(std::string(contracts_.of(contract)), series));
}

void EmfTelemetry::flush() {
  const std::lock_guard lock(mutex_);
  for (auto& [contract, series] : series_) {
    const std::string line = line_of(contract, series);
    if (!line.empty()) write(line);
  }
  series_.clear();
}

std::uint64_t EmfTelemetry::lost_lines() {
  const std::lock_guard lock(mutex_);
  return lost_;
}

EmfTelemetry::Series& EmfTelemetry::series_of(std::string_view contract) {
  return series_[std::string(contracts_.of(contract))];
}

// Of everything in `series`, which it empties; "" where there is nothing.
std::string EmfTelemetry::line_of(const std::string& contract, Series& series) {
  const WallTime now = clock_.wall_now();
  json::array definitions;
  json::object numbers;
  for (std::size_t i = 0; i < names::kCounters.size(); ++i) {
    if (!series.counted.at(i)) continue;
    definitions.push_back(definition_of(names::kCounters.at(i)));
    numbers[names::kCounters.at(i)] = number(series.counters.at(i));
  }
  for (std::size_t i = 0; i < names::kDistributions.size(); ++i) {
    if (series.values.at(i).empty()) continue;
    definitions.push_back(definition_of(names::kDistributions.at(i)));
    json::array values;
    for (const double value : series.values.at(i)) values.push_back(number(value));
    numbers[names::kDistributions.at(i)] = std::move(values);
  }
  series = Series{};
  if (definitions.empty()) return {};
  // Lists of one list by emplace_back: in braces some compilers make a copy of the inner one instead.
  json::array dimensions;
  dimensions.emplace_back(json::array{"Pipeline"});
  if (!contract.empty()) dimensions.emplace_back(json::array{"Pipeline", "Contract"});
  json::array directives;
  directives.emplace_back(json::object{
      {"Namespace", kNamespace}, {"Dimensions", std::move(dimensions)}, {"Metrics", std::move(definitions)}});
  json::object root;
  root["_aws"] =
      json::object{{"Timestamp", now.time_since_epoch().count()}, {"CloudWatchMetrics", std::move(directives)}};
  root["timestamp"] = format_rfc3339(now);
  root["level"] = to_string(LogLevel::kInfo);
  root["event"] = "metrics";
  root["Pipeline"] = options_.pipeline;
  if (!contract.empty()) root["Contract"] = contract;
  for (const auto& member : numbers) root[member.key()] = member.value();
  return plain_json(json::serialize(root)) + "\n";
}

bool EmfTelemetry::write_line(const std::string& line) {
  // Half a line that went out before is ended, so that this one is no part of it. Who did not read is not waited for.
  const std::string text = is_in_line_ ? "\n" + line : line;
  const std::size_t put = write_as_far_as_it_goes(fd_, text, unsaid_ > 0 ? 0 : kPatienceMillis);
  if (put > 0) is_in_line_ = put < text.size() && text[put - 1] != '\n';
  return put == text.size();
}

void EmfTelemetry::write(const std::string& line) {
  if (!write_line(line)) {
    ++lost_;
    ++unsaid_;
    return;
  }
  if (unsaid_ == 0) return;
  const LogEvent said{LogLevel::kError, "log_lines_lost", {{"lines", static_cast<std::int64_t>(unsaid_)}}};
  if (write_line(log_line(said, clock_.wall_now()))) unsaid_ = 0;
}

}  // namespace scalper::aws
