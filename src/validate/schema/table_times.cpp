#include "validate/schema/table_times.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>

#include "validate/schema/format_parts.h"

namespace scalper::schema {
namespace {

struct Moment {
  int year = 1970;
  unsigned month = 1;
  unsigned day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::string fraction;  // digits
  int offset = 0;        // minutes east
  int half = -1;         // 0 AM, 1 PM
  int day_of_year = 0;
};

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// Between `least` and `most` digits.
std::optional<int> digits(std::string_view& text, std::size_t least, std::size_t most) {
  std::size_t size = 0;
  int value = 0;
  for (; size < most && size < text.size() && is_digit(text[size]); ++size) value = value * 10 + (text[size] - '0');
  if (size < least) return std::nullopt;
  text.remove_prefix(size);
  return value;
}

template <class T>
bool number(std::string_view& text, std::size_t least, std::size_t most, int low, int high, T& into) {
  const auto value = digits(text, least, most);
  if (!value.has_value() || *value < low || *value > high) return false;
  into = static_cast<T>(*value);
  return true;
}

bool fraction(std::string_view& text, Moment& moment) {
  while (!text.empty() && is_digit(text.front())) {
    if (moment.fraction.size() < 18) moment.fraction += text.front();
    text.remove_prefix(1);
  }
  return !moment.fraction.empty();
}

bool offset(std::string_view& text, Moment& moment) {
  if (take(text, 'Z') || take(text, 'z')) return true;
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return false;
  const int sign = text.front() == '+' ? 1 : -1;
  text.remove_prefix(1);
  int hours = 0;
  int minutes = 0;
  if (!number(text, 2, 2, 0, 14, hours)) return false;
  static_cast<void>(take(text, ':'));
  if (!number(text, 2, 2, 0, 59, minutes)) return false;
  moment.offset = sign * (hours * 60 + minutes);
  return true;
}

constexpr auto kMonths =
    std::to_array<std::string_view>({"january", "february", "march", "april", "may", "june", "july", "august",
                                     "september", "october", "november", "december"});
constexpr auto kDays =
    std::to_array<std::string_view>({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"});

// Which of the names, whole or their first three letters; -1: none.
template <std::size_t N>
int named(std::string_view& text, const std::array<std::string_view, N>& names, bool whole) {
  const auto same = [&](std::string_view name) {
    if (text.size() < name.size()) return false;
    return std::equal(name.begin(), name.end(), text.begin(), [](char a, char b) { return a == (b | 0x20); });
  };
  for (std::size_t i = 0; i < N; ++i) {
    const std::string_view name = whole ? names.at(i) : names.at(i).substr(0, 3);
    if (!same(name)) continue;
    text.remove_prefix(name.size());
    return static_cast<int>(i);
  }
  return -1;
}

bool directive(char which, std::string_view& text, Moment& m) {
  int unused = 0;
  switch (which) {
    case 'Y': return number(text, 4, 4, 0, 9999, m.year);
    case 'y':
      if (!number(text, 2, 2, 0, 99, m.year)) return false;
      m.year += m.year < 69 ? 2000 : 1900;  // as POSIX has it
      return true;
    case 'm': return number(text, 1, 2, 1, 12, m.month);
    case 'd': return number(text, 1, 2, 1, 31, m.day);
    case 'H': return number(text, 1, 2, 0, 23, m.hour);
    case 'I': return number(text, 1, 2, 1, 12, m.hour);
    case 'M': return number(text, 1, 2, 0, 59, m.minute);
    case 'S': return number(text, 1, 2, 0, 60, m.second);
    case 'f': return fraction(text, m);
    case 'j': return number(text, 1, 3, 1, 366, m.day_of_year);
    case 'z': return offset(text, m);
    case 'p': {
      constexpr auto kHalves = std::to_array<std::string_view>({"am", "pm"});
      m.half = named(text, kHalves, true);
      return m.half >= 0;
    }
    case 'B':
    case 'b': {
      const int month = named(text, kMonths, which == 'B');
      m.month = static_cast<unsigned>(month + 1);
      return month >= 0;
    }
    case 'A': return named(text, kDays, true) >= 0;
    case 'a': return named(text, kDays, false) >= 0;
    case 'w': return number(text, 1, 1, 0, 6, unused);
    case '%': return take(text, '%');
    default: return false;
  }
}

bool by_strptime(std::string_view format, std::string_view text, Moment& moment) {
  for (std::size_t i = 0; i < format.size(); ++i) {
    const bool special = format[i] == '%' && i + 1 < format.size();
    if (special ? !directive(format[++i], text, moment) : !take(text, format[i])) return false;
  }
  if (moment.half >= 0) moment.hour = moment.hour % 12 + 12 * moment.half;
  return text.empty();
}

bool date(std::string_view& text, Moment& m) {
  return number(text, 4, 4, 0, 9999, m.year) && take(text, '-') && number(text, 2, 2, 1, 12, m.month) &&
         take(text, '-') && number(text, 2, 2, 1, 31, m.day);
}

bool time(std::string_view& text, Moment& m) {
  if (!number(text, 2, 2, 0, 23, m.hour) || !take(text, ':') || !number(text, 2, 2, 0, 59, m.minute) ||
      !take(text, ':') || !number(text, 2, 2, 0, 60, m.second))
    return false;
  if (take(text, '.') && !fraction(text, m)) return false;
  return text.empty() || offset(text, m);
}

bool by_default(FieldType type, std::string_view text, Moment& moment) {
  if (type == FieldType::kDate) return date(text, moment) && text.empty();
  if (type == FieldType::kTime) return time(text, moment) && text.empty();
  return date(text, moment) && (take(text, 'T') || take(text, ' ')) && time(text, moment) && text.empty();
}

std::optional<Decimal> seconds_of(const Moment& m) {
  std::chrono::year_month_day day{std::chrono::year{m.year}, std::chrono::month{m.month}, std::chrono::day{m.day}};
  if (m.day_of_year > 0) {
    const auto first = std::chrono::sys_days{std::chrono::year{m.year} / 1 / 1};
    day = first + std::chrono::days{m.day_of_year - 1};
    if (day.year() != std::chrono::year{m.year}) return std::nullopt;
  }
  if (!day.ok()) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days{day}.time_since_epoch().count();
  const std::int64_t seconds = days * 86'400 + m.hour * 3600 + (m.minute - m.offset) * 60 + m.second;
  // A fraction goes forward, also before 1970.
  constexpr std::int64_t kShift = std::int64_t{1} << 40;
  return parse_decimal(std::to_string(seconds + kShift) + (m.fraction.empty() ? "" : "." + m.fraction));
}

// Years and their months: a sign, at least four digits.
std::optional<Decimal> year(std::string_view text, bool with_month) {
  const bool negative = take(text, '-');
  const std::size_t size = std::min(text.find_first_not_of("0123456789"), text.size());
  if (size < 4 || size > 9) return std::nullopt;
  const auto value = digits(text, 4, 9);
  int month = 1;
  if (with_month && (!take(text, '-') || !number(text, 2, 2, 1, 12, month))) return std::nullopt;
  if (!text.empty()) return std::nullopt;
  const std::int64_t months = std::int64_t{negative ? -*value : *value} * 12 + (month - 1);
  return parse_decimal(std::to_string(with_month ? months : months / 12));
}

}  // namespace

std::optional<Decimal> read_time(const TableField& field, std::string_view text) {
  if (field.type == FieldType::kYear && field.form == FieldForm::kDefault) return year(text, false);
  if (field.type == FieldType::kYearMonth && field.form == FieldForm::kDefault) return year(text, true);
  Moment moment;
  const bool good = field.form == FieldForm::kStrptime ? by_strptime(field.format, text, moment)
                                                       : by_default(field.type, text, moment);
  return good ? seconds_of(moment) : std::nullopt;
}

bool is_xsd_duration(std::string_view text) {
  static_cast<void>(take(text, '-'));
  if (!take(text, 'P') || text.empty()) return false;
  std::string_view units = "YMD";
  bool in_time = false;
  bool any = false;
  while (!text.empty()) {
    if (!in_time && take(text, 'T')) {
      in_time = true;
      any = false;
      units = "HMS";
      continue;
    }
    const std::size_t size = std::min(text.find_first_not_of("0123456789"), text.size());
    if (size == 0) return false;
    text.remove_prefix(size);
    bool decimals = false;
    if (take(text, '.')) {
      const std::size_t behind = std::min(text.find_first_not_of("0123456789"), text.size());
      decimals = behind > 0;
      if (!decimals) return false;
      text.remove_prefix(behind);
    }
    const std::size_t at = text.empty() ? std::string_view::npos : units.find(text.front());
    if (at == std::string_view::npos || (decimals && text.front() != 'S')) return false;
    units.remove_prefix(at + 1);
    text.remove_prefix(1);
    any = true;
  }
  return any;
}

std::string strptime_complaint(std::string_view format) {
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') continue;
    const char which = ++i < format.size() ? format[i] : '\0';
    if (which == '\0' || std::string_view("YymdHIMSfjzpBbAaw%").find(which) == std::string_view::npos)
      return which == '\0' ? "%" : std::string("%") + which;
  }
  return {};
}

}  // namespace scalper::schema
