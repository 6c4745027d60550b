#include "pipeline/volume_guard.h"

#include <algorithm>
#include <string>

#include "pipeline/pause.h"

namespace scalper {
namespace {

constexpr Millis kMinute{std::chrono::minutes{1}};
constexpr Millis kHour{std::chrono::hours{1}};

WallTime minute_of(WallTime time) { return time - time.time_since_epoch() % kMinute; }

// From the first minute that counts to the one that runs, by minutes; no buckets: none counts yet.
StatisticsQuery minutes_that_count(WallTime now, const PauseState& state) {
  const WallTime last = minute_of(now);
  WallTime begin = last - (kHour - kMinute);
  if (state.since) begin = std::max(begin, minute_of(*state.since) + kMinute);
  const auto count = begin > last ? 0 : static_cast<std::size_t>((last - begin) / kMinute) + 1;
  return {begin, kMinute, count};
}

}  // namespace

Result<bool> VolumeGuard::look(Gate& gate, const CallContext& context) const {
  if (max_files_per_hour == 0 || statistics == nullptr) return false;
  SCALPER_TRY_ASSIGN(const PauseState state, gate.pause.read(gate, context));
  const StatisticsQuery query = minutes_that_count(gate.clock.wall_now(), state);
  if (state.paused || query.buckets == 0) return false;
  SCALPER_TRY_ASSIGN(const StatisticsAnswer counted, statistics->count(context, query));
  const std::uint64_t files = counted.total.files.all();
  if (files <= max_files_per_hour) return false;
  SCALPER_TRY(gate.pause.set(gate, context, true, "volume guard",
                             std::to_string(files) + " files since " + format_rfc3339(query.begin) + ", more than " +
                                 std::to_string(max_files_per_hour) + " an hour"));
  gate.telemetry.log(
      {LogLevel::kError,
       "volume_guard_paused",
       {{"files", static_cast<std::int64_t>(files)}, {"limit", static_cast<std::int64_t>(max_files_per_hour)}}});
  return true;
}

}  // namespace scalper
