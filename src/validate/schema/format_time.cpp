// Dates and times, RFC 3339.
#include <array>
#include <cstddef>

#include "validate/schema/format_parts.h"

namespace scalper::schema {
namespace {

// Takes exactly `size` digits off the front; below 0 where they are not there.
int take_digits(std::string_view& text, std::size_t size) {
  if (text.size() < size) return -1;
  int value = 0;
  for (const char c : text.substr(0, size)) {
    if (!is_digit(c)) return -1;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(size);
  return value;
}

bool take(std::string_view& text, std::string_view any) {
  if (text.empty() || any.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

bool take_date(std::string_view& text) {
  const int year = take_digits(text, 4);
  if (year < 0 || !take(text, "-")) return false;
  const int month = take_digits(text, 2);
  if (month < 1 || month > 12 || !take(text, "-")) return false;
  const int day = take_digits(text, 2);
  constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return day >= 1 && day <= kDays.at(static_cast<std::size_t>(month - 1)) + (month == 2 && leap ? 1 : 0);
}

// Minutes east of Greenwich; nothing good: above a day.
constexpr int kNoOffset = 100'000;
int take_offset(std::string_view& text) {
  if (take(text, "zZ")) return 0;
  const bool east = !text.empty() && text.front() == '+';
  if (!take(text, "+-")) return kNoOffset;
  const int hours = take_digits(text, 2);
  if (hours < 0 || hours > 23 || !take(text, ":")) return kNoOffset;
  const int minutes = take_digits(text, 2);
  if (minutes < 0 || minutes > 59) return kNoOffset;
  return (east ? 1 : -1) * (hours * 60 + minutes);
}

bool take_time(std::string_view& text) {
  const int hour = take_digits(text, 2);
  if (hour < 0 || hour > 23 || !take(text, ":")) return false;
  const int minute = take_digits(text, 2);
  if (minute < 0 || minute > 59 || !take(text, ":")) return false;
  const int second = take_digits(text, 2);
  if (second < 0 || second > 60) return false;
  if (take(text, ".")) {
    if (text.empty() || !is_digit(text.front())) return false;
    while (!text.empty() && is_digit(text.front())) text.remove_prefix(1);
  }
  const int offset = take_offset(text);
  if (offset == kNoOffset) return false;
  // A leap second is the last one of a day of UTC.
  constexpr int kDay = 24 * 60;
  return second < 60 || (hour * 60 + minute - offset + 2 * kDay) % kDay == kDay - 1;
}

// Digits, each time followed by the next unit that is left in `units`; how many.
int take_units(std::string_view& text, std::string_view units) {
  int taken = 0;
  std::size_t last = std::string_view::npos;
  while (!text.empty() && is_digit(text.front())) {
    while (!text.empty() && is_digit(text.front())) text.remove_prefix(1);
    const std::size_t at = text.empty() ? std::string_view::npos : units.find(text.front());
    // No unit is left out between two: P1Y2D is none.
    if (at == std::string_view::npos || (last != std::string_view::npos && at != last + 1)) return -1;
    last = at;
    text.remove_prefix(1);
    ++taken;
  }
  return taken;
}

}  // namespace

bool is_date(std::string_view text) { return take_date(text) && text.empty(); }
bool is_time(std::string_view text) { return take_time(text) && text.empty(); }

bool is_date_time(std::string_view text) {
  return take_date(text) && take(text, "tT") && take_time(text) && text.empty();
}

bool is_duration(std::string_view text) {
  if (!take(text, "P")) return false;
  std::string_view weeks = text;
  if (take_units(weeks, "W") == 1 && weeks.empty()) return true;
  const int days = take_units(text, "YMD");
  if (days < 0) return false;
  if (text.empty()) return days > 0;
  return take(text, "T") && take_units(text, "HMS") > 0 && text.empty();
}

}  // namespace scalper::schema
