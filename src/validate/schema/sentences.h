#pragma once
// What is said of a value that does not match: what was expected, what was found. Values escaped and cut.

#include <cstdint>
#include <string>
#include <string_view>

#include "validate/schema/node.h"
#include "validate/schema/schema_frame.h"

namespace scalper::schema {

[[nodiscard]] std::string type_sentence(const Node& node, std::string_view found);
[[nodiscard]] std::string values_sentence(const Node& node, std::string_view found);
// "expected at most 5 characters, found 7".
[[nodiscard]] std::string count_sentence(std::string_view bound, std::uint64_t limit, std::string_view what,
                                         std::uint64_t found);
// "expected at least 10, found the number 9".
[[nodiscard]] std::string limit_sentence(std::string_view bound, const Decimal& limit, const Value& found);
[[nodiscard]] std::string false_sentence(const Node& node);
[[nodiscard]] std::string unevaluated_sentence(const Node& node, Keyword keyword, std::string_view name,
                                               std::uint64_t ordinal);
[[nodiscard]] std::string any_sentence(const Alternatives& branches);
[[nodiscard]] std::string one_sentence(const Alternatives& branches);
// " (schema order.schema.json#/properties/id/type)".
[[nodiscard]] std::string schema_place(const Node& node, Keyword keyword);

}  // namespace scalper::schema
