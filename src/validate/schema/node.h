#pragma once
// What a schema is compiled to. Immutable, shared between threads.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "validate/schema/decimal.h"
#include "validate/schema/format.h"
#include "validate/schema/keyword.h"
#include "validate/schema/pattern.h"
#include "validate/schema/value_hash.h"

namespace scalper::schema {

using NodeId = std::uint32_t;
inline constexpr NodeId kNoNode = ~NodeId{0};

// Kinds of values, one bit each. A whole number is kNumber too.
enum TypeBit : std::uint8_t {
  kNullBit = 1,
  kFlagBit = 2,
  kNumberBit = 4,
  kStringBit = 8,
  kArrayBit = 16,
  kObjectBit = 32,
  kWholeBit = 64,  // numbers without a fraction alone
  kEveryBit = 63,
};

// A name that a node says something about.
struct NameRule {
  std::string text;
  std::uint64_t hash = 0;
  NodeId child = kNoNode;  // what its value has to match
  std::int32_t seen = -1;  // the bit that remembers that it was there; -1: nobody asks
};

[[nodiscard]] std::uint64_t name_hash(std::string_view name);

// The names of one node. Filled, then sealed, then only asked.
class NameTable {
 public:
  NameRule& rule(std::string_view name);  // made where it is new; until the next call
  void seal();
  [[nodiscard]] const NameRule* find(std::string_view name, std::uint64_t hash) const {
    if (slots_.empty()) return nullptr;
    for (std::size_t at = hash & mask_;; at = (at + 1) & mask_) {
      if (slots_[at] == 0) return nullptr;
      const NameRule& rule = rules_[slots_[at] - 1];
      if (rule.hash == hash && rule.text == name) return &rule;
    }
  }
  [[nodiscard]] const std::vector<NameRule>& rules() const { return rules_; }

 private:
  std::vector<NameRule> rules_;
  std::vector<std::uint32_t> slots_;  // 1 + index into rules_; 0 is empty
  std::size_t mask_ = 0;
};

// One value of `const` or `enum`.
struct AllowedValue {
  ValueHash hash;
  std::optional<std::string> text;  // of a string
};

// Whole bounds, both included, within which every number keeps all that a node says of numbers. Empty, with `low`
// above `high`, where a look at them alone does not do.
struct SureRange {
  std::int64_t low = 1;
  std::int64_t high = 0;
};

struct PatternRule {
  std::shared_ptr<const Pattern> pattern;
  NodeId child = kNoNode;
};

// Another node at the same place of the document.
struct InPlace {
  enum class Kind : std::uint8_t {
    kAll,  // allOf, $ref
    kAny,
    kOne,
    kNot,
    kIf,
    kThen,
    kElse,
    kDependent,  // holds where the name was seen
  } kind = Kind::kAll;
  NodeId node = kNoNode;
  std::int32_t seen = -1;    // of kDependent
  std::uint32_t anchor = 0;  // not 0: the outermost resource of the dynamic scope that has it says which node
};

// dependentRequired: where `trigger` was seen, so must be `needs`.
struct Dependency {
  std::int32_t trigger = -1;
  std::vector<std::int32_t> needs;
};

struct Node {
  std::string pointer;                // "order.schema.json#/properties/id"
  std::uint32_t resource = 0;         // 0: none that a $dynamicRef could ask
  bool never = false;                 // the schema `false`
  bool always = true;                 // nothing here can fail, and nobody asks what it evaluated
  Keyword because = Keyword::kFalse;  // of `never`: through which keyword

  std::uint8_t types = kEveryBit;
  std::vector<AllowedValue> values;  // const, enum
  bool has_values = false;
  bool one_value = false;   // const
  std::string values_text;  // for messages

  bool has_number_rules = false;
  std::optional<Decimal> maximum, exclusive_maximum, minimum, exclusive_minimum, multiple_of;
  SureRange sure;
  bool has_string_rules = false;
  std::uint64_t min_length = 0;
  std::uint64_t max_length = ~std::uint64_t{0};
  std::shared_ptr<const Pattern> pattern;
  std::string pattern_text;
  Format format = Format::kNone;  // where it is to be asserted
  std::string format_name;

  bool has_array_rules = false;
  std::uint64_t min_items = 0;
  std::uint64_t max_items = ~std::uint64_t{0};
  bool unique_items = false;
  std::vector<NodeId> prefix;
  NodeId items = kNoNode;  // behind the prefix
  NodeId contains = kNoNode;
  bool contains_evaluates = false;  // draft 2020-12: what is contained counts as evaluated
  std::uint64_t min_contains = 1;
  std::uint64_t max_contains = ~std::uint64_t{0};
  NodeId unevaluated_items = kNoNode;

  bool has_object_rules = false;
  std::uint64_t min_properties = 0;
  std::uint64_t max_properties = ~std::uint64_t{0};
  NameTable names;
  std::uint32_t first_name = 0;  // where its names begin among those of all nodes, each node's behind one more place
  std::uint32_t seen_bits = 0;
  std::vector<std::uint64_t> required;  // a bit for each required name
  std::vector<Dependency> dependencies;
  std::vector<PatternRule> pattern_properties;
  NodeId additional_properties = kNoNode;
  NodeId property_names = kNoNode;
  NodeId unevaluated_properties = kNoNode;

  std::vector<InPlace> in_place;

  [[nodiscard]] bool unevaluated() const { return unevaluated_items != kNoNode || unevaluated_properties != kNoNode; }
};

[[nodiscard]] SureRange sure_range(const Node& node);

// Resources that a $dynamicRef may ask, from 1 on: which node is at an anchor.
struct DynamicAnchor {
  std::uint32_t anchor = 0;
  NodeId node = kNoNode;
};

}  // namespace scalper::schema
