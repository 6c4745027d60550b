#pragma once
// What is logged, and the one text form of it.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"

namespace scalper {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };

using LogValue = std::variant<std::string, std::int64_t, double, bool>;

struct LogEvent {
  LogLevel level = LogLevel::kInfo;
  std::string event;                                     // what happened, a stable word: "file_final"
  std::vector<std::pair<std::string, LogValue>> fields;  // raw values; log_line() escapes
};

// One event as one line of JSON in ASCII, with its line feed: "timestamp", "level" and "event" first, then the fields
// in their order. What is no printable ASCII stands as \uXXXX; bytes that are no UTF-8 as the text \xNN, as
// escape_text() writes them. Longer texts than kMaxLogText characters end in an ellipsis; numbers that JSON has not are
// null.
[[nodiscard]] std::string log_line(const LogEvent& event, WallTime at);

inline constexpr std::size_t kMaxLogText = 4096;

[[nodiscard]] std::string_view to_string(LogLevel level);

}  // namespace scalper
