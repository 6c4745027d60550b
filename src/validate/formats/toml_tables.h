#pragma once
// The tables and keys of a TOML document by the hash of their path, and what may be said of each again.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "validate/formats/json_key_hash.h"

namespace scalper::toml {

// What a name may stand for. One that is defined whole can never be opened again.
enum class Named : std::uint8_t {
  kNew,
  kImplicit,  // a table that only stands in the path of another's header
  kDefined,   // a table with a header
  kDotted,    // a table made by dotted keys
  kTables,    // an array of tables
  kValue,     // a value, inline tables and arrays included
};

class Tables {
 public:
  // At most so many names, all in all.
  explicit Tables(std::size_t most) : most_(most) {}

  // The place of a name within a table's place.
  [[nodiscard]] KeyHash below(const KeyHash& table, std::string_view name);
  // A place of its own within `table`: the n-th element of what has elements.
  [[nodiscard]] KeyHash element(const KeyHash& table, std::uint64_t number);
  [[nodiscard]] Named at(const KeyHash& place) const;
  // False: there is no room for another one.
  [[nodiscard]] bool set(const KeyHash& place, Named named);
  // Of kTables: where the newest of them is.
  [[nodiscard]] KeyHash newest(const KeyHash& place);
  void add_table(const KeyHash& place) { ++nodes_[place].tables; }

 private:
  struct Hash {
    std::size_t operator()(const KeyHash& key) const { return static_cast<std::size_t>(key.low ^ key.high); }
  };
  struct Node {
    Named named = Named::kNew;
    std::uint32_t tables = 0;
  };

  std::size_t most_;
  KeyHasher hasher_;
  std::unordered_map<KeyHash, Node, Hash> nodes_;
};

}  // namespace scalper::toml
