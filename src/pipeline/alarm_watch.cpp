#include "pipeline/alarm_watch.h"

#include <algorithm>
#include <utility>

#include "model/telemetry_names.h"

namespace scalper {
namespace {

constexpr Millis kMinute{std::chrono::minutes{1}};
constexpr Millis kHour{std::chrono::hours{1}};
constexpr std::size_t kMinutesKept = 60;
constexpr const char* kSinceMarker = "alarms#since";

std::string marker_of(const AlarmRule& rule) { return "alarm#" + std::string(rule.name); }

WallTime floor_to(WallTime time, Millis width) { return time - time.time_since_epoch() % width; }

bool is_of_files(const AlarmRule& rule) {
  return rule.parts[0].name == names::kFilesFailed || rule.parts[0].name == names::kFilesInvalid ||
         rule.parts[0].name == names::kFilesValid;
}

double count_in(const FileCounts& files, std::string_view metric) {
  if (metric == names::kFilesValid) return static_cast<double>(files.valid);
  if (metric == names::kFilesInvalid) return static_cast<double>(files.invalid);
  if (metric == names::kFilesUnverifiable) return static_cast<double>(files.unverifiable);
  return static_cast<double>(files.failed);
}

double sum_of(const FileCounts& files, std::span<const AlarmMetric> metrics) {
  double sum = 0;
  for (const AlarmMetric& metric : metrics) sum += count_in(files, metric.name);
  return sum;
}

double value_of(const AlarmRule& rule, const FileCounts& files) {
  const double part = sum_of(files, rule.parts);
  if (rule.wholes.empty()) return part;
  const double whole = sum_of(files, rule.wholes);
  return whole >= static_cast<double>(rule.least_whole) ? 100 * part / whole : 0;
}

FileCounts added(FileCounts a, const FileCounts& b) {
  a.valid += b.valid;
  a.invalid += b.invalid;
  a.unverifiable += b.unverifiable;
  a.failed += b.failed;
  return a;
}

// As PromQL's histogram_quantile: even within a bucket; above the last bound it is that bound and a little.
std::optional<double> quantile(const std::vector<std::uint64_t>& counts, const std::vector<double>& bounds,
                               double share) {
  std::uint64_t all = 0;
  for (const std::uint64_t count : counts) all += count;
  if (all == 0) return std::nullopt;
  const double wanted = share * static_cast<double>(all);
  double below = 0;
  for (std::size_t i = 0; i < counts.size() && i < bounds.size(); ++i) {
    const double next = below + static_cast<double>(counts[i]);
    if (next >= wanted) {
      const double from = i == 0 ? 0 : bounds[i - 1];
      return from + (bounds[i] - from) * (wanted - below) / std::max(1.0, static_cast<double>(counts[i]));
    }
    below = next;
  }
  return bounds.empty() ? std::nullopt : std::optional(bounds.back() + 1);
}

std::optional<double> greater(std::optional<double> a, const std::optional<double>& b) {
  if (!a || (b && *b > *a)) return b;
  return a;
}

AlarmState state_of(const AlarmRule& rule, const std::vector<std::optional<double>>& values) {
  for (const auto& value : values) {
    const bool breaches = value ? rule.breaches(*value) : rule.missing == AlarmMissing::kBreaching;
    if (!breaches) return AlarmState::kOk;
  }
  return AlarmState::kAlarm;
}

AlarmState parse_state(std::string_view word) {
  for (const AlarmState state : {AlarmState::kAlarm, AlarmState::kOk})
    if (word == to_string(state)) return state;
  return AlarmState::kInsufficient;
}

}  // namespace

// The states of an earlier run, once.
Result<void> AlarmWatch::remember(const CallContext& context) {
  if (!revisions_.empty()) return {};
  const WallTime now = parts_.clock.wall_now();
  SCALPER_TRY_ASSIGN(auto since, parts_.records.get_marker(context, kSinceMarker));
  if (!since) {
    SCALPER_TRY(parts_.records.put_marker(context, kSinceMarker, format_rfc3339(now), 0));
    since = Marker{format_rfc3339(now), 1};
  }
  watched_since_ = parse_rfc3339(since->value).value_or(now);
  std::vector<AlarmStanding> standings;
  std::vector<std::uint64_t> revisions;
  for (const AlarmRule& rule : all_alarm_rules()) {
    SCALPER_TRY_ASSIGN(const auto marker, parts_.records.get_marker(context, marker_of(rule)));
    AlarmStanding standing{&rule, AlarmState::kInsufficient, watched_since_};
    if (marker) {
      const std::size_t space = marker->value.find(' ');
      standing.state = parse_state(std::string_view(marker->value).substr(0, space));
      if (space != std::string::npos) standing.since = parse_rfc3339(marker->value.substr(space + 1));
    }
    standings.push_back(standing);
    revisions.push_back(marker ? marker->revision : 0);
  }
  const std::lock_guard lock(mutex_);
  standings_ = std::move(standings);
  revisions_ = std::move(revisions);
  return {};
}

void AlarmWatch::take_sample(const CallContext& context) {
  AlarmSample now = parts_.sample(context);
  bounds_ = now.duration_bounds;
  Minute minute;
  minute.queue_age_seconds = now.queue_age_seconds;
  minute.dead_letters = now.dead_letters;
  const AlarmSample before = last_.value_or(AlarmSample{});
  minute.throttles = now.throttles - before.throttles;
  minute.sweep_findings = now.sweep_findings - before.sweep_findings;
  minute.paused_sweeps = now.paused_sweeps - before.paused_sweeps;
  minute.process_durations = now.process_durations;
  for (std::size_t i = 0; i < std::min(before.process_durations.size(), minute.process_durations.size()); ++i)
    minute.process_durations[i] -= before.process_durations[i];
  last_ = std::move(now);
  minutes_.push_back(std::move(minute));
  if (minutes_.size() > kMinutesKept) minutes_.pop_front();
}

Result<AlarmWatch::Values> AlarmWatch::file_values(const CallContext& context, const AlarmRule& rule,
                                                   WallTime now) const {
  const Millis period = std::chrono::seconds{rule.period_seconds};
  if (period >= kHour) {  // by hours, of which the newest is not over: up to an hour more, never less
    const WallTime begin = floor_to(now, kHour) - period;
    if (begin < watched_since_) return Values{};
    SCALPER_TRY_ASSIGN(const StatisticsAnswer counted, parts_.statistics.count(context, {begin, period, 2}));
    return Values{value_of(rule, added(counted.buckets[0].files, counted.buckets[1].files))};
  }
  const auto count = static_cast<std::size_t>(rule.evaluations);
  const WallTime begin = floor_to(now, kMinute) - period * rule.evaluations;
  SCALPER_TRY_ASSIGN(const StatisticsAnswer counted, parts_.statistics.count(context, {begin, period, count}));
  Values values;
  for (const StatisticsBucket& bucket : counted.buckets) values.emplace_back(value_of(rule, bucket.files));
  return values;
}

std::optional<double> AlarmWatch::own_value(const AlarmRule& rule, std::size_t first, std::size_t last) const {
  const std::string_view metric = rule.parts[0].name;
  std::optional<double> value;
  std::vector<std::uint64_t> durations;
  for (std::size_t i = first; i < last; ++i) {
    const Minute& minute = minutes_[i];
    if (rule.parts[0].source == AlarmSource::kQueue) value = greater(value, minute.queue_age_seconds);
    if (rule.parts[0].source == AlarmSource::kDeadLetterQueue) value = greater(value, minute.dead_letters);
    if (metric == names::kThrottles) value = value.value_or(0) + minute.throttles;
    if (metric == names::kSweepFindings) value = value.value_or(0) + minute.sweep_findings;
    if (metric == names::kPausedSweeps) value = value.value_or(0) + minute.paused_sweeps;
    durations.resize(std::max(durations.size(), minute.process_durations.size()));
    for (std::size_t slot = 0; slot < minute.process_durations.size(); ++slot)
      durations[slot] += minute.process_durations[slot];
  }
  return metric == names::kProcessDuration ? quantile(durations, bounds_, 0.95) : value;
}

AlarmWatch::Values AlarmWatch::own_values(const AlarmRule& rule) const {
  const auto period = static_cast<std::size_t>(rule.period_seconds / 60);
  Values values;
  for (int back = rule.evaluations; back > 0; --back) {
    const std::size_t from = static_cast<std::size_t>(back) * period;
    const std::size_t to = from - period;
    const std::size_t size = minutes_.size();
    values.push_back(own_value(rule, size > from ? size - from : 0, size > to ? size - to : 0));
  }
  return values;
}

Result<AlarmWatch::Values> AlarmWatch::values_of(const CallContext& context, const AlarmRule& rule,
                                                 WallTime now) const {
  return is_of_files(rule) ? file_values(context, rule, now) : own_values(rule);
}

Result<void> AlarmWatch::settle(const CallContext& context, std::size_t place, AlarmState state,
                                std::optional<double> value, WallTime now) {
  AlarmStanding next;
  {
    const std::lock_guard lock(mutex_);
    standings_[place].value = value;
    next = standings_[place];
  }
  if (next.state == state) return {};
  const AlarmTransition transition{{next.rule, state, now, value}, next.state};
  SCALPER_TRY(parts_.records.put_marker(context, marker_of(*next.rule),
                                        std::string(to_string(state)) + " " + format_rfc3339(now), revisions_[place]));
  revisions_[place] += 1;
  {
    const std::lock_guard lock(mutex_);
    standings_[place] = transition.standing;
  }
  const bool tells = state == AlarmState::kAlarm || transition.before == AlarmState::kAlarm;
  LogEvent line{state == AlarmState::kAlarm ? LogLevel::kError : LogLevel::kInfo, "alarm_changed", {}};
  line.fields = {{"alarm", alarm_name(parts_.pipeline, *next.rule)},
                 {"state", std::string(to_string(state))},
                 {"threshold", next.rule->threshold},
                 {"runbook", std::string(next.rule->runbook)}};
  if (value) line.fields.emplace_back("value", *value);
  parts_.telemetry.log(line);
  if (state == AlarmState::kAlarm) parts_.telemetry.count(names::kAlarms, 1, "");
  if (tells && parts_.on_change) parts_.on_change(transition);
  return {};
}

Result<void> AlarmWatch::look(const CallContext& context) {
  const WallTime now = parts_.clock.wall_now();
  if (looked_at_ && floor_to(*looked_at_, kMinute) == floor_to(now, kMinute)) return {};
  looked_at_ = now;
  SCALPER_TRY(remember(context));
  take_sample(context);
  std::size_t place = 0;
  for (const AlarmRule& rule : all_alarm_rules()) {
    SCALPER_TRY_ASSIGN(const Values values, values_of(context, rule, now));
    const AlarmState state = values.empty() ? AlarmState::kInsufficient : state_of(rule, values);
    const auto value = values.empty() ? std::optional<double>() : values.back();
    SCALPER_TRY(settle(context, place++, state, value, now));
  }
  return {};
}

Result<std::vector<AlarmStanding>> AlarmWatch::standings(const CallContext&) {
  const std::lock_guard lock(mutex_);
  if (!standings_.empty()) return standings_;
  std::vector<AlarmStanding> nothing_yet;
  for (const AlarmRule& rule : all_alarm_rules()) nothing_yet.push_back({&rule});
  return nothing_yet;
}

}  // namespace scalper
