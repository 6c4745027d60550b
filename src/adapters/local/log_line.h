#pragma once

#include <string>

#include "base/time.h"
#include "ports/telemetry.h"

namespace scalper {

// One event as one line of JSON in ASCII, with its line feed: "timestamp", "level" and "event" first, then the fields
// in their order. What is no printable ASCII stands as \uXXXX; bytes that are no UTF-8 as the text \xNN, as
// escape_text() writes them. Longer texts than kMaxLogText characters end in an ellipsis; numbers that JSON has not are
// null.
[[nodiscard]] std::string log_line(const LogEvent& event, WallTime at);

inline constexpr std::size_t kMaxLogText = 4096;

[[nodiscard]] std::string_view to_string(LogLevel level);

}  // namespace scalper
