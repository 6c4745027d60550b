// Numbers, flags, dates and times.
#include <algorithm>
#include <cstdint>

#include "base/escape.h"
#include "validate/formats/toml_parser.h"

namespace scalper::toml {
namespace {

constexpr std::size_t kShown = 60;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '+' ||
         c == '.' || c == ':';
}

// Digits with single underscores between them; `text` without those.
bool digits(std::string_view text, std::string_view allowed, std::string& plain) {
  plain.clear();
  bool digit_before = false;
  for (const char c : text) {
    const bool digit = allowed.find(c) != std::string_view::npos;
    if (!digit && (c != '_' || !digit_before)) return false;
    if (digit) plain += c;
    digit_before = digit;
  }
  return digit_before;
}

bool within(std::string_view digits, unsigned base, std::uint64_t most) {
  std::uint64_t value = 0;
  for (const char c : digits) {
    const unsigned digit =
        is_digit(c) ? static_cast<unsigned>(c - '0') : (static_cast<unsigned>(c) | 0x20U) - 'a' + 10U;
    if (value > (most - digit) / base) return false;
    value = value * base + digit;
  }
  return true;
}

enum class Read : std::uint8_t { kGood, kBad, kTooLarge };

constexpr std::string_view kDecimal = "0123456789";
constexpr std::uint64_t kMost = INT64_MAX;

Read based(std::string_view text, std::string_view allowed, unsigned base) {
  std::string plain;
  if (!digits(text, allowed, plain)) return Read::kBad;
  return within(plain, base, kMost) ? Read::kGood : Read::kTooLarge;
}

bool whole_part(std::string_view text, std::string& plain) {
  return digits(text, kDecimal, plain) && (plain.size() == 1 || plain[0] != '0');
}

Read read_number(std::string_view text) {
  if (text.starts_with("0x")) return based(text.substr(2), "0123456789abcdefABCDEF", 16);
  if (text.starts_with("0o")) return based(text.substr(2), "01234567", 8);
  if (text.starts_with("0b")) return based(text.substr(2), "01", 2);
  const bool minus = text.starts_with('-');
  if (minus || text.starts_with('+')) text.remove_prefix(1);
  if (text == "inf" || text == "nan") return Read::kGood;
  std::string plain;
  const std::size_t exponent = text.find_first_of("eE");
  if (exponent != std::string_view::npos) {
    std::string_view power = text.substr(exponent + 1);
    if (power.starts_with('-') || power.starts_with('+')) power.remove_prefix(1);
    if (!digits(power, kDecimal, plain)) return Read::kBad;
  }
  const std::string_view base = text.substr(0, exponent);
  const std::size_t point = base.find('.');
  if (point != std::string_view::npos && !digits(base.substr(point + 1), kDecimal, plain)) return Read::kBad;
  if (!whole_part(base.substr(0, point), plain)) return Read::kBad;
  if (exponent != std::string_view::npos || point != std::string_view::npos) return Read::kGood;
  return within(plain, 10, minus ? kMost + 1 : kMost) ? Read::kGood : Read::kTooLarge;
}

// A cursor over a date or time.
struct Clock {
  std::string_view text;

  bool number(std::size_t size, unsigned least, unsigned most, unsigned& value) {
    value = 0;
    if (text.size() < size) return false;
    for (std::size_t i = 0; i < size; ++i) {
      if (!is_digit(text[i])) return false;
      value = value * 10 + static_cast<unsigned>(text[i] - '0');
    }
    text.remove_prefix(size);
    return value >= least && value <= most;
  }
  bool mark(char c) {
    if (!text.starts_with(c)) return false;
    text.remove_prefix(1);
    return true;
  }
  bool date() {
    unsigned year = 0;
    unsigned month = 0;
    unsigned day = 0;
    if (!number(4, 0, 9999, year) || !mark('-') || !number(2, 1, 12, month) || !mark('-') || !number(2, 1, 31, day))
      return false;
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    const unsigned days = month == 2                                              ? (leap ? 29 : 28)
                          : month == 4 || month == 6 || month == 9 || month == 11 ? 30
                                                                                  : 31;
    return day <= days;
  }
  bool time() {
    unsigned part = 0;
    if (!number(2, 0, 23, part) || !mark(':') || !number(2, 0, 59, part) || !mark(':') || !number(2, 0, 60, part))
      return false;
    if (!mark('.')) return true;
    const std::size_t size = std::min(text.find_first_not_of(kDecimal), text.size());
    text.remove_prefix(size);
    return size > 0;
  }
  bool offset() {
    unsigned part = 0;
    if (text.empty() || mark('Z') || mark('z')) return true;
    return (mark('+') || mark('-')) && number(2, 0, 23, part) && mark(':') && number(2, 0, 59, part);
  }
};

}  // namespace

bool Parser::scalar() {
  const std::size_t begin = at_;
  while (more() && is_word(peek())) ++at_;
  std::string_view word = text_.substr(begin, at_ - begin);
  const bool date = word.size() == 10 && word[4] == '-' && word[7] == '-';
  if (date && peek() == ' ' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1])) {
    ++at_;
    while (more() && is_word(peek())) ++at_;
    word = text_.substr(begin, at_ - begin);
  }
  if (word == "true" || word == "false") return true;
  if (word.empty()) return fail("toml.syntax", "expected a value", begin);
  const std::size_t figures = std::min(word.find_first_not_of(kDecimal), word.size());
  const bool dated = word.size() >= 5 && ((figures == 4 && word[4] == '-') || (figures == 2 && word[2] == ':'));
  return dated ? date_time(word, begin) : number(word, begin);
}

bool Parser::number(std::string_view word, std::size_t at) {
  switch (read_number(word)) {
    case Read::kGood: return true;
    case Read::kTooLarge:
      return fail("toml.number", "the number " + escape_text(word, kShown) + " does not fit into 64 bits", at);
    case Read::kBad: break;
  }
  return fail("toml.number", "this is no number, flag or date: " + escape_text(word, kShown), at);
}

bool Parser::date_time(std::string_view word, std::size_t at) {
  Clock clock{word};
  bool good = false;
  if (word[2] == ':') {
    good = clock.time() && clock.text.empty();
  } else {
    good = clock.date();
    if (good && !clock.text.empty()) {
      good = (clock.mark('T') || clock.mark('t') || clock.mark(' ')) && clock.time() && clock.offset() &&
             clock.text.empty();
    }
  }
  return good || fail("toml.date_time", "this is no date or time that there is: " + escape_text(word, kShown), at);
}

}  // namespace scalper::toml
