// What a cell is, read as its field says.
#include <algorithm>
#include <cstddef>

#include "validate/formats/json_tokenizer.h"
#include "validate/schema/format.h"
#include "validate/schema/format_parts.h"
#include "validate/schema/table_schema.h"
#include "validate/schema/table_times.h"

namespace scalper::schema {
namespace {

std::uint64_t characters(std::string_view text) {
  return static_cast<std::uint64_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string without(std::string_view text, std::string_view part) {
  std::string out;
  while (!text.empty()) {
    const std::size_t at = part.empty() ? text.size() : std::min(text.find(part), text.size());
    out += text.substr(0, at);
    text.remove_prefix(std::min(text.size(), at + part.size()));
  }
  return out;
}

// "$ 12.5 %" without what stands around the number.
std::string_view bare(std::string_view text) {
  const auto part_of_number = [](char c) { return is_digit(c) || c == '-' || c == '+' || c == '.'; };
  while (!text.empty() && !part_of_number(text.front())) text.remove_prefix(1);
  while (!text.empty() && !is_digit(text.back())) text.remove_suffix(1);
  return text;
}

bool is_lexical_number(std::string_view text, bool whole) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const auto digits = [&] {
    std::size_t size = 0;  // not by find_first_not_of(), which calls memchr() for each character
    while (size < text.size() && is_digit(text[size])) ++size;
    text.remove_prefix(size);
    return size;
  };
  std::size_t mantissa = digits();
  if (whole) return mantissa > 0 && text.empty();
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    mantissa += digits();
  }
  if (mantissa == 0) return false;
  if (text.empty()) return true;
  if (text.front() != 'e' && text.front() != 'E') return false;
  text.remove_prefix(1);
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return digits() > 0 && text.empty();
}

CellValue read_number(const TableField& field, std::string_view text) {
  CellValue value;
  const bool whole = field.type == FieldType::kInteger;
  if (!whole && (text == "NaN" || text == "INF" || text == "-INF")) {
    value.fits = true;
    value.hash = hash_of_string(text);
    return value;
  }
  std::string plain = field.group_char.empty() ? std::string(text) : without(text, field.group_char);
  if (!whole && field.decimal_char != ".") {
    const std::size_t at = plain.find(field.decimal_char);
    if (plain.find('.') != std::string::npos) return value;
    if (at != std::string::npos) {
      plain.erase(at, field.decimal_char.size());
      plain.insert(plain.begin() + static_cast<std::ptrdiff_t>(at), '.');
    }
  }
  std::string_view rest = plain;
  if (!field.bare_number) rest = bare(rest);
  if (!is_lexical_number(rest, whole)) return value;
  if (rest.front() == '+') rest.remove_prefix(1);
  value.order = parse_decimal(rest);
  value.fits = value.order.has_value();
  if (value.fits) value.hash = hash_of_number(*value.order);
  return value;
}

constexpr std::size_t kShortNumber = 40;

bool has_exponent(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c == 'e' || c == 'E'; });
}

// A day that every month has.
bool is_common_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' || text[0] == '0') return false;
  for (const std::size_t at : {0U, 1U, 2U, 3U, 5U, 6U, 8U, 9U}) {
    if (!is_digit(text[at])) return false;
  }
  const int month = (text[5] - '0') * 10 + (text[6] - '0');
  const int day = (text[8] - '0') * 10 + (text[9] - '0');
  return month >= 1 && month <= 12 && day >= 1 && day <= 28;
}

// The kind of the outermost value, and how many parts it has.
class Outline final : public JsonSink {
 public:
  void on_event(JsonKind kind, std::uint64_t /*byte*/, std::string_view /*text*/, bool more) override {
    if (more) return;
    if (!seen) outer = kind;
    seen = true;
    if (depth == 1 && (outer == JsonKind::kBeginObject ? kind == JsonKind::kKey : kind != JsonKind::kEndArray)) ++parts;
    if (kind == JsonKind::kBeginObject || kind == JsonKind::kBeginArray) ++depth;
    if (kind == JsonKind::kEndObject || kind == JsonKind::kEndArray) --depth;
  }
  bool seen = false;
  JsonKind outer = JsonKind::kNull;
  std::uint64_t parts = 0;
  int depth = 0;
};

CellValue read_json(std::string_view text, JsonKind wanted) {
  Outline outline;
  JsonTokenizer tokenizer(outline, {.depth = 100});
  tokenizer.feed(text);
  tokenizer.finish();
  CellValue value;
  value.fits = !tokenizer.fault().has_value() && outline.outer == wanted;
  value.length = outline.parts;
  value.hash = hash_of_string(text);
  return value;
}

bool is_degree(std::string_view text, const Decimal& most) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  if (!is_lexical_number(text, false)) return false;
  if (text.front() == '+') text.remove_prefix(1);
  auto number = parse_decimal(text);
  if (!number.has_value()) return false;
  number->negative = false;
  return compare(*number, most) <= 0;
}

// "lon, lat" or "[lon, lat]".
bool is_geopoint(const TableField& field, std::string_view text) {
  if (field.form == FieldForm::kObject) {
    return read_json(text, JsonKind::kBeginObject).length == 2 && text.find("\"lon\"") != std::string_view::npos &&
           text.find("\"lat\"") != std::string_view::npos;
  }
  if (field.form == FieldForm::kArray) {
    if (!text.starts_with('[') || !text.ends_with(']')) return false;
    text = text.substr(1, text.size() - 2);
  }
  const std::size_t comma = text.find(',');
  if (comma == std::string_view::npos) return false;
  return is_degree(text.substr(0, comma), Decimal{false, "18", 1}) &&
         is_degree(text.substr(comma + 1), Decimal{false, "9", 1});
}

// RFC 4648, section 4.
bool is_base64(std::string_view text) {
  if (text.size() % 4 != 0) return false;
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '+' || c == '/'; });
}

bool is_string(const TableField& field, std::string_view text) {
  switch (field.form) {
    case FieldForm::kEmail: return has_format(Format::kEmail, text);
    case FieldForm::kUri: return has_format(Format::kUri, text);
    case FieldForm::kUuid: return has_format(Format::kUuid, text);
    case FieldForm::kBinary: return is_base64(text);
    default: return true;
  }
}

CellValue read_list(const TableField& field, std::string_view text) {
  CellValue value;
  value.hash = hash_of_string(text);
  value.fits = true;
  TableField item;
  item.type = field.item_type;
  while (true) {
    const std::size_t end = std::min(text.find(field.list_delimiter), text.size());
    ++value.length;
    value.fits = value.fits && read_cell(item, text.substr(0, end)).fits;
    if (end == text.size()) return value;
    text.remove_prefix(end + field.list_delimiter.size());
  }
}

bool is_among(const std::vector<std::string>& words, std::string_view text) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

CellValue read_boolean(const TableField& field, std::string_view text) {
  CellValue value;
  const bool yes = is_among(field.true_values, text);
  value.fits = yes || is_among(field.false_values, text);
  value.hash = hash_of_word(yes ? 't' : 'f');
  return value;
}

}  // namespace

CellValue read_cell(const TableField& field, std::string_view text) {
  CellValue value;
  switch (field.type) {
    case FieldType::kNumber:
    case FieldType::kInteger: return read_number(field, text);
    case FieldType::kBoolean: return read_boolean(field, text);
    case FieldType::kObject:
    case FieldType::kGeoJson: return read_json(text, JsonKind::kBeginObject);
    case FieldType::kArray: return read_json(text, JsonKind::kBeginArray);
    case FieldType::kList: return read_list(field, text);
    case FieldType::kDate:
    case FieldType::kTime:
    case FieldType::kDateTime:
    case FieldType::kYear:
    case FieldType::kYearMonth:
      value.order = read_time(field, text);
      value.fits = value.order.has_value();
      if (value.fits) value.hash = hash_of_number(*value.order);
      return value;
    case FieldType::kDuration: value.fits = is_xsd_duration(text); break;
    case FieldType::kGeoPoint: value.fits = is_geopoint(field, text); break;
    case FieldType::kString: value.fits = is_string(field, text); break;
    case FieldType::kAny: value.fits = true; break;
  }
  value.length = characters(text);
  value.hash = hash_of_string(text);
  return value;
}

bool surely_fits(const TableField& field, std::string_view text) {
  switch (field.type) {
    case FieldType::kString: return field.form == FieldForm::kDefault;
    case FieldType::kInteger:
      return field.group_char.empty() && text.size() <= kShortNumber && is_lexical_number(text, true);
    case FieldType::kNumber:
      // Without an exponent it is in range.
      return field.group_char.empty() && field.decimal_char == "." && text.size() <= kShortNumber &&
             !has_exponent(text) && is_lexical_number(text, false);
    case FieldType::kBoolean: return is_among(field.true_values, text) || is_among(field.false_values, text);
    case FieldType::kDate: return field.form == FieldForm::kDefault && is_common_date(text);
    default: return false;
  }
}

}  // namespace scalper::schema
