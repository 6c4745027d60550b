#include "model/alarm_rules.h"

#include <array>
#include <charconv>

#include "model/prometheus_names.h"
#include "model/telemetry_names.h"

namespace scalper {
namespace {

constexpr std::array kFailed = {AlarmMetric{AlarmSource::kPipeline, names::kFilesFailed}};
constexpr std::array kInvalid = {AlarmMetric{AlarmSource::kPipeline, names::kFilesInvalid}};
constexpr std::array kWithVerdict = {AlarmMetric{AlarmSource::kPipeline, names::kFilesValid},
                                     AlarmMetric{AlarmSource::kPipeline, names::kFilesInvalid},
                                     AlarmMetric{AlarmSource::kPipeline, names::kFilesUnverifiable}};
constexpr std::array kEnded = {AlarmMetric{AlarmSource::kPipeline, names::kFilesValid},
                               AlarmMetric{AlarmSource::kPipeline, names::kFilesInvalid},
                               AlarmMetric{AlarmSource::kPipeline, names::kFilesUnverifiable},
                               AlarmMetric{AlarmSource::kPipeline, names::kFilesFailed}};
constexpr std::array kProcess = {AlarmMetric{AlarmSource::kPipeline, names::kProcessDuration}};
constexpr std::array kThrottled = {AlarmMetric{AlarmSource::kPipeline, names::kThrottles}};
constexpr std::array kSwept = {AlarmMetric{AlarmSource::kPipeline, names::kSweepFindings}};
constexpr std::array kPaused = {AlarmMetric{AlarmSource::kPipeline, names::kPausedSweeps}};
// Of the queues themselves: "Available CloudWatch metrics for Amazon SQS".
constexpr std::array kAge = {AlarmMetric{AlarmSource::kQueue, "ApproximateAgeOfOldestMessage"}};
constexpr std::array kLetters = {AlarmMetric{AlarmSource::kDeadLetterQueue, "ApproximateNumberOfMessagesVisible"}};

constexpr std::array kRules = {
    AlarmRule{.name = "ErrorRate",
              .severity = AlarmSeverity::kCritical,
              .parts = kFailed,
              .wholes = kEnded,
              .period_seconds = 300,
              .evaluations = 2,
              .threshold = 5,
              .unit = "%",
              .meaning = "Of the files that ended, too many could not be finished.",
              .runbook = "Read the log lines `try_failed` and `store.unreadable`, mend what they name, then `scalper "
                         "sweep`; nothing is lost meanwhile."},
    AlarmRule{.name = "SlowProcessing",
              .parts = kProcess,
              .statistic = AlarmStatistic::kP95,
              .period_seconds = 300,
              .evaluations = 3,
              .threshold = 60000,
              .unit = "ms",
              .meaning = "The slowest files take too long from their claim to their verdict.",
              .runbook = "Look whether the files have become larger (`bytes` in `file_final`); then at the disk or, on "
                         "AWS, at the function's memory and at Throttles."},
    AlarmRule{.name = "QueueAge",
              .severity = AlarmSeverity::kCritical,
              .parts = kAge,
              .statistic = AlarmStatistic::kMaximum,
              .period_seconds = 60,
              .evaluations = 5,
              .threshold = 900,
              .unit = "s",
              .meaning = "Work waits: the oldest message is too old.",
              .runbook =
                  "Ask `scalper doctor` whether the gate is paused, then read `message_failed`; on AWS look at the "
                  "function's errors and its concurrency."},
    AlarmRule{.name = "DeadLetters",
              .severity = AlarmSeverity::kCritical,
              .parts = kLetters,
              .statistic = AlarmStatistic::kMaximum,
              .period_seconds = 300,
              .evaluations = 1,
              .threshold = 0,
              .unit = "messages",
              .meaning = "Messages were given up.",
              .runbook = "Read them with GET /v1/dead-letters, mend the cause, then `scalper redrive`."},
    AlarmRule{.name = "InvalidRatio",
              .parts = kInvalid,
              .wholes = kWithVerdict,
              .least_whole = 20,
              .period_seconds = 900,
              .evaluations = 1,
              .threshold = 50,
              .unit = "%",
              .meaning = "Most files are invalid: a sender changed its format, or a contract was changed.",
              .runbook =
                  "Look with `scalper ls --status invalid` and `scalper explain ID` for the common code, then talk "
                  "to the sender, or mend the contract and `scalper rerun --prefix P`."},
    AlarmRule{
        .name = "Silence",
        .parts = kEnded,
        .period_seconds = 86400,
        .evaluations = 1,
        .comparison = AlarmComparison::kLess,
        .threshold = 1,
        .unit = "files",
        .missing = AlarmMissing::kBreaching,
        .meaning = "No file ended for a day.",
        .runbook = "Ask the sender; then see with `scalper doctor` whether events or the inbox still reach the gate."},
    AlarmRule{
        .name = "Throttles",
        .parts = kThrottled,
        .period_seconds = 300,
        .evaluations = 3,
        .threshold = 50,
        .unit = "answers",
        .meaning = "AWS asks for fewer requests, again and again.",
        .runbook = "See which service in the log; lower the function's concurrency, or ask AWS for a higher limit."},
    AlarmRule{.name = "SweepFindings",
              .parts = kSwept,
              .period_seconds = 3600,
              .evaluations = 1,
              .threshold = 10,
              .unit = "files",
              .meaning = "The sweep finds files that events should have announced.",
              .runbook = "On AWS look at the bucket's notifications with `scalper doctor --aws`; on one machine read "
                         "`try_failed` and `inbox_not_watched`."},
    AlarmRule{.name = "Paused",
              .parts = kPaused,
              .period_seconds = 900,
              .evaluations = 1,
              .threshold = 0,
              .unit = "sweeps",
              .meaning = "Files wait because the gate is paused, by somebody or by its volume guard.",
              .runbook = "See in the log who paused it (`volume_guard_paused`), then `scalper resume`; nothing is lost "
                         "meanwhile."},
};

std::string number(double value) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return {digits.data(), end};
}

std::string sum_of_ids(std::size_t first, std::size_t count) {
  std::string sum;
  for (std::size_t i = first; i < first + count; ++i)
    sum += (sum.empty() ? "FILL(m" : "+FILL(m") + std::to_string(i + 1) + ",0)";
  return count > 1 ? "(" + sum + ")" : sum;
}

std::string sum_of_increases(std::span<const AlarmMetric> metrics, const std::string& range) {
  std::string sum;
  for (const AlarmMetric& metric : metrics) {
    if (!sum.empty()) sum += " + ";
    sum += "sum(increase(" + prometheus_counter(metric.name) + "[" + range + "]))";
  }
  return metrics.size() > 1 ? "(" + sum + ")" : sum;
}

std::string value_in_prometheus(const AlarmRule& rule) {
  const std::string range = std::to_string(rule.period_seconds) + "s";
  switch (rule.parts[0].source) {
    case AlarmSource::kQueue: return "max_over_time(" + std::string(names::kQueueAge.name) + "[" + range + "])";
    case AlarmSource::kDeadLetterQueue:
      return "max_over_time(" + std::string(names::kDeadLetters.name) + "[" + range + "])";
    case AlarmSource::kPipeline: break;
  }
  if (rule.statistic == AlarmStatistic::kP95)  // in seconds there
    return "1000 * histogram_quantile(0.95, sum by (le) (rate(" + prometheus_histogram(rule.parts[0].name) +
           "_bucket[" + range + "])))";
  const std::string part = sum_of_increases(rule.parts, range);
  if (rule.wholes.empty()) return part;
  const std::string whole = sum_of_increases(rule.wholes, range);
  return "100 * " + part + " / (" + whole + " >= " + std::to_string(rule.least_whole) + ")";
}

}  // namespace

std::span<const AlarmRule> all_alarm_rules() { return kRules; }

std::string alarm_name(std::string_view pipeline, const AlarmRule& rule) {
  return std::string(pipeline) + "-" + std::string(rule.name);
}

std::string_view to_string(AlarmSeverity severity) {
  return severity == AlarmSeverity::kCritical ? "critical" : "warning";
}

std::string_view to_string(AlarmStatistic statistic) {
  switch (statistic) {
    case AlarmStatistic::kSum: return "Sum";
    case AlarmStatistic::kMaximum: return "Maximum";
    case AlarmStatistic::kP95: return "p95";
  }
  return "";
}

std::string_view to_string(AlarmComparison comparison) {
  return comparison == AlarmComparison::kGreater ? "GreaterThanThreshold" : "LessThanThreshold";
}

std::string_view to_string(AlarmMissing missing) {
  return missing == AlarmMissing::kBreaching ? "breaching" : "notBreaching";
}

std::string_view namespace_of(AlarmSource source) {
  return source == AlarmSource::kPipeline ? names::kNamespace : "AWS/SQS";
}

std::string cloudwatch_expression(const AlarmRule& rule) {
  if (rule.wholes.empty() && rule.parts.size() == 1) return {};
  const std::string part = sum_of_ids(0, rule.parts.size());
  if (rule.wholes.empty()) return part;
  const std::string whole = sum_of_ids(rule.parts.size(), rule.wholes.size());
  return "IF(" + whole + ">=" + std::to_string(rule.least_whole) + ",100*" + part + "/" + whole + ",0)";
}

std::string prometheus_expression(const AlarmRule& rule) {
  const char* const sign = rule.comparison == AlarmComparison::kGreater ? " > " : " < ";
  return value_in_prometheus(rule) + sign + number(rule.threshold);
}

}  // namespace scalper
