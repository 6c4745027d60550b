#pragma once
// From indexed schemas to nodes.

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "validate/schema/compiled_schema.h"
#include "validate/schema/schema_index.h"

namespace scalper::schema {

// Used once. Errors are in `messages`.
class SchemaCompiler {
 public:
  SchemaCompiler(SchemaIndex& index, SchemaOptions options, std::vector<LintMessage>& messages)
      : index_(index), options_(options), messages_(messages) {}

  // Null after an error.
  [[nodiscard]] std::shared_ptr<const CompiledSchema> run(const Resource& root);

 private:
  friend class NodeBuilder;
  struct WaitingPattern {
    NodeId node = kNoNode;
    std::size_t rule = kOwn;  // of patternProperties
    std::string text;
    SchemaPlace place;
    std::uint32_t byte = 0;  // of the pattern's text
  };
  static constexpr std::size_t kOwn = ~std::size_t{0};

  // The number of the node, which may still have to be filled.
  [[nodiscard]] NodeId node_for(const SchemaPlace& place, Keyword because = Keyword::kFalse);
  void fill_all();
  // Nodes that are entered by a $dynamicRef alone; whether there were new ones.
  [[nodiscard]] bool add_dynamic();
  void number_resources();
  void compile_patterns();
  void refuse_loops();
  void error(const SchemaPlace& place, std::uint32_t byte, std::string message);
  void warning(const SchemaPlace& place, std::uint32_t byte, std::string message);
  [[nodiscard]] std::uint32_t anchor_number(const std::string& name);

  SchemaIndex& index_;
  SchemaOptions options_;
  std::vector<LintMessage>& messages_;
  std::size_t errors_ = 0;
  std::deque<Node> nodes_;
  std::vector<SchemaPlace> places_;  // by node
  std::unordered_map<const TreeNode*, NodeId> numbers_;
  std::size_t filled_ = 0;
  std::map<std::string, std::uint32_t, std::less<>> anchors_;  // that a $dynamicRef asks for, from 1 on
  std::vector<Resource*> resources_;                           // that nodes are of
  std::vector<WaitingPattern> patterns_;
};

}  // namespace scalper::schema
