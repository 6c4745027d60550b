#include "validate/schema/keyword.h"

namespace scalper::schema {
namespace {

struct Words {
  std::string_view word;
  std::string_view code;
};

Words words_of(Keyword keyword) {
  switch (keyword) {
    case Keyword::kFalse: return {"", "schema.false"};
    case Keyword::kType: return {"type", "schema.type"};
    case Keyword::kConst: return {"const", "schema.const"};
    case Keyword::kEnum: return {"enum", "schema.enum"};
    case Keyword::kMultipleOf: return {"multipleOf", "schema.multiple_of"};
    case Keyword::kMaximum: return {"maximum", "schema.maximum"};
    case Keyword::kExclusiveMaximum: return {"exclusiveMaximum", "schema.exclusive_maximum"};
    case Keyword::kMinimum: return {"minimum", "schema.minimum"};
    case Keyword::kExclusiveMinimum: return {"exclusiveMinimum", "schema.exclusive_minimum"};
    case Keyword::kMaxLength: return {"maxLength", "schema.max_length"};
    case Keyword::kMinLength: return {"minLength", "schema.min_length"};
    case Keyword::kPattern: return {"pattern", "schema.pattern"};
    case Keyword::kFormat: return {"format", "schema.format"};
    case Keyword::kMaxItems: return {"maxItems", "schema.max_items"};
    case Keyword::kMinItems: return {"minItems", "schema.min_items"};
    case Keyword::kUniqueItems: return {"uniqueItems", "schema.unique_items"};
    case Keyword::kMinContains: return {"contains", "schema.contains"};
    case Keyword::kMaxContains: return {"maxContains", "schema.max_contains"};
    case Keyword::kMaxProperties: return {"maxProperties", "schema.max_properties"};
    case Keyword::kMinProperties: return {"minProperties", "schema.min_properties"};
    case Keyword::kRequired: return {"required", "schema.required"};
    case Keyword::kDependentRequired: return {"dependentRequired", "schema.dependent_required"};
    case Keyword::kAdditionalProperties: return {"", "schema.additional_properties"};
    case Keyword::kAdditionalItems: return {"", "schema.additional_items"};
    case Keyword::kUnevaluatedProperties: return {"unevaluatedProperties", "schema.unevaluated_properties"};
    case Keyword::kUnevaluatedItems: return {"unevaluatedItems", "schema.unevaluated_items"};
    case Keyword::kAnyOf: return {"anyOf", "schema.any_of"};
    case Keyword::kOneOf: return {"oneOf", "schema.one_of"};
    case Keyword::kNot: return {"not", "schema.not"};
  }
  return {"", "schema.false"};
}

}  // namespace

std::string_view word_of(Keyword keyword) { return words_of(keyword).word; }
std::string_view code_of(Keyword keyword) { return words_of(keyword).code; }

}  // namespace scalper::schema
