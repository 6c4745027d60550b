#pragma once
// The tree of columns in a Parquet file's metadata. Source: apache/parquet-format, parquet.thrift (SchemaElement) and
// LogicalTypes.md.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "validate/formats/thrift.h"

namespace scalper::parquet {

enum class Physical : std::uint8_t { kBoolean, kInt32, kInt64, kInt96, kFloat, kDouble, kBytes, kFixed, kNone };
enum class Repetition : std::uint8_t { kRequired, kOptional, kRepeated, kNone };

// What the bytes stand for, by the logical type or the converted type of older writers.
enum class Meaning : std::uint8_t {
  kPlain,
  kString,
  kEnum,
  kDecimal,
  kDate,
  kTime,
  kTimestamp,
  kInteger,
  kJson,
  kBson,
  kUuid,
  kFloat16,
  kInterval,
  kList,
  kMap,
  kNull,
  kOther,  // one that is not known here
};

struct Element {
  std::string_view name;  // in the metadata
  Physical physical = Physical::kNone;
  Repetition repetition = Repetition::kNone;
  Meaning meaning = Meaning::kPlain;
  std::uint8_t bits = 0;       // of kInteger
  std::uint8_t levels = 0;     // of repetition, itself included
  std::uint32_t parent = 0;    // its place
  std::uint32_t children = 0;  // 0: a column of values, but for the root
  std::uint32_t length = 0;    // of kFixed
  std::int32_t scale = 0;      // of kDecimal
  std::int32_t precision = 0;
  std::uint32_t last = 0;  // the place behind all that lies in it
};

inline constexpr std::size_t kMostElements = 16'384;
inline constexpr std::size_t kMostLevels = 100;  // of groups within each other

class Schema {
 public:
  // The list of elements that comes next. Views into `reader`'s bytes stay.
  void read(thrift::Reader& reader, std::size_t size);
  // Whether they are a tree, and each says what it can; nothing: all is well.
  [[nodiscard]] std::optional<std::string> fault();

  [[nodiscard]] const std::vector<Element>& elements() const { return elements_; }
  [[nodiscard]] const std::vector<std::uint32_t>& leaves() const { return leaves_; }
  // Too many or too deep to be followed.
  [[nodiscard]] bool over() const { return over_; }
  // Names from below the root on, with a point between them; raw.
  [[nodiscard]] std::string path(std::uint32_t element) const;
  // Whether these are the names from below the root to the element.
  [[nodiscard]] bool is_path(std::uint32_t element, const std::vector<std::string_view>& names) const;

 private:
  [[nodiscard]] std::optional<std::string> tree_fault();
  [[nodiscard]] std::optional<std::string> element_fault(const Element& element) const;

  std::vector<Element> elements_;
  std::vector<std::uint32_t> leaves_;
  bool over_ = false;
};

// "int64", "decimal(10,2)", "list": of one element, without its name; harmless.
[[nodiscard]] std::string type_words(const Element& element);

}  // namespace scalper::parquet
