#include "adapters/aws/cloudwatch_statistics.h"

#include <array>
#include <boost/json.hpp>
#include <cmath>
#include <optional>

#include "adapters/aws/cloudwatch_calls.h"
#include "adapters/aws/json_fields.h"
#include "model/telemetry_names.h"

namespace scalper::aws {
namespace {

namespace json = boost::json;

constexpr int kMaxPages = 100;  // of 100,800 values each: more than all that can be asked for

enum class Of : std::uint8_t { kValid, kInvalid, kUnverifiable, kFailed, kBytes, kP50, kP95, kP99 };

struct Wanted {
  std::string_view id;
  std::string_view metric;
  std::string_view statistic;
  Of of;
  bool over_all;  // one value over the whole window: percentiles cannot be added
};

constexpr std::array kWanted = {
    Wanted{"valid", names::kFilesValid, "Sum", Of::kValid, false},
    Wanted{"invalid", names::kFilesInvalid, "Sum", Of::kInvalid, false},
    Wanted{"unverifiable", names::kFilesUnverifiable, "Sum", Of::kUnverifiable, false},
    Wanted{"failed", names::kFilesFailed, "Sum", Of::kFailed, false},
    Wanted{"bytes", names::kBytesValidated, "Sum", Of::kBytes, false},
    Wanted{"p50", names::kArrivalToVerdict, "p50", Of::kP50, false},
    Wanted{"p95", names::kArrivalToVerdict, "p95", Of::kP95, false},
    Wanted{"p99", names::kArrivalToVerdict, "p99", Of::kP99, false},
    Wanted{"all_p50", names::kArrivalToVerdict, "p50", Of::kP50, true},
    Wanted{"all_p95", names::kArrivalToVerdict, "p95", Of::kP95, true},
    Wanted{"all_p99", names::kArrivalToVerdict, "p99", Of::kP99, true},
};

json::object query_of(const Wanted& wanted, const std::string& pipeline, std::int64_t period) {
  json::object metric{{"Namespace", names::kNamespace},
                      {"MetricName", wanted.metric},
                      {"Dimensions", {json::object{{"Name", "Pipeline"}, {"Value", pipeline}}}}};
  return {{"Id", wanted.id},
          {"MetricStat", {{"Metric", std::move(metric)}, {"Period", period}, {"Stat", wanted.statistic}}},
          {"ReturnData", true}};
}

void put(StatisticsBucket& bucket, Of of, double value) {
  const auto whole = static_cast<std::uint64_t>(std::llround(value));
  const auto durations = [&]() -> DurationPercentiles& {
    if (!bucket.arrival_to_verdict) bucket.arrival_to_verdict.emplace();
    return *bucket.arrival_to_verdict;
  };
  switch (of) {
    case Of::kValid: bucket.files.valid += whole; break;
    case Of::kInvalid: bucket.files.invalid += whole; break;
    case Of::kUnverifiable: bucket.files.unverifiable += whole; break;
    case Of::kFailed: bucket.files.failed += whole; break;
    case Of::kBytes: bucket.bytes += whole; break;
    case Of::kP50: durations().p50 = value; break;
    case Of::kP95: durations().p95 = value; break;
    case Of::kP99: durations().p99 = value; break;
  }
}

bool is_sum(Of of) { return of != Of::kP50 && of != Of::kP95 && of != Of::kP99; }

// One metric's values into the buckets that their times name.
Result<void> take(const json::object& series, const Wanted& wanted, const StatisticsQuery& query,
                  StatisticsAnswer& answer) {
  const json::array& times = list_in(series, "Timestamps");
  const json::array& values = list_in(series, "Values");
  if (times.size() != values.size()) return cloudwatch::no_answer("has other times than values");
  for (std::size_t i = 0; i < times.size(); ++i) {
    SCALPER_TRY_ASSIGN(const WallTime time, cloudwatch::time_of(times[i]));
    boost::system::error_code failed;
    const auto value = values[i].to_number<double>(failed);
    if (failed || value < 0 || value > 9007199254740992.0) return cloudwatch::no_answer("has a value that is none");
    if (time < query.begin) continue;
    const auto place = static_cast<std::size_t>((time - query.begin) / query.width);
    if (place >= answer.buckets.size()) continue;
    if (!wanted.over_all) put(answer.buckets[place], wanted.of, value);
    if (wanted.over_all || is_sum(wanted.of)) put(answer.total, wanted.of, value);
  }
  return {};
}

Result<void> take_page(const json::object& page, const StatisticsQuery& query, StatisticsAnswer& answer) {
  for (const json::value& one : list_in(page, "MetricDataResults")) {
    const json::object* const series = one.if_object();
    if (series == nullptr) return cloudwatch::no_answer("has a result that is none");
    const std::string id = text_in(*series, "Id");
    const std::string status = text_in(*series, "StatusCode");
    if (status == "InternalError" || status == "Forbidden")
      return Error(status == "Forbidden" ? ErrorCode::kPermissionDenied : ErrorCode::kUnavailable,
                   "cloudwatch GetMetricData: " + status);
    for (const Wanted& wanted : kWanted)
      if (wanted.id == id) SCALPER_TRY(take(*series, wanted, query, answer));
  }
  return {};
}

StatisticsAnswer empty_answer(const StatisticsQuery& query) {
  StatisticsAnswer answer;
  answer.buckets.resize(query.buckets);
  for (std::size_t i = 0; i < query.buckets; ++i)
    answer.buckets[i].begin = query.begin + query.width * static_cast<std::int64_t>(i);
  answer.total.begin = query.begin;
  return answer;
}

std::int64_t seconds_of(WallTime time) { return time.time_since_epoch().count() / 1000; }

AlarmState state_of(std::string_view word) {
  if (word == "OK") return AlarmState::kOk;
  return word == "ALARM" ? AlarmState::kAlarm : AlarmState::kInsufficient;
}

// StateReasonData is JSON in a text; its newest data point is the value, where it has one.
std::optional<double> value_in(const json::object& alarm) {
  boost::system::error_code failed;
  const json::value reason = json::parse(text_in(alarm, "StateReasonData"), failed);
  if (failed || !reason.is_object()) return std::nullopt;
  const json::array& points = list_in(reason.get_object(), "recentDatapoints");
  if (points.empty() || !points.back().is_number()) return std::nullopt;
  return points.back().to_number<double>(failed);
}

}  // namespace

Result<StatisticsAnswer> CloudWatchStatistics::count(const CallContext& context, const StatisticsQuery& query) {
  SCALPER_TRY(check_query(query));
  const std::int64_t width = query.width.count() / 1000;
  const std::int64_t all = width * static_cast<std::int64_t>(query.buckets);
  json::array queries;
  for (const Wanted& wanted : kWanted) queries.push_back(query_of(wanted, pipeline_, wanted.over_all ? all : width));
  json::object ask{{"StartTime", seconds_of(query.begin)},
                   {"EndTime", seconds_of(query.begin) + all},
                   {"ScanBy", "TimestampAscending"},
                   {"MetricDataQueries", std::move(queries)}};
  StatisticsAnswer answer = empty_answer(query);
  for (int page = 0; page < kMaxPages; ++page) {
    SCALPER_TRY_ASSIGN(const json::object got, cloudwatch::call(client_, context, "GetMetricData", ask));
    SCALPER_TRY(take_page(got, query, answer));
    const std::string next = text_in(got, "NextToken");
    if (next.empty()) return answer;
    ask["NextToken"] = next;
  }
  return cloudwatch::no_answer("never ends");
}

Result<std::vector<AlarmStanding>> CloudWatchAlarms::standings(const CallContext& context) {
  json::array wanted;
  for (const AlarmRule& rule : all_alarm_rules()) wanted.emplace_back(alarm_name(pipeline_, rule));
  const json::object ask{{"AlarmNames", std::move(wanted)}, {"AlarmTypes", {"MetricAlarm"}}, {"MaxRecords", 100}};
  SCALPER_TRY_ASSIGN(const json::object got, cloudwatch::call(client_, context, "DescribeAlarms", ask));
  std::vector<AlarmStanding> standings;
  for (const AlarmRule& rule : all_alarm_rules()) {
    for (const json::value& one : list_in(got, "MetricAlarms")) {
      const json::object* const alarm = one.if_object();
      if (alarm == nullptr || text_in(*alarm, "AlarmName") != alarm_name(pipeline_, rule)) continue;
      AlarmStanding standing{&rule, state_of(text_in(*alarm, "StateValue"))};
      for (const char* name : {"StateTransitionedTimestamp", "StateUpdatedTimestamp"})
        if (const json::value* const time = alarm->if_contains(name); time != nullptr && !standing.since)
          if (const auto since = cloudwatch::time_of(*time); since.ok()) standing.since = *since;
      standing.value = value_in(*alarm);
      standings.push_back(standing);
    }
  }
  return standings;
}

}  // namespace scalper::aws
