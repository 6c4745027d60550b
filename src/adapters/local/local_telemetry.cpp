#include "adapters/local/local_telemetry.h"

#include <utility>

#include "model/log_line.h"

namespace scalper {

LocalTelemetry::LocalTelemetry(std::unique_ptr<LogSink> sink, Clock& clock, LocalTelemetryOptions options)
    : sink_(std::move(sink)), clock_(clock), options_(options) {
  writer_ = std::jthread([this](const std::stop_token& stop) { write_until_stopped(stop); });
}

LocalTelemetry::~LocalTelemetry() {
  writer_.request_stop();
  std::unique_lock lock(mutex_);
  if (!ended_.wait_for(lock, options_.flush, [&] { return at_end_; })) give_up_.request_stop();
}

void LocalTelemetry::log(const LogEvent& event) {
  if (event.level < options_.least) return;
  const std::string line = log_line(event, clock_.wall_now());
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() + line.size() > options_.waiting_bytes) {
      ++lost_;
      ++unsaid_;
      return;
    }
    waiting_ += line;
    ++waiting_lines_;
  }
  came_.notify_one();
}

void LocalTelemetry::count(std::string_view metric, double by, std::string_view contract) {
  metrics_.count(metric, by, contract);
}

void LocalTelemetry::observe(std::string_view metric, double value, std::string_view contract) {
  metrics_.observe(metric, value, contract);
}

void LocalTelemetry::write_until_stopped(const std::stop_token& stop) {
  for (;;) {
    std::string lines;
    std::uint64_t count = 0;
    {
      std::unique_lock lock(mutex_);
      came_.wait(lock, stop, [&] { return !waiting_.empty(); });
      if (waiting_.empty()) break;
      std::swap(lines, waiting_);
      std::swap(count, waiting_lines_);
      if (unsaid_ > 0) {
        lines += log_line({LogLevel::kError, "log_lines_lost", {{"lines", static_cast<std::int64_t>(unsaid_)}}},
                          clock_.wall_now());
        unsaid_ = 0;
      }
    }
    write(lines, count);
  }
  {
    const std::lock_guard lock(mutex_);
    at_end_ = true;
  }
  ended_.notify_all();
}

void LocalTelemetry::write(const std::string& lines, std::uint64_t count) {
  if (sink_->write(lines, give_up_.get_token()).ok()) return;
  // Some of them may be out; all are taken for lost, since nobody can tell.
  lost_ += count;
  const std::lock_guard lock(mutex_);
  unsaid_ += count;
}

std::string LocalTelemetry::metrics(std::vector<Gauge> gauges) const {
  gauges.push_back({names::kInvalidRatio, metrics_.invalid_ratio()});
  gauges.push_back({names::kLogLinesLost, static_cast<double>(lost_.load())});
  return metrics_.text(gauges);
}

}  // namespace scalper
