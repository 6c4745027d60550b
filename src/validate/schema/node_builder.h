#pragma once
// One schema object to one node, keyword by keyword.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "validate/schema/schema_compiler.h"

namespace scalper::schema {

class NodeBuilder {
 public:
  NodeBuilder(SchemaCompiler& compiler, NodeId id, const SchemaPlace& place)
      : compiler_(compiler), id_(id), node_(compiler.nodes_[id]), place_(place) {}

  void build();

 private:
  using Value = const TreeNode&;
  enum class From : std::uint8_t { kCore, kApplicator, kUnevaluated, kValidation, kAnnotation };
  struct Rule {
    std::string_view word;
    From from;
    bool draft_7;
    bool draft_2020;
    void (NodeBuilder::*apply)(Value);
  };
  static std::span<const Rule> rules();
  [[nodiscard]] bool counts(const Rule& rule) const;
  void look_for_slips();
  void look_beside_reference();
  [[nodiscard]] bool is_of_the_other_draft(std::string_view word) const;

  // Core.
  void ref(Value value);
  void dynamic_ref(Value value);
  // Applicators at the same place.
  void all_of(Value value) { alternatives(value, InPlace::Kind::kAll); }
  void any_of(Value value) { alternatives(value, InPlace::Kind::kAny); }
  void one_of(Value value) { alternatives(value, InPlace::Kind::kOne); }
  void negation(Value value);
  void condition(Value value);
  void dependent_schemas(Value value);
  // Applicators below.
  void properties(Value value);
  void pattern_properties(Value value);
  void additional_properties(Value value);
  void property_names(Value value);
  void prefix_items(Value value);
  void items(Value value);
  void additional_items(Value value);
  void contains(Value value);
  void unevaluated_items(Value value);
  void unevaluated_properties(Value value);
  void dependencies(Value value);
  // Assertions.
  void type(Value value);
  void constant(Value value);
  void enumeration(Value value);
  void maximum(Value value) { limit(value, node_.maximum); }
  void minimum(Value value) { limit(value, node_.minimum); }
  void exclusive_maximum(Value value) { limit(value, node_.exclusive_maximum); }
  void exclusive_minimum(Value value) { limit(value, node_.exclusive_minimum); }
  void multiple_of(Value value);
  void max_length(Value value);
  void min_length(Value value);
  void pattern(Value value);
  void format(Value value);
  void max_items(Value value);
  void min_items(Value value);
  void unique_items(Value value);
  void max_contains(Value value);
  void min_contains(Value value);
  void max_properties(Value value);
  void min_properties(Value value);
  void required(Value value);
  void dependent_required(Value value);

  void alternatives(Value value, InPlace::Kind kind);
  void limit(Value value, std::optional<Decimal>& into);
  [[nodiscard]] std::optional<Decimal> number(Value value);
  void count(Value value, std::uint64_t& into);
  // The node of a subschema; kNoNode after an error.
  [[nodiscard]] NodeId child(Value value, Keyword because = Keyword::kFalse);
  void add_in_place(Value value, InPlace::Kind kind);
  void depend_on_schema(const std::string& trigger, Value value);
  void depend_on_names(const std::string& trigger, Value value);
  [[nodiscard]] std::int32_t seen_bit(const std::string& name);
  void add_value(Value value);
  void wants(Value value, std::string_view what);
  [[nodiscard]] bool is_object(Value value);

  SchemaCompiler& compiler_;
  NodeId id_;
  Node& node_;
  const SchemaPlace place_;
};

}  // namespace scalper::schema
