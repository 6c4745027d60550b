#pragma once
// Numbers of JSON as what they are: decimals of any length, compared and divided without rounding.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace scalper::schema {

// digits * 10^exponent. The digits neither begin nor end with a zero; none at all is 0.
struct Decimal {
  bool negative = false;
  std::string digits;
  std::int64_t exponent = 0;

  [[nodiscard]] bool is_whole() const { return digits.empty() || exponent >= 0; }
  friend bool operator==(const Decimal&, const Decimal&) = default;
};

// `text` is a number in the grammar of RFC 8259. Nothing where its exponent is beyond 10^15: no file that says so means
// it.
[[nodiscard]] std::optional<Decimal> parse_decimal(std::string_view text);

// A number in the grammar of RFC 8259 with at most 18 digits and no exponent: digits * 10^-fraction.
struct ShortNumber {
  std::int64_t digits = 0;
  std::size_t fraction = 0;
};
inline constexpr std::size_t kMostShortDigits = 18;
[[nodiscard]] std::optional<ShortNumber> short_number(std::string_view text);

// Nothing where it has a fraction, or more than 15 digits.
[[nodiscard]] std::optional<std::int64_t> whole_number(const Decimal& number);

// Below, equal to or above zero as `a` is less than, equal to or greater than `b`.
[[nodiscard]] int compare(const Decimal& a, const Decimal& b);

// The digits of `of`, above 0, are at most kMostDivisorDigits.
inline constexpr std::size_t kMostDivisorDigits = 18;
[[nodiscard]] bool is_multiple(const Decimal& value, const Decimal& of);

}  // namespace scalper::schema
