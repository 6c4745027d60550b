#pragma once
// JSON Schemas of a contract set, compiled once. Immutable, shared between threads.

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "validate/contract/lint.h"
#include "validate/schema/node.h"

namespace scalper::schema {

inline constexpr std::size_t kMostNodes = 20'000;
inline constexpr std::size_t kMostPatterns = 256;
inline constexpr std::size_t kPatternMemory = std::size_t{512} << 10U;
inline constexpr std::size_t kAllPatternsMemory = std::size_t{4} << 20U;

enum class Draft : std::uint8_t { k7, k2020 };

class CompiledSchema {
 public:
  std::vector<Node> nodes;
  NodeId root = 0;
  // By resource, from 1 on; those that a $dynamicRef may ask.
  std::vector<std::vector<DynamicAnchor>> anchors;
  std::uint32_t name_places = 0;     // Node::first_name of a node behind the last
  bool tracks = false;               // some node asks what was not evaluated
  std::vector<std::string> files;    // paths of the set that it was made of, sorted
  std::vector<std::string> unbuilt;  // keywords that this version cannot check
};

struct SchemaFile {
  std::string path;  // as messages name it
  std::string uri;   // where it would be got: the base of what it refers to, until its `$id` says another
  std::string_view text;
};

struct SchemaOptions {
  Draft draft = Draft::k2020;  // of files without `$schema`
  bool assert_formats = false;
};

// All schemas that may be named; nothing else is ever looked up. Texts outlive it. Not for several threads.
class SchemaFiles {
 public:
  virtual ~SchemaFiles() = default;
  // The schema at `path`, or null after errors, which `messages` has with their places: no schema, a reference that
  // leads nowhere, an unsupported pattern, a bound that is reached.
  [[nodiscard]] virtual std::shared_ptr<const CompiledSchema> compile(std::string_view path, SchemaOptions options,
                                                                      std::vector<LintMessage>& messages) = 0;
};
[[nodiscard]] std::unique_ptr<SchemaFiles> make_schema_files(std::vector<SchemaFile> files);

// The URI that stands for a file of a set.
[[nodiscard]] std::string set_uri(std::string_view path);

}  // namespace scalper::schema
