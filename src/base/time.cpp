#include "base/time.h"

#include <algorithm>

namespace scalper {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::sys_days;
using std::chrono::year_month_day;

// Reads exactly `width` digits at `at`; -1 if there are others.
int digits(std::string_view text, std::size_t at, std::size_t width) {
  if (at + width > text.size()) return -1;
  int value = 0;
  for (const char c : text.substr(at, width)) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

void put_digits(std::string& text, std::size_t at, std::size_t width, int value) {
  for (std::size_t end = at + width; end > at; value /= 10) text[--end] = static_cast<char>('0' + value % 10);
}

bool char_at(std::string_view text, std::size_t at, char a, char b) {
  return at < text.size() && (text[at] == a || text[at] == b);
}

struct Offset {
  std::chrono::minutes minutes;
};

std::optional<Offset> parse_offset(std::string_view text) {
  if (text == "Z" || text == "z") return Offset{std::chrono::minutes{0}};
  if (text.size() != 6 || !char_at(text, 0, '+', '-') || text[3] != ':') return std::nullopt;
  const int h = digits(text, 1, 2);
  const int m = digits(text, 4, 2);
  if (h < 0 || h > 23 || m < 0 || m > 59) return std::nullopt;
  const std::chrono::minutes total{h * 60 + m};
  return Offset{text[0] == '-' ? -total : total};
}

}  // namespace

std::string format_rfc3339(WallTime time) {
  static constexpr WallTime kMin{sys_days{std::chrono::year{0} / 1 / 1}};
  static constexpr WallTime kMax{sys_days{std::chrono::year{10000} / 1 / 1} - Millis{1}};
  time = std::clamp(time, kMin, kMax);
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  std::string text = "0000-00-00T00:00:00.000Z";
  put_digits(text, 0, 4, static_cast<int>(date.year()));
  put_digits(text, 5, 2, static_cast<int>(static_cast<unsigned>(date.month())));
  put_digits(text, 8, 2, static_cast<int>(static_cast<unsigned>(date.day())));
  put_digits(text, 11, 2, static_cast<int>(clock.hours().count()));
  put_digits(text, 14, 2, static_cast<int>(clock.minutes().count()));
  put_digits(text, 17, 2, static_cast<int>(clock.seconds().count()));
  put_digits(text, 20, 3, static_cast<int>(clock.subseconds().count()));
  return text;
}

std::optional<WallTime> parse_rfc3339(std::string_view text) {
  const int y = digits(text, 0, 4);
  const int mo = digits(text, 5, 2);
  const int d = digits(text, 8, 2);
  const int h = digits(text, 11, 2);
  const int mi = digits(text, 14, 2);
  const int s = digits(text, 17, 2);
  const bool shape = char_at(text, 4, '-', '-') && char_at(text, 7, '-', '-') && char_at(text, 10, 'T', 't') &&
                     char_at(text, 13, ':', ':') && char_at(text, 16, ':', ':');
  if (!shape || y < 0 || mo < 0 || d < 0 || h < 0 || h > 23 || mi < 0 || mi > 59 || s < 0 || s > 59)
    return std::nullopt;
  const year_month_day date{std::chrono::year{y}, std::chrono::month{static_cast<unsigned>(mo)},
                            std::chrono::day{static_cast<unsigned>(d)}};
  if (!date.ok()) return std::nullopt;
  std::size_t at = 19;
  int millis = 0;
  if (char_at(text, at, '.', '.')) {
    std::size_t width = 0;
    int scale = 100;
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++width) {
      millis += (text[at] - '0') * scale;
      scale /= 10;
    }
    if (width == 0 || width > 9) return std::nullopt;
  }
  const auto offset = parse_offset(text.substr(std::min(at, text.size())));
  if (!offset) return std::nullopt;
  return WallTime{sys_days{date}} + std::chrono::hours{h} + std::chrono::minutes{mi} + std::chrono::seconds{s} +
         Millis{millis} - offset->minutes;
}

}  // namespace scalper
