#pragma once
// Telemetry of one machine: JSON lines to a sink, metrics for Prometheus.

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "adapters/local/log_sink.h"
#include "adapters/local/prometheus.h"
#include "ports/clock.h"
#include "ports/telemetry.h"

namespace scalper {

struct LocalTelemetryOptions {
  LogLevel least = LogLevel::kInfo;
  std::size_t waiting_bytes = std::size_t{4} << 20;  // of lines that are not written yet; above they are lost
  Millis flush{std::chrono::seconds{2}};             // how long the end waits for a slow reader
};

// A thread of its own writes, so that a full disk or a slow reader costs the gate nothing but lines. Lines that were
// lost are counted, and a line "log_lines_lost" says how many as soon as one can be written again.
class LocalTelemetry final : public Telemetry {
 public:
  // `clock` outlives it.
  LocalTelemetry(std::unique_ptr<LogSink> sink, Clock& clock, LocalTelemetryOptions options = {});
  ~LocalTelemetry() override;
  LocalTelemetry(const LocalTelemetry&) = delete;
  LocalTelemetry& operator=(const LocalTelemetry&) = delete;

  void log(const LogEvent& event) override;
  void count(std::string_view metric, double by, std::string_view contract) override;
  void observe(std::string_view metric, double value, std::string_view contract) override;

  // A request to the API: `route` is one of a bounded number of templates.
  void observe_request(std::string_view route, int status, Millis took) {
    metrics_.observe_request(route, status, took);
  }

  // The exposition text, with `gauges` and the telemetry's own.
  [[nodiscard]] std::string metrics(std::vector<Gauge> gauges = {}) const;
  [[nodiscard]] const PrometheusMetrics& measured() const { return metrics_; }
  [[nodiscard]] std::uint64_t lost_lines() const { return lost_; }

 private:
  void write_until_stopped(const std::stop_token& stop);
  void write(const std::string& lines, std::uint64_t count);

  std::unique_ptr<LogSink> sink_;
  Clock& clock_;
  const LocalTelemetryOptions options_;
  PrometheusMetrics metrics_;

  std::mutex mutex_;
  std::condition_variable_any came_;
  std::condition_variable ended_;
  std::string waiting_;
  std::uint64_t waiting_lines_ = 0;
  bool at_end_ = false;
  std::atomic<std::uint64_t> lost_{0};
  std::uint64_t unsaid_ = 0;  // lost, and no line has told it yet
  std::stop_source give_up_;
  std::jthread writer_;  // last: it uses all of the above
};

}  // namespace scalper
