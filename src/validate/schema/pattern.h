#pragma once
// A compiled pattern. Immutable; any thread may match.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace scalper::schema {

class Pattern {
 public:
  struct Compiled {
    std::shared_ptr<const Pattern> pattern;  // null: see `complaint`
    std::string complaint;
    std::size_t byte = 0;  // in the pattern
  };
  // `memory`: the most bytes that the pattern may take, its caches included.
  [[nodiscard]] static Compiled compile(std::string_view ecma, std::size_t memory);

  virtual ~Pattern() = default;
  // Somewhere in the text, as JSON Schema demands it. Linear in the text.
  [[nodiscard]] virtual bool found_in(std::string_view text) const = 0;
};

}  // namespace scalper::schema
