#include "validate/formats/parquet_schema.h"

#include <algorithm>
#include <array>

#include "base/escape.h"

namespace scalper::parquet {
namespace {

using thrift::Field;
using thrift::Reader;

constexpr std::size_t kShown = 40;
constexpr std::int32_t kMostDigits = 76;   // that readers take: 256 bits
constexpr std::size_t kLongestName = 256;  // in a path, in bytes
constexpr std::size_t kLongestPath = 1024;

struct Meant {
  Meaning meaning = Meaning::kOther;
  std::uint8_t bits = 0;
};

// ConvertedType, by number.
constexpr auto kConverted = std::to_array<Meant>({
    {Meaning::kString, 0},   {Meaning::kMap, 0},       {Meaning::kOther, 0},     {Meaning::kList, 0},
    {Meaning::kEnum, 0},     {Meaning::kDecimal, 0},   {Meaning::kDate, 0},      {Meaning::kTime, 32},
    {Meaning::kTime, 64},    {Meaning::kTimestamp, 0}, {Meaning::kTimestamp, 0}, {Meaning::kInteger, 8},
    {Meaning::kInteger, 16}, {Meaning::kInteger, 32},  {Meaning::kInteger, 64},  {Meaning::kInteger, 8},
    {Meaning::kInteger, 16}, {Meaning::kInteger, 32},  {Meaning::kInteger, 64},  {Meaning::kJson, 0},
    {Meaning::kBson, 0},     {Meaning::kInterval, 0},
});

// LogicalType, by the number of its field.
constexpr auto kLogical = std::to_array<Meaning>({
    Meaning::kOther,
    Meaning::kString,
    Meaning::kMap,
    Meaning::kList,
    Meaning::kEnum,
    Meaning::kDecimal,
    Meaning::kDate,
    Meaning::kTime,
    Meaning::kTimestamp,
    Meaning::kOther,
    Meaning::kInteger,
    Meaning::kNull,
    Meaning::kJson,
    Meaning::kBson,
    Meaning::kUuid,
    Meaning::kFloat16,
});

// What is behind one choice of LogicalType.
void read_meant(Reader& reader, Element& element) {
  using thrift::Type;
  if (element.meaning == Meaning::kTime || element.meaning == Meaning::kTimestamp) {
    return reader.skip_fields({{1, Type::kTrue}, {2, Type::kStruct}});
  }
  const bool decimal = element.meaning == Meaning::kDecimal;
  const bool integer = element.meaning == Meaning::kInteger;
  unsigned seen = 0;
  Field field;
  while (reader.good() && reader.next(field)) {
    if (decimal && field.id == 1) {
      element.scale = reader.i32(field);
    } else if (decimal && field.id == 2) {
      element.precision = reader.i32(field);
    } else if (integer && field.id == 1) {
      element.bits = reader.byte(field);
    } else {
      reader.skip(field);
    }
    if (integer && field.id == 2 && field.type != Type::kTrue && field.type != Type::kFalse) reader.refuse();
    seen |= field.id == 1 ? 1U : field.id == 2 ? 2U : 0U;
  }
  if ((decimal || integer) && seen != 3U) reader.refuse();
}

void read_logical(Reader& reader, const Field& outer, Element& element) {
  reader.open(outer);
  Field field;
  while (reader.next(field)) {
    const bool known = field.id > 0 && static_cast<std::size_t>(field.id) < kLogical.size();
    element.meaning = known ? kLogical[static_cast<std::size_t>(field.id)] : Meaning::kOther;
    if (field.type != thrift::Type::kStruct) reader.refuse();
    read_meant(reader, element);
  }
}

template <class Word>
Word word(Reader& reader, const Field& field, Word none) {
  const std::int32_t value = reader.i32(field);
  if (value < 0 || value >= static_cast<std::int32_t>(none)) reader.refuse();
  return reader.good() ? static_cast<Word>(value) : none;
}

std::uint32_t whole(Reader& reader, const Field& field) {
  const std::int32_t value = reader.i32(field);
  if (value < 0) reader.refuse();
  return value < 0 ? 0 : static_cast<std::uint32_t>(value);
}

Element read_element(Reader& reader) {
  Element element;
  Meant converted{Meaning::kPlain, 0};
  bool logical = false;
  bool named = false;
  Field field;
  while (reader.next(field)) {
    switch (field.id) {
      case 1: element.physical = word(reader, field, Physical::kNone); break;
      case 2: element.length = whole(reader, field); break;
      case 3: element.repetition = word(reader, field, Repetition::kNone); break;
      case 4:
        element.name = reader.binary(field);
        named = true;
        break;
      case 5: element.children = whole(reader, field); break;
      case 6: {
        const std::int32_t number = reader.i32(field);
        if (number < 0 || static_cast<std::size_t>(number) >= kConverted.size()) reader.refuse();
        if (reader.good()) converted = kConverted[static_cast<std::size_t>(number)];
        break;
      }
      case 7: element.scale = reader.i32(field); break;
      case 8: element.precision = reader.i32(field); break;
      case 10:
        read_logical(reader, field, element);
        logical = true;
        break;
      default: reader.skip(field);
    }
  }
  if (!named) reader.refuse();
  if (logical) return element;
  element.meaning = converted.meaning;
  element.bits = converted.bits;
  return element;
}

bool is_integer(Physical physical) { return physical == Physical::kInt32 || physical == Physical::kInt64; }

Physical integer_of(std::uint8_t bits) {
  if (bits == 64) return Physical::kInt64;
  return bits == 8 || bits == 16 || bits == 32 ? Physical::kInt32 : Physical::kNone;
}

// Whether bytes of this physical type can stand for what is said.
bool fits(const Element& e) {
  const bool bytes = e.physical == Physical::kBytes;
  const auto fixed = [&](std::uint32_t length) { return e.physical == Physical::kFixed && e.length == length; };
  switch (e.meaning) {
    case Meaning::kString:
    case Meaning::kJson:
    case Meaning::kBson:
    case Meaning::kEnum: return bytes;
    case Meaning::kDecimal: return is_integer(e.physical) || bytes || e.physical == Physical::kFixed;
    case Meaning::kDate: return e.physical == Physical::kInt32;
    case Meaning::kTime:
      return is_integer(e.physical) && (e.bits == 0 || e.bits == (e.physical == Physical::kInt64 ? 64 : 32));
    case Meaning::kTimestamp: return e.physical == Physical::kInt64;
    case Meaning::kInteger: return e.physical == integer_of(e.bits);
    case Meaning::kUuid: return fixed(16);
    case Meaning::kFloat16: return fixed(2);
    case Meaning::kInterval: return fixed(12);
    case Meaning::kList:
    case Meaning::kMap: return false;
    default: return true;
  }
}

std::string_view physical_words(const Element& e) {
  switch (e.physical) {
    case Physical::kBoolean: return "boolean";
    case Physical::kInt32: return "int32";
    case Physical::kInt64: return "int64";
    case Physical::kInt96: return "int96";
    case Physical::kFloat: return "float";
    case Physical::kDouble: return "double";
    case Physical::kBytes: return "bytes";
    case Physical::kFixed: return "fixed bytes";
    case Physical::kNone: break;
  }
  return "group";
}

// How many decimal digits all have a place in `bytes` bytes with a sign.
std::int32_t digits_of(std::uint32_t bytes) {
  return static_cast<std::int32_t>(std::min((8.0 * bytes - 1) * 0.30102999566398120, 1e6));
}

std::int32_t most_digits(const Element& e) {
  switch (e.physical) {
    case Physical::kInt32: return digits_of(4);
    case Physical::kInt64: return digits_of(8);
    case Physical::kFixed: return digits_of(e.length);
    default: return kMostDigits;
  }
}

std::string shown(std::string_view name) { return "\"" + escape_text(name, kShown) + "\""; }

}  // namespace

std::string type_words(const Element& e) {
  switch (e.meaning) {
    case Meaning::kString: return "string";
    case Meaning::kEnum: return "enum";
    case Meaning::kDecimal: return "decimal(" + std::to_string(e.precision) + "," + std::to_string(e.scale) + ")";
    case Meaning::kDate: return "date";
    case Meaning::kTime: return "time";
    case Meaning::kTimestamp: return "timestamp";
    case Meaning::kJson: return "json";
    case Meaning::kBson: return "bson";
    case Meaning::kUuid: return "uuid";
    case Meaning::kFloat16: return "float16";
    case Meaning::kInterval: return "interval";
    case Meaning::kList: return "list";
    case Meaning::kMap: return "map";
    case Meaning::kNull: return "null";
    default: return std::string(physical_words(e));
  }
}

void Schema::read(Reader& reader, std::size_t size) {
  over_ = size > kMostElements;
  if (!over_) elements_.reserve(size);
  for (std::size_t i = 0; i < size && reader.good(); ++i) {
    if (over_) {
      reader.skip_element(thrift::Type::kStruct);
    } else {
      elements_.push_back(read_element(reader));
    }
  }
}

std::optional<std::string> Schema::tree_fault() {
  if (elements_.empty()) return "the schema has no root";
  struct Open {
    std::uint32_t element;
    std::uint32_t left;
  };
  std::vector<Open> open{{0, elements_[0].children}};
  for (std::uint32_t place = 1; place < elements_.size(); ++place) {
    while (!open.empty() && open.back().left == 0) {
      elements_[open.back().element].last = place;
      open.pop_back();
    }
    if (open.empty()) return "the schema has elements that are in none of its groups";
    --open.back().left;
    Element& element = elements_[place];
    element.parent = open.back().element;
    element.levels = static_cast<std::uint8_t>(elements_[element.parent].levels +
                                               (element.repetition == Repetition::kRepeated ? 1 : 0));
    element.last = place + 1;
    if (element.children == 0) {
      leaves_.push_back(place);
      continue;
    }
    open.push_back({place, element.children});
    over_ = over_ || open.size() > kMostLevels;
    if (over_) return std::nullopt;
  }
  for (; !open.empty(); open.pop_back()) {
    if (open.back().left > 0) return "a group of the schema has fewer elements than it says";
    elements_[open.back().element].last = static_cast<std::uint32_t>(elements_.size());
  }
  return std::nullopt;
}

std::optional<std::string> Schema::element_fault(const Element& e) const {
  if (!is_valid_utf8(e.name)) return "the name " + shown(e.name) + " in the schema is no UTF-8";
  if (e.repetition == Repetition::kNone) {
    return "the schema does not say whether " + shown(e.name) + " is required, optional or repeated";
  }
  const bool group = e.children > 0;
  if (group && e.physical != Physical::kNone) return shown(e.name) + " in the schema is a group and has a type";
  if (group) return std::nullopt;
  if (e.physical == Physical::kNone) return "the schema says no type for " + shown(e.name);
  if (e.physical == Physical::kFixed && e.length == 0) return "the schema says no length for " + shown(e.name);
  if (!fits(e)) {
    return "the schema says " + type_words(e) + " for " + shown(e.name) + ", which is stored as " +
           std::string(physical_words(e)) + " and cannot be that";
  }
  if (e.meaning == Meaning::kDecimal &&
      (e.precision < 1 || e.scale < 0 || e.scale > e.precision || e.precision > most_digits(e))) {
    return "the schema says " + type_words(e) + " for " + shown(e.name) + ", which is stored with fewer digits or none";
  }
  return std::nullopt;
}

std::optional<std::string> Schema::fault() {
  if (auto said = tree_fault()) return said;
  if (over_) return std::nullopt;
  for (std::size_t place = 1; place < elements_.size(); ++place) {
    if (auto said = element_fault(elements_[place])) return said;
  }
  return std::nullopt;
}

std::string Schema::path(std::uint32_t element) const {
  std::string text;
  for (; element != 0; element = elements_[element].parent) {
    text.insert(0, std::string(elements_[element].name.substr(0, kLongestName)) + (text.empty() ? "" : "."));
    if (text.size() > kLongestPath) break;
  }
  return text;
}

bool Schema::is_path(std::uint32_t element, const std::vector<std::string_view>& names) const {
  for (std::size_t left = names.size(); left > 0; --left) {
    if (element == 0 || elements_[element].name != names[left - 1]) return false;
    element = elements_[element].parent;
  }
  return element == 0;
}

}  // namespace scalper::parquet
