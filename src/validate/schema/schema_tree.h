#pragma once
// A schema file as it was written: the JSON data model, numbers as their text, each value with its place.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "validate/contract/lint.h"

namespace scalper::schema {

inline constexpr std::size_t kMostTreeDepth = 256;
inline constexpr std::size_t kMostTreeValues = 200'000;

struct TreeNode {
  enum class Kind : std::uint8_t { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject } kind = Kind::kNull;
  std::uint32_t byte = 0;       // of its first byte
  std::uint32_t name_byte = 0;  // of its name, where the parent is an object
  std::string text;             // of a string, and of a number what stands there
  std::string name;
  std::vector<TreeNode> children;

  [[nodiscard]] bool is_object() const { return kind == Kind::kObject; }
  [[nodiscard]] bool is_array() const { return kind == Kind::kArray; }
  [[nodiscard]] bool is_string() const { return kind == Kind::kString; }
  [[nodiscard]] bool is_flag() const { return kind == Kind::kTrue || kind == Kind::kFalse; }
  // A schema is an object or true or false.
  [[nodiscard]] bool is_schema() const { return is_object() || is_flag(); }
  // The last member of this name; null: there is none.
  [[nodiscard]] const TreeNode* member(std::string_view wanted) const;
};

// Nothing after an error, which `lint` has: no JSON, too deep, too many values, a lone surrogate.
[[nodiscard]] std::optional<TreeNode> read_tree(std::string_view text, grammar::Lint& lint);

}  // namespace scalper::schema
