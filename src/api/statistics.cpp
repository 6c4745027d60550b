// What happened over time, and what is wrong now.

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "api/answers.h"
#include "api/queue_view.h"
#include "api/routes.h"
#include "model/alarm_rules.h"

namespace scalper::api {
namespace {

namespace json = boost::json;
using std::chrono::hours;
using std::chrono::minutes;

constexpr std::size_t kOpenPage = 1000;
constexpr std::uint64_t kMostBuckets = 500;
constexpr std::uint64_t kBuckets = 24;
constexpr Millis kLongestWindow{hours{24 * 30}};
constexpr Millis kFineWindow{hours{48}};  // Statistics keeps finer sums than hours for little more
// Whole fractions of an hour or of a day, so that buckets begin where clocks are round.
constexpr std::array<Millis, 13> kWidths = {minutes{1},  minutes{2}, minutes{5}, minutes{10}, minutes{15},
                                            minutes{30}, hours{1},   hours{2},   hours{3},    hours{4},
                                            hours{6},    hours{12},  hours{24}};

// "90s", "15m", "24h", "7d".
Result<Millis> window_of(const Call& call) {
  const std::string text = call.parameters.contains("window") ? call.parameter("window") : "24h";
  const Error bad = bad_parameter("window", "a number and s, m, h or d, up to 30d: 24h");
  if (text.size() < 2 || text.size() > 8) return bad;
  std::int64_t number = 0;
  for (const char c : text.substr(0, text.size() - 1)) {
    if (c < '0' || c > '9') return bad;
    number = number * 10 + (c - '0');
  }
  Millis unit{0};
  switch (text.back()) {
    case 's': unit = std::chrono::seconds{1}; break;
    case 'm': unit = minutes{1}; break;
    case 'h': unit = hours{1}; break;
    case 'd': unit = hours{24}; break;
    default: return bad;
  }
  if (number == 0 || unit * number > kLongestWindow) return bad;
  return unit * number;
}

// So wide that there are about as many buckets as asked for: the first may begin before the window does.
StatisticsQuery shape_of(Millis window, std::uint64_t buckets, WallTime now) {
  const Millis least =
      std::max(window / static_cast<std::int64_t>(buckets), window > kFineWindow ? Millis{hours{1}} : Millis{0});
  const auto fits = std::find_if(kWidths.begin(), kWidths.end(), [&](Millis width) { return width >= least; });
  StatisticsQuery query;
  query.width = fits == kWidths.end() ? kWidths.back() : *fits;
  const Millis since = (now - window).time_since_epoch();
  query.begin = WallTime{since - since % query.width};
  query.buckets = static_cast<std::size_t>((now - query.begin) / query.width) + 1;
  return query;
}

json::object files_view(const FileCounts& files) {
  return {{"valid", files.valid},
          {"invalid", files.invalid},
          {"unverifiable", files.unverifiable},
          {"failed", files.failed}};
}

json::value ratio_view(const FileCounts& files) {
  const auto ratio = files.invalid_ratio();
  return ratio ? json::value(*ratio) : json::value(nullptr);
}

// Null where no file ended.
json::value durations_view(const std::optional<DurationPercentiles>& durations) {
  if (!durations) return nullptr;
  return json::object{{"p50", durations->p50}, {"p95", durations->p95}, {"p99", durations->p99}};
}

json::object bucket_view(const StatisticsBucket& bucket) {
  return {{"begin", format_rfc3339(bucket.begin)},
          {"files", files_view(bucket.files)},
          {"invalid_ratio", ratio_view(bucket.files)},
          {"bytes", bucket.bytes},
          {"arrival_to_verdict_ms", durations_view(bucket.arrival_to_verdict)}};
}

Result<Reply> stats(const Call& call) {
  if (call.service.statistics == nullptr) return problem(404, "no_such_path", "this host keeps no statistics");
  SCALPER_TRY_ASSIGN(const Millis window, window_of(call));
  SCALPER_TRY_ASSIGN(const std::uint64_t buckets, number_parameter(call, "buckets", kBuckets, 1, kMostBuckets));
  const WallTime now = call.gate().clock.wall_now();
  const StatisticsQuery query = shape_of(window, buckets, now);
  SCALPER_TRY_ASSIGN(const StatisticsAnswer counted, call.service.statistics->count(call.context, query));
  SCALPER_TRY_ASSIGN(const QueueDepth depth, call.gate().queue.depth(call.context));
  RecordQuery open;
  open.index = RecordQuery::Index::kOpen;
  open.limit = kOpenPage;
  SCALPER_TRY_ASSIGN(const RecordPage not_at_rest, call.gate().records.list(call.context, open));
  json::array list;
  for (const StatisticsBucket& bucket : counted.buckets) list.push_back(bucket_view(bucket));
  const json::object body{{"since", format_rfc3339(query.begin)},
                          {"until", format_rfc3339(now)},
                          {"files", files_view(counted.total.files)},
                          {"invalid_ratio", ratio_view(counted.total.files)},
                          {"bytes", counted.total.bytes},
                          {"arrival_to_verdict_ms", durations_view(counted.total.arrival_to_verdict)},
                          {"percentile_error", counted.error},
                          {"bucket_seconds", query.width.count() / 1000},
                          {"buckets", std::move(list)},
                          {"open", not_at_rest.records.size() + not_at_rest.unreadable.size()},
                          {"open_complete", not_at_rest.next_cursor.empty()},
                          {"queue", depth_view(depth)}};
  return json_reply(json::serialize(body));
}

json::object alarm_view(const std::string& pipeline, const AlarmStanding& standing) {
  const AlarmRule& rule = *standing.rule;
  return {{"name", alarm_name(pipeline, rule)},
          {"rule", rule.name},
          {"state", to_string(standing.state)},
          {"since", standing.since ? json::value(format_rfc3339(*standing.since)) : json::value(nullptr)},
          {"value", standing.value ? json::value(*standing.value) : json::value(nullptr)},
          {"comparison", to_string(rule.comparison)},
          {"threshold", rule.threshold},
          {"unit", rule.unit},
          {"severity", to_string(rule.severity)},
          {"meaning", rule.meaning},
          {"runbook", rule.runbook}};
}

Result<Reply> alarms(const Call& call) {
  if (call.service.alarms == nullptr) return problem(404, "no_such_path", "this host watches no alarms");
  SCALPER_TRY_ASSIGN(const auto standings, call.service.alarms->standings(call.context));
  json::array list;
  for (const AlarmStanding& standing : standings) list.push_back(alarm_view(call.gate().settings.pipeline, standing));
  const json::object body{{"time", format_rfc3339(call.gate().clock.wall_now())}, {"alarms", std::move(list)}};
  return json_reply(json::serialize(body));
}

}  // namespace

Reply get_stats(const Call& call) { return reply_of(stats(call)); }
Reply get_alarms(const Call& call) { return reply_of(alarms(call)); }

}  // namespace scalper::api
