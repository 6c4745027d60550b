#pragma once
// The metaschemas of both drafts as json-schema.org publishes them, so that a schema may refer to them without a
// network.

#include <span>
#include <string_view>

namespace scalper::schema {

struct Metaschema {
  std::string_view uri;
  std::string_view text;
};

[[nodiscard]] std::span<const Metaschema> metaschemas_2020();
[[nodiscard]] std::span<const Metaschema> metaschemas_7();

}  // namespace scalper::schema
