#pragma once
// Table Schema (Frictionless, versions 1 and 2 of its fields): the columns of a table with their types and constraints,
// compiled once. Immutable, shared between threads.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "validate/contract/lint.h"
#include "validate/schema/decimal.h"
#include "validate/schema/pattern.h"
#include "validate/schema/value_hash.h"

namespace scalper::schema {

enum class FieldType : std::uint8_t {
  kString,
  kNumber,
  kInteger,
  kBoolean,
  kObject,
  kArray,
  kList,
  kDate,
  kTime,
  kDateTime,
  kYear,
  kYearMonth,
  kDuration,
  kGeoPoint,
  kGeoJson,
  kAny,
};

// How a value is written, where there are several ways.
enum class FieldForm : std::uint8_t { kDefault, kStrptime, kEmail, kUri, kUuid, kBinary, kArray, kObject };

struct TableField {
  std::string name;
  FieldType type = FieldType::kString;
  std::string type_name = "string";
  FieldForm form = FieldForm::kDefault;
  std::string format;  // of kStrptime
  std::string decimal_char = ".";
  std::string group_char;
  bool bare_number = true;
  std::vector<std::string> true_values{"true", "True", "TRUE", "1"};
  std::vector<std::string> false_values{"false", "False", "FALSE", "0"};
  std::string list_delimiter = ",";
  FieldType item_type = FieldType::kString;
  std::optional<std::vector<std::string>> missing_values;  // of its own

  bool required = false;
  bool unique = false;
  std::optional<std::uint64_t> min_length, max_length;
  std::optional<Decimal> minimum, maximum, exclusive_minimum, exclusive_maximum;
  std::string minimum_text, maximum_text;  // the bounds as they are written
  std::shared_ptr<const Pattern> pattern;
  std::string pattern_text;
  std::vector<ValueHash> values;
  bool has_values = false;
  std::string values_text;
};

enum class FieldsMatch : std::uint8_t { kExact, kEqual, kSubset, kSuperset, kPartial };

class CompiledTable {
 public:
  std::vector<TableField> fields;
  std::vector<std::string> missing_values{""};
  FieldsMatch match = FieldsMatch::kExact;
  std::vector<std::size_t> primary_key;               // fields
  std::vector<std::vector<std::size_t>> unique_keys;  // those of single fields among them
  std::vector<std::string> unbuilt;                   // what this version cannot check
};

inline constexpr std::size_t kMostFields = 4096;
inline constexpr std::size_t kLongestFieldName = 1024;

// Null after an error, which `messages` has with its place.
[[nodiscard]] std::shared_ptr<const CompiledTable> compile_table(const std::string& path, std::string_view text,
                                                                 std::vector<LintMessage>& messages);

// What a cell is, read as the field says.
struct CellValue {
  bool fits = false;
  ValueHash hash;                // of the value: 1.0 and 1 are one number
  std::optional<Decimal> order;  // of numbers and times
  std::uint64_t length = 0;      // characters, or elements
};
[[nodiscard]] CellValue read_cell(const TableField& field, std::string_view text);
// Quick: that read_cell() would say that it fits. False where that is not sure.
[[nodiscard]] bool surely_fits(const TableField& field, std::string_view text);

}  // namespace scalper::schema
