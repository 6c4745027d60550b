#pragma once
// Where everything is that a reference may name: resources by URI, their anchors, and whose each subschema is.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "validate/schema/compiled_schema.h"
#include "validate/schema/dialect.h"
#include "validate/schema/schema_tree.h"

namespace scalper::schema {

struct IndexedFile {
  SchemaFile file;
  bool read = false;
  bool builtin = false;
  std::optional<TreeNode> tree;       // nothing: it is no sound JSON
  std::vector<LintMessage> messages;  // of reading it, until somebody uses it
};

// A schema with a URI of its own: a file, or what `$id` makes one within a file.
struct Resource {
  std::string uri;
  const TreeNode* root = nullptr;
  IndexedFile* file = nullptr;
  std::string pointer;  // of its root in the file
  Dialect dialect;
  std::map<std::string, const TreeNode*, std::less<>> anchors;  // those that are dynamic too
  std::map<std::string, const TreeNode*, std::less<>> dynamic_anchors;
};

// A subschema with all that is known of where it stands.
struct SchemaPlace {
  const TreeNode* node = nullptr;
  Resource* resource = nullptr;
  std::string pointer;  // in the file
};

class SchemaIndex {
 public:
  SchemaIndex(std::vector<SchemaFile> files, SchemaOptions options);

  // The file's own schema. Null: there is none, or it is broken; `messages` says what.
  [[nodiscard]] Resource* open(std::string_view path, std::vector<LintMessage>& messages);
  // What a reference of a schema in `from` names. No node: `complaint` says why.
  struct Found {
    SchemaPlace place;
    bool by_dynamic_anchor = false;
    std::string anchor;
    std::string complaint;
  };
  [[nodiscard]] Found find(const Resource& from, std::string_view reference, std::vector<LintMessage>& messages);
  // Of a subschema that is indexed; null where nothing says that there is a schema.
  [[nodiscard]] const SchemaPlace* place_of(const TreeNode& node) const;

 private:
  void read(IndexedFile& file);
  // Reads the file, and says what is wrong with it the first time that it is used.
  void use(IndexedFile& file, std::vector<LintMessage>& messages);
  [[nodiscard]] Resource* resource_at(std::string_view uri, std::vector<LintMessage>& messages);
  [[nodiscard]] Resource& add(std::string uri, const SchemaPlace& place, IndexedFile& file);
  // The subschema at `place` and all below it.
  void walk(SchemaPlace place, std::vector<LintMessage>& messages);
  void walk_below(const SchemaPlace& place, std::vector<LintMessage>& messages);
  // What `$id`, `$anchor` and the like of an object say; the place may become one of a resource of its own.
  void identify(SchemaPlace& place, std::vector<LintMessage>& messages);
  void anchor(const SchemaPlace& place, std::string_view keyword, std::vector<LintMessage>& messages);
  void set_dialect(Resource& resource, std::vector<LintMessage>& messages);
  void error(const Resource& resource, const TreeNode& node, std::string message, std::vector<LintMessage>& messages);
  [[nodiscard]] Found by_pointer(Resource& resource, std::string_view pointer, std::vector<LintMessage>& messages);

  SchemaOptions options_;
  std::vector<std::unique_ptr<IndexedFile>> files_;
  std::map<std::string_view, IndexedFile*> by_path_;      // those of the set
  std::map<std::string_view, IndexedFile*> by_file_uri_;  // where they would be got, the metaschemas among them
  std::vector<std::unique_ptr<Resource>> resources_;
  std::map<std::string, Resource*, std::less<>> by_uri_;
  std::unordered_map<const TreeNode*, SchemaPlace> places_;
  bool all_read_ = false;
};

// One step of a JSON Pointer, as it is written.
[[nodiscard]] std::string pointer_step(std::string_view name);

}  // namespace scalper::schema
