#pragma once
// The alarms of a gate on one machine: the rules of model/alarm_rules.h, evaluated once a minute. What files became
// comes from the statistics, so that a restart forgets nothing; what only the process knows is kept for an hour.

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "ports/alarm_states.h"
#include "ports/clock.h"
#include "ports/record_store.h"
#include "ports/statistics.h"
#include "ports/telemetry.h"

namespace scalper {

// What the process has counted since its start, and how the queue is now.
struct AlarmSample {
  double throttles = 0;
  double sweep_findings = 0;
  double paused_sweeps = 0;
  std::vector<std::uint64_t> process_durations;  // counts below each bound and, last, above all
  std::vector<double> duration_bounds;           // milliseconds
  std::optional<double> queue_age_seconds;       // nothing: nobody knows
  std::optional<double> dead_letters;
};

struct AlarmTransition {
  AlarmStanding standing;
  AlarmState before = AlarmState::kInsufficient;
};

struct AlarmWatchParts {
  Statistics& statistics;
  RecordStore& records;  // keeps the states in its markers: a restart tells no alarm again
  Telemetry& telemetry;
  Clock& clock;
  std::string pipeline;
  std::function<AlarmSample(const CallContext&)> sample;
  std::function<void(const AlarmTransition&)> on_change = nullptr;  // after it was logged; null: nobody is told
};

class AlarmWatch final : public AlarmStates {
 public:
  explicit AlarmWatch(AlarmWatchParts parts) : parts_(std::move(parts)) {}

  // Evaluates where a minute has begun since it last did; else answers at once. For one thread. An error leaves all as
  // it was until the next minute.
  [[nodiscard]] Result<void> look(const CallContext& context);
  [[nodiscard]] Result<std::vector<AlarmStanding>> standings(const CallContext& context) override;

 private:
  // What happened in one minute.
  struct Minute {
    double throttles = 0;
    double sweep_findings = 0;
    double paused_sweeps = 0;
    std::vector<std::uint64_t> process_durations;
    std::optional<double> queue_age_seconds;
    std::optional<double> dead_letters;
  };
  using Values = std::vector<std::optional<double>>;  // of the last periods, oldest first; nothing: no data

  [[nodiscard]] Result<void> remember(const CallContext& context);
  void take_sample(const CallContext& context);
  [[nodiscard]] Result<Values> values_of(const CallContext& context, const AlarmRule& rule, WallTime now) const;
  [[nodiscard]] Result<Values> file_values(const CallContext& context, const AlarmRule& rule, WallTime now) const;
  [[nodiscard]] Values own_values(const AlarmRule& rule) const;
  [[nodiscard]] std::optional<double> own_value(const AlarmRule& rule, std::size_t first, std::size_t last) const;
  [[nodiscard]] Result<void> settle(const CallContext& context, std::size_t place, AlarmState state,
                                    std::optional<double> value, WallTime now);

  const AlarmWatchParts parts_;
  std::optional<WallTime> looked_at_;
  WallTime watched_since_{};  // of the pipeline, not of the process
  std::optional<AlarmSample> last_;
  std::deque<Minute> minutes_;  // newest last, at most an hour
  std::vector<double> bounds_;
  std::vector<std::uint64_t> revisions_;  // of the markers

  mutable std::mutex mutex_;
  std::vector<AlarmStanding> standings_;
};

}  // namespace scalper
