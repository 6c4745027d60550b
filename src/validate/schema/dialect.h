#pragma once
// Which keywords mean something in a schema resource: its draft, and in 2020-12 the vocabularies of its metaschema.

#include <optional>
#include <string_view>

#include "validate/schema/compiled_schema.h"
#include "validate/schema/schema_tree.h"

namespace scalper::schema {

struct Dialect {
  Draft draft = Draft::k2020;
  bool applicator = true;
  bool unevaluated = true;
  bool validation = true;
  bool format_assertion = false;

  [[nodiscard]] bool is_7() const { return draft == Draft::k7; }
};

// Of the metaschemas that are built in; nothing for others. `uri` may end with an empty fragment.
[[nodiscard]] std::optional<Dialect> known_dialect(std::string_view uri);

// By `$vocabulary` of a metaschema; `unknown` is the first vocabulary that it requires and that is not known here.
struct Vocabularies {
  Dialect dialect;
  std::string_view unknown;
};
[[nodiscard]] Vocabularies dialect_of(const TreeNode& vocabulary);

// Where subschemas stand below a schema object: the value itself, each element, or each member.
enum class Below : std::uint8_t { kNothing, kSchema, kElements, kMembers, kSchemaOrElements };
[[nodiscard]] Below schemas_below(std::string_view keyword, const Dialect& dialect);

}  // namespace scalper::schema
