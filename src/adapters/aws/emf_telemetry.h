#pragma once
// Telemetry for CloudWatch, without a call to it: log lines as JSON, and metrics in the Embedded Metric Format, which
// CloudWatch Logs takes out of the lines by itself.
// Source: "Specification: Embedded metric format" of the Amazon CloudWatch User Guide.

#include <array>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "model/bounded_names.h"
#include "model/telemetry_names.h"
#include "ports/clock.h"
#include "ports/telemetry.h"

namespace scalper::aws {

struct EmfOptions {
  std::string pipeline = "default";  // the dimension Pipeline: printable ASCII
  LogLevel least = LogLevel::kInfo;
  bool metrics = true;  // false: nobody collects them from here, they are dropped
};

// Log lines are written as they come, one write a line or more, never mixed. Metrics are summed up until flush(), which
// the host calls at the end of an invocation, or now and then where there are none; then each contract has one line
// (and more only above 100 values of a distribution). A metric of a contract counts for the pipeline as well:
// dimensions [Pipeline] and [Pipeline, Contract]. What cannot be written within a second is lost, counted, and said in
// the next line that can be. Thread-safe.
class EmfTelemetry final : public Telemetry {
 public:
  static constexpr std::string_view kNamespace = names::kNamespace;
  static constexpr std::size_t kMaxValues = 100;    // of one metric in a line
  static constexpr std::size_t kMaxContracts = 20;  // each is a dozen metrics that CloudWatch bills; others are "other"

  // `fd` (standard output) and `clock` outlive it.
  EmfTelemetry(int fd, Clock& clock, EmfOptions options);
  ~EmfTelemetry() override;
  EmfTelemetry(const EmfTelemetry&) = delete;
  EmfTelemetry& operator=(const EmfTelemetry&) = delete;

  void log(const LogEvent& event) override;
  void count(std::string_view metric, double by, std::string_view contract) override;
  void observe(std::string_view metric, double value, std::string_view contract) override;

  // "request_id" and "cold_start" of all lines from now on; an empty id takes both away.
  void begin_invocation(std::string request_id, bool cold_start);
  void flush();
  [[nodiscard]] std::uint64_t lost_lines();

 private:
  struct Series {
    std::array<double, names::kCounters.size()> counters{};
    std::array<bool, names::kCounters.size()> counted{};
    std::array<std::vector<double>, names::kDistributions.size()> values;
  };

  // All under the lock.
  [[nodiscard]] Series& series_of(std::string_view contract);
  [[nodiscard]] std::string line_of(const std::string& contract, Series& series);
  void write(const std::string& line);
  [[nodiscard]] bool write_line(const std::string& line);

  const int fd_;
  Clock& clock_;
  const EmfOptions options_;
  std::mutex mutex_;
  BoundedNames contracts_{kMaxContracts};
  std::map<std::string, Series, std::less<>> series_;  // since the last flush
  std::vector<std::pair<std::string, LogValue>> invocation_;
  std::uint64_t lost_ = 0;
  std::uint64_t unsaid_ = 0;  // lost, and no line has told it yet
  bool is_in_line_ = false;   // half a line went out
};

}  // namespace scalper::aws
