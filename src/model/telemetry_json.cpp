#include "model/telemetry_json.h"

#include <boost/json.hpp>

#include "model/alarm_rules.h"
#include "model/log_events.h"
#include "model/prometheus_names.h"
#include "model/telemetry_names.h"

namespace scalper {
namespace {

namespace json = boost::json;

json::array words(std::string_view text) {
  json::array list;
  while (!text.empty()) {
    const std::size_t end = text.find(' ');
    list.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return list;
}

std::string_view word_of(names::Unit unit) {
  switch (unit) {
    case names::Unit::kCount: return "Count";
    case names::Unit::kBytes: return "Bytes";
    case names::Unit::kMillis: return "Milliseconds";
  }
  return "None";
}

json::object metric_view(std::string_view metric, std::string_view kind, const std::string& prometheus) {
  return {{"name", metric},
          {"kind", kind},
          {"unit", word_of(names::unit_of(metric))},
          {"dimensions", {"Pipeline", "Contract"}},
          {"prometheus", prometheus},
          {"meaning", names::meaning_of(metric)}};
}

json::array metrics_view() {
  json::array list;
  for (const std::string_view metric : names::kCounters)
    list.push_back(metric_view(metric, "counter", prometheus_counter(metric)));
  for (const std::string_view metric : names::kDistributions)
    list.push_back(metric_view(metric, "distribution", prometheus_histogram(metric)));
  return list;
}

json::array gauges_view() {
  json::array list;
  for (const names::GaugeName& gauge : names::kGauges)
    list.push_back(json::object{{"prometheus", gauge.name}, {"label", gauge.label}, {"meaning", gauge.meaning}});
  return list;
}

json::array log_events_view() {
  json::array list;
  for (const LogEventName& event : all_log_events())
    list.push_back(json::object{{"event", event.event},
                                {"levels", words(event.levels)},
                                {"keys", words(event.keys)},
                                {"meaning", event.meaning}});
  return list;
}

json::object log_keys_view() {
  json::object keys;
  for (const LogKey& key : all_log_keys()) keys[key.name] = key.meaning;
  return keys;
}

std::string_view dimension_of(AlarmSource source) {
  switch (source) {
    case AlarmSource::kPipeline: return "Pipeline";
    case AlarmSource::kQueue:
    case AlarmSource::kDeadLetterQueue: return "QueueName";
  }
  return "";
}

std::string_view of_what(AlarmSource source) {
  switch (source) {
    case AlarmSource::kPipeline: return "pipeline";
    case AlarmSource::kQueue: return "queue";
    case AlarmSource::kDeadLetterQueue: return "dead-letter queue";
  }
  return "";
}

json::array alarm_metrics_view(const AlarmRule& rule) {
  json::array list;
  for (const auto& metrics : {rule.parts, rule.wholes})
    for (const AlarmMetric& metric : metrics)
      list.push_back(json::object{{"id", "m" + std::to_string(list.size() + 1)},
                                  {"namespace", namespace_of(metric.source)},
                                  {"name", metric.name},
                                  {"dimension", dimension_of(metric.source)},
                                  {"of", of_what(metric.source)}});
  return list;
}

json::object alarm_view(const AlarmRule& rule) {
  return {{"name", rule.name},
          {"severity", to_string(rule.severity)},
          {"metrics", alarm_metrics_view(rule)},
          {"expression", cloudwatch_expression(rule)},
          {"statistic", to_string(rule.statistic)},
          {"period_seconds", rule.period_seconds},
          {"evaluation_periods", rule.evaluations},
          {"comparison", to_string(rule.comparison)},
          {"threshold", rule.threshold},
          {"unit", rule.unit},
          {"treat_missing_data", to_string(rule.missing)},
          {"prometheus", prometheus_expression(rule)},
          {"meaning", rule.meaning},
          {"runbook", rule.runbook}};
}

}  // namespace

std::string telemetry_json() {
  json::array alarms;
  for (const AlarmRule& rule : all_alarm_rules()) alarms.push_back(alarm_view(rule));
  return json::serialize(json::object{{"namespace", names::kNamespace},
                                      {"metrics", metrics_view()},
                                      {"gauges", gauges_view()},
                                      {"api_histogram", names::kApiRequests.name},
                                      {"log_events", log_events_view()},
                                      {"log_keys", log_keys_view()},
                                      {"common_log_keys", words(kCommonLogKeys)},
                                      {"alarms", std::move(alarms)}});
}

}  // namespace scalper
