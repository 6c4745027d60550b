#pragma once
// The one list of alarms. Terraform makes CloudWatch alarms of it, a gate on one machine evaluates it itself, and
// monitoring/prometheus/ has it as rules for Prometheus. An alarm is called "<pipeline>-<name>".

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace scalper {

enum class AlarmSeverity : std::uint8_t { kWarning, kCritical };
enum class AlarmStatistic : std::uint8_t { kSum, kMaximum, kP95 };
enum class AlarmComparison : std::uint8_t { kGreater, kLess };
// Of a period without data. As CloudWatch's TreatMissingData.
enum class AlarmMissing : std::uint8_t { kNotBreaching, kBreaching };

// Where a metric comes from: our own namespace, dimension Pipeline; or a queue's own metrics, dimension QueueName.
enum class AlarmSource : std::uint8_t { kPipeline, kQueue, kDeadLetterQueue };

struct AlarmMetric {
  AlarmSource source = AlarmSource::kPipeline;
  std::string_view name;
};

// Its value over a period: the sum of `parts`; where there are `wholes`, the percentage that it is of theirs, and 0 if
// theirs is below `least_whole`. It is in alarm when the values of the last `evaluations` periods all breach.
struct AlarmRule {
  std::string_view name;  // "ErrorRate"
  AlarmSeverity severity = AlarmSeverity::kWarning;
  std::span<const AlarmMetric> parts = {};
  std::span<const AlarmMetric> wholes = {};
  std::int64_t least_whole = 1;
  AlarmStatistic statistic = AlarmStatistic::kSum;
  std::int64_t period_seconds = 300;
  int evaluations = 1;
  AlarmComparison comparison = AlarmComparison::kGreater;
  double threshold = 0;
  std::string_view unit;  // of the threshold: "%", "ms", "s", "files"
  AlarmMissing missing = AlarmMissing::kNotBreaching;
  std::string_view meaning;
  std::string_view runbook;  // one sentence: what to do first

  [[nodiscard]] bool breaches(double value) const {
    return comparison == AlarmComparison::kGreater ? value > threshold : value < threshold;
  }
};

[[nodiscard]] std::span<const AlarmRule> all_alarm_rules();
[[nodiscard]] std::string alarm_name(std::string_view pipeline, const AlarmRule& rule);

// CloudWatch's words.
[[nodiscard]] std::string_view to_string(AlarmSeverity severity);
[[nodiscard]] std::string_view to_string(AlarmStatistic statistic);
[[nodiscard]] std::string_view to_string(AlarmComparison comparison);
[[nodiscard]] std::string_view to_string(AlarmMissing missing);
[[nodiscard]] std::string_view namespace_of(AlarmSource source);

// Metric math over m1, m2 ... : the parts, then the wholes; empty where one metric is the value itself.
// Source: "Using metric math" of the Amazon CloudWatch User Guide.
[[nodiscard]] std::string cloudwatch_expression(const AlarmRule& rule);
// The whole condition in PromQL, over the metrics of a gate on one machine.
[[nodiscard]] std::string prometheus_expression(const AlarmRule& rule);

}  // namespace scalper
