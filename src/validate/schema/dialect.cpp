#include "validate/schema/dialect.h"

#include <algorithm>
#include <array>

namespace scalper::schema {
namespace {

constexpr std::string_view kVocabulary = "https://json-schema.org/draft/2020-12/vocab/";

struct Place {
  std::string_view keyword;
  Below below;
  bool draft_7;
  bool draft_2020;
};

constexpr auto kPlaces = std::to_array<Place>({
    {"$defs", Below::kMembers, false, true},
    {"additionalItems", Below::kSchema, true, false},
    {"additionalProperties", Below::kSchema, true, true},
    {"allOf", Below::kElements, true, true},
    {"anyOf", Below::kElements, true, true},
    {"contains", Below::kSchema, true, true},
    {"contentSchema", Below::kSchema, false, true},
    {"definitions", Below::kMembers, true, true},
    {"dependencies", Below::kMembers, true, true},  // 2020-12, appendix of the metaschema: still understood
    {"dependentSchemas", Below::kMembers, false, true},
    {"else", Below::kSchema, true, true},
    {"if", Below::kSchema, true, true},
    {"items", Below::kSchemaOrElements, true, true},
    {"not", Below::kSchema, true, true},
    {"oneOf", Below::kElements, true, true},
    {"patternProperties", Below::kMembers, true, true},
    {"prefixItems", Below::kElements, false, true},
    {"properties", Below::kMembers, true, true},
    {"propertyNames", Below::kSchema, true, true},
    {"then", Below::kSchema, true, true},
    {"unevaluatedItems", Below::kSchema, false, true},
    {"unevaluatedProperties", Below::kSchema, false, true},
});

}  // namespace

std::optional<Dialect> known_dialect(std::string_view uri) {
  if (uri.ends_with('#')) uri.remove_suffix(1);
  if (uri == "https://json-schema.org/draft/2020-12/schema") return Dialect{};
  if (uri == "http://json-schema.org/draft-07/schema" || uri == "https://json-schema.org/draft-07/schema") {
    Dialect dialect;
    dialect.draft = Draft::k7;
    dialect.unevaluated = false;
    return dialect;
  }
  return std::nullopt;
}

Vocabularies dialect_of(const TreeNode& vocabulary) {
  Vocabularies found;
  found.dialect = {Draft::k2020, false, false, false, false};
  for (const TreeNode& one : vocabulary.children) {
    std::string_view name = one.name;
    const bool known = name.starts_with(kVocabulary);
    if (known) name.remove_prefix(kVocabulary.size());
    if (known && name == "applicator") {
      found.dialect.applicator = true;
    } else if (known && name == "unevaluated") {
      found.dialect.unevaluated = true;
    } else if (known && name == "validation") {
      found.dialect.validation = true;
    } else if (known && name == "format-assertion") {
      found.dialect.format_assertion = true;
    } else if (!known || (name != "core" && name != "meta-data" && name != "content" && name != "format-annotation")) {
      if (one.kind == TreeNode::Kind::kTrue && found.unknown.empty()) found.unknown = one.name;
    }
  }
  return found;
}

Below schemas_below(std::string_view keyword, const Dialect& dialect) {
  const auto* const found =
      std::find_if(kPlaces.begin(), kPlaces.end(), [&](const Place& place) { return place.keyword == keyword; });
  if (found == kPlaces.end() || !(dialect.is_7() ? found->draft_7 : found->draft_2020)) return Below::kNothing;
  return found->below;
}

}  // namespace scalper::schema
