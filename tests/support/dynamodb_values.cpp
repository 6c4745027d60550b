// Attribute values: their types, their order, their size.

#include <algorithm>

#include "base/base64.h"
#include "support/dynamodb_expressions.h"

namespace scalper::dynamo_check {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxDigits = 38;
constexpr int kMaxDepth = 32;

// A number in its one form: sign, significant digits, and where the point stands behind the first one.
struct Decimal {
  bool negative = false;
  std::string digits;  // without zeros at either end; empty: zero
  long exponent = 0;   // 0.DIGITS x 10^exponent
};

Decimal decimal_of(std::string_view text) {
  const std::string given(text);
  Decimal number;
  std::size_t at = 0;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) number.negative = text[at++] == '-';
  long point = 0;
  bool seen_point = false;
  bool any = false;
  for (; at < text.size() && (std::isdigit(static_cast<unsigned char>(text[at])) != 0 || text[at] == '.'); ++at) {
    if (text[at] == '.') {
      if (seen_point) throw Refused("The parameter cannot be converted to a numeric value: " + given);
      seen_point = true;
      continue;
    }
    any = true;
    number.digits += text[at];
    if (!seen_point) ++point;
  }
  if (any && at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    point += std::stol(std::string(text.substr(at + 1)));
    at = text.size();
  }
  if (!any || at != text.size()) throw Refused("The parameter cannot be converted to a numeric value: " + given);
  const std::size_t zeros = std::min(number.digits.find_first_not_of('0'), number.digits.size());
  number.digits.erase(0, zeros);
  point -= static_cast<long>(zeros);
  while (!number.digits.empty() && number.digits.back() == '0') number.digits.pop_back();
  number.exponent = number.digits.empty() ? 0 : point;
  if (number.digits.empty()) number.negative = false;
  if (number.digits.size() > kMaxDigits)
    throw Refused("Attempting to store more than 38 significant digits in a Number");
  return number;
}

int compare_numbers(const Decimal& a, const Decimal& b) {
  if (a.negative != b.negative) return a.negative ? -1 : 1;
  const int sign = a.negative ? -1 : 1;
  if (a.digits.empty() || b.digits.empty())
    return sign * (static_cast<int>(!a.digits.empty()) - static_cast<int>(!b.digits.empty()));
  if (a.exponent != b.exponent) return a.exponent < b.exponent ? -sign : sign;
  return sign * a.digits.compare(b.digits);
}

const std::string& text_in(const json::value& value) {
  thread_local std::string text;
  if (!value.is_string()) throw Refused("Start of structure or map found where not expected");
  text = value.as_string();
  return text;
}

void check(const json::object& value, int depth);

void check_members(const std::string& type, const json::value& inner, int depth) {
  if (depth > kMaxDepth) throw Refused("Nesting Levels have exceeded supported limits");
  if (type == "M") {
    if (!inner.is_object()) throw Refused("Unexpected value type in payload");
    for (const auto& member : inner.as_object()) check(member.value().as_object(), depth + 1);
  } else if (type == "L") {
    if (!inner.is_array()) throw Refused("Unexpected value type in payload");
    for (const json::value& member : inner.as_array()) check(member.as_object(), depth + 1);
  } else {
    if (!inner.is_array() || inner.as_array().empty()) throw Refused("An empty set is not supported");
    for (const json::value& member : inner.as_array()) check({{type.substr(0, 1), member}}, depth + 1);
  }
}

void check(const json::object& value, int depth) {
  if (value.size() != 1)
    throw Refused("Supplied AttributeValue " +
                  std::string(value.empty() ? "is empty, must contain exactly one of the supported datatypes"
                                            : "has more than one datatypes set"));
  const std::string type(value.begin()->key());
  const json::value& inner = value.begin()->value();
  if (type == "S") {
    if (!inner.is_string()) throw Refused("Unexpected value type in payload");
  } else if (type == "N") {
    decimal_of(text_in(inner));
  } else if (type == "B") {
    if (!from_base64(text_in(inner))) throw Refused("Invalid base64");
  } else if (type == "BOOL" || type == "NULL") {
    if (!inner.is_bool()) throw Refused("Unexpected value type in payload");
  } else if (type == "M" || type == "L" || type == "SS" || type == "NS" || type == "BS") {
    check_members(type, inner, depth);
  } else {
    throw Refused("Supplied AttributeValue is of no known datatype: " + type);
  }
}

std::size_t size_of_value(const json::object& value);

std::size_t size_of_members(const std::string& type, const json::value& inner) {
  std::size_t sum = type == "M" || type == "L" ? 3 : 0;
  if (type == "M")
    for (const auto& member : inner.as_object())
      sum += member.key().size() + size_of_value(member.value().as_object()) + 1;
  else if (type == "L")
    for (const json::value& member : inner.as_array()) sum += size_of_value(member.as_object()) + 1;
  else
    for (const json::value& member : inner.as_array()) sum += size_of_value({{type.substr(0, 1), member}});
  return sum;
}

std::size_t size_of_value(const json::object& value) {
  const std::string type = type_of(value);
  if (type == "S" || type == "B") return bytes_of(value).size();
  if (type == "BOOL" || type == "NULL") return 1;
  if (type != "N") return size_of_members(type, value.begin()->value());
  const Decimal number = decimal_of(text_in(value.begin()->value()));
  return (number.digits.size() + 1) / 2 + 1 + (number.negative ? 1 : 0);
}

}  // namespace

std::string type_of(const json::object& value) {
  check(value, 1);
  return std::string(value.begin()->key());
}

std::string bytes_of(const json::object& value) {
  const std::string type = type_of(value);
  if (type == "B") return *from_base64(text_in(value.begin()->value()));
  if (type != "S") throw Refused("neither text nor bytes");
  return text_in(value.begin()->value());
}

int compare(const json::object& a, const json::object& b) {
  const std::string type = type_of(a);
  if (type != type_of(b)) throw Refused("values of different types have no order");
  if (type == "N")
    return compare_numbers(decimal_of(std::string(text_in(a.begin()->value()))),
                           decimal_of(std::string(text_in(b.begin()->value()))));
  const int order = bytes_of(a).compare(bytes_of(b));
  return order < 0 ? -1 : (order > 0 ? 1 : 0);
}

std::size_t size_of(const json::object& item) {
  std::size_t sum = 0;
  for (const auto& attribute : item) sum += attribute.key().size() + size_of_value(attribute.value().as_object());
  return sum;
}

}  // namespace scalper::dynamo_check
