#pragma once
// How the alarms of a pipeline stand; the rules are those of model/alarm_rules.h.
//
// Errors: kTimeout, kCancelled, kThrottled, kUnavailable, kPermissionDenied, kCorrupt.

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "model/alarm_rules.h"
#include "ports/call_context.h"

namespace scalper {

enum class AlarmState : std::uint8_t { kInsufficient, kOk, kAlarm };
// CloudWatch's words: INSUFFICIENT_DATA, OK, ALARM.
[[nodiscard]] constexpr std::string_view to_string(AlarmState state) {
  return state == AlarmState::kAlarm ? "ALARM" : state == AlarmState::kOk ? "OK" : "INSUFFICIENT_DATA";
}

struct AlarmStanding {
  const AlarmRule* rule = nullptr;  // one of all_alarm_rules(), never null
  AlarmState state = AlarmState::kInsufficient;
  std::optional<WallTime> since = std::nullopt;  // when it became so; nothing where nobody knows
  std::optional<double> value = std::nullopt;    // of the last period; nothing where there is no data
};

// Thread-safe.
class AlarmStates {
 public:
  virtual ~AlarmStates() = default;
  // One for each rule that is watched, in the order of the rules.
  [[nodiscard]] virtual Result<std::vector<AlarmStanding>> standings(const CallContext& context) = 0;
};

}  // namespace scalper
