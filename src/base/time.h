#pragma once
// Two clocks that must not be mixed: wall time is written down and compared between machines, monotonic time measures.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace scalper {

using Millis = std::chrono::milliseconds;

// UTC, milliseconds since 1970. What records, logs and leases carry.
using WallTime = std::chrono::sys_time<Millis>;

struct MonoClock {  // only a tag: the time comes from the Clock port
  using rep = std::int64_t;
  using period = std::milli;
  using duration = Millis;
  using time_point = std::chrono::time_point<MonoClock, Millis>;
  static constexpr bool is_steady = true;
};
using MonoTime = MonoClock::time_point;

// RFC 3339 in UTC with milliseconds: 2026-11-22T08:15:30.123Z. Years 0000 to 9999; others are clamped.
[[nodiscard]] std::string format_rfc3339(WallTime time);

// Accepts the form above, with 0 to 9 fraction digits and any numeric offset. Nothing else (RFC 3339, section 5.6).
[[nodiscard]] std::optional<WallTime> parse_rfc3339(std::string_view text);

}  // namespace scalper
