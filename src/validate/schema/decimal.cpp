#include "validate/schema/decimal.h"

#include <algorithm>

namespace scalper::schema {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::int64_t kMostExponent = 1'000'000'000'000'000;

// Saturates above kMostExponent.
std::int64_t parse_exponent(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  std::int64_t value = 0;
  for (const char c : text) value = std::min(value * 10 + (c - '0'), kMostExponent + 1);
  return negative ? -value : value;
}

// 10^power modulo `modulus`.
std::uint64_t power_of_ten(std::uint64_t power, std::uint64_t modulus) {
  Wide result = 1 % modulus;
  Wide base = 10 % modulus;
  for (; power > 0; power >>= 1U) {
    if ((power & 1U) != 0) result = result * base % modulus;
    base = base * base % modulus;
  }
  return static_cast<std::uint64_t>(result);
}

int compare_magnitudes(const Decimal& a, const Decimal& b) {
  // Where the first digit stands.
  const std::int64_t first_a = a.exponent + static_cast<std::int64_t>(a.digits.size());
  const std::int64_t first_b = b.exponent + static_cast<std::int64_t>(b.digits.size());
  if (first_a != first_b) return first_a < first_b ? -1 : 1;
  return a.digits.compare(b.digits);
}

}  // namespace

std::optional<Decimal> parse_decimal(std::string_view text) {
  Decimal number;
  if (text.front() == '-') {
    number.negative = true;
    text.remove_prefix(1);
  }
  const std::size_t e = std::min(text.find_first_of("eE"), text.size());
  if (e < text.size()) number.exponent = parse_exponent(text.substr(e + 1));
  const std::string_view mantissa = text.substr(0, e);
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  number.digits = mantissa.substr(0, point);
  if (point < mantissa.size()) number.digits += mantissa.substr(point + 1);
  const std::size_t first = std::min(number.digits.find_first_not_of('0'), number.digits.size());
  number.digits.erase(0, first);
  if (number.digits.empty()) return Decimal{};
  if (number.exponent > kMostExponent || number.exponent < -kMostExponent) return std::nullopt;
  if (point < mantissa.size()) number.exponent -= static_cast<std::int64_t>(mantissa.size() - point - 1);
  const std::size_t kept = number.digits.find_last_not_of('0') + 1;
  number.exponent += static_cast<std::int64_t>(number.digits.size() - kept);
  number.digits.resize(kept);
  return number;
}

std::optional<ShortNumber> short_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.size() > kMostShortDigits + 1) return std::nullopt;  // with its point
  ShortNumber number;
  std::size_t digits = 0;
  std::size_t point = text.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto digit = static_cast<unsigned>(text[i]) - unsigned{'0'};
    if (digit > 9) {
      if (text[i] != '.') return std::nullopt;
      point = i + 1;
      continue;
    }
    number.digits = number.digits * 10 + static_cast<std::int64_t>(digit);
    ++digits;
  }
  if (digits > kMostShortDigits) return std::nullopt;
  number.fraction = text.size() - point;
  if (negative) number.digits = -number.digits;
  return number;
}

std::optional<std::int64_t> whole_number(const Decimal& number) {
  constexpr std::size_t kMostDigits = 15;
  if (number.digits.empty()) return 0;
  if (number.exponent < 0 || number.exponent > static_cast<std::int64_t>(kMostDigits)) return std::nullopt;
  if (number.digits.size() + static_cast<std::size_t>(number.exponent) > kMostDigits) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : number.digits) value = value * 10 + (c - '0');
  for (std::int64_t i = 0; i < number.exponent; ++i) value *= 10;
  return number.negative ? -value : value;
}

int compare(const Decimal& a, const Decimal& b) {
  const auto sign = [](const Decimal& d) { return d.digits.empty() ? 0 : d.negative ? -1 : 1; };
  if (sign(a) != sign(b)) return sign(a) < sign(b) ? -1 : 1;
  if (sign(a) == 0) return 0;
  return a.negative ? compare_magnitudes(b, a) : compare_magnitudes(a, b);
}

bool is_multiple(const Decimal& value, const Decimal& of) {
  if (value.digits.empty()) return true;
  // value / of = value.digits * 10^shift / of.digits. A negative shift wants a divisor that ends with a zero more than
  // the digits have, and they have none.
  const std::int64_t shift = value.exponent - of.exponent;
  if (shift < 0) return false;
  std::uint64_t modulus = 0;
  for (const char c : of.digits) modulus = modulus * 10 + static_cast<std::uint64_t>(c - '0');
  std::uint64_t rest = 0;
  for (const char c : value.digits)
    rest = static_cast<std::uint64_t>((Wide{rest} * 10 + static_cast<std::uint64_t>(c - '0')) % modulus);
  return Wide{rest} * power_of_ten(static_cast<std::uint64_t>(shift), modulus) % modulus == 0;
}

}  // namespace scalper::schema
