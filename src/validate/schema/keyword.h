#pragma once
// The keywords that can fail, each with its word in a schema and its finding code.

#include <cstdint>
#include <string_view>

namespace scalper::schema {

enum class Keyword : std::uint8_t {
  kFalse,
  kType,
  kConst,
  kEnum,
  kMultipleOf,
  kMaximum,
  kExclusiveMaximum,
  kMinimum,
  kExclusiveMinimum,
  kMaxLength,
  kMinLength,
  kPattern,
  kFormat,
  kMaxItems,
  kMinItems,
  kUniqueItems,
  kMinContains,
  kMaxContains,
  kMaxProperties,
  kMinProperties,
  kRequired,
  kDependentRequired,
  kAdditionalProperties,
  kAdditionalItems,
  kUnevaluatedProperties,
  kUnevaluatedItems,
  kAnyOf,
  kOneOf,
  kNot,
};

// "maxLength"; of kFalse "".
[[nodiscard]] std::string_view word_of(Keyword keyword);
// "schema.max_length".
[[nodiscard]] std::string_view code_of(Keyword keyword);

}  // namespace scalper::schema
