#include "validate/schema/schema_index.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/escape.h"
#include "validate/contract/tree.h"
#include "validate/schema/metaschemas.h"
#include "validate/schema/uri.h"

namespace scalper::schema {
namespace {

std::string unescaped_step(std::string_view step) {
  std::string out;
  for (std::size_t i = 0; i < step.size(); ++i) {
    const bool escape = step[i] == '~' && i + 1 < step.size() && (step[i + 1] == '0' || step[i + 1] == '1');
    out += !escape ? step[i] : step[++i] == '0' ? '~' : '/';
  }
  return out;
}

// Null: there is nothing.
const TreeNode* step_into(const TreeNode& node, const std::string& step) {
  if (node.is_object()) return node.member(step);
  if (!node.is_array() || step.empty() || (step.size() > 1 && step.front() == '0')) return nullptr;
  std::size_t index = 0;
  const auto [end, problem] = std::from_chars(step.data(), step.data() + step.size(), index);
  if (problem != std::errc() || end != step.data() + step.size() || index >= node.children.size()) return nullptr;
  return &node.children[index];
}

bool is_anchor_name(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && letter(name.front()) && std::all_of(name.begin(), name.end(), [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

}  // namespace

std::string pointer_step(std::string_view name) {
  std::string out = "/";
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

SchemaIndex::SchemaIndex(std::vector<SchemaFile> files, SchemaOptions options) : options_(options) {
  for (SchemaFile& file : files)
    files_.push_back(std::make_unique<IndexedFile>(IndexedFile{std::move(file), false, false, {}, {}}));
  for (const auto metaschemas : {metaschemas_2020(), metaschemas_7()}) {
    for (const Metaschema& one : metaschemas) {
      files_.push_back(std::make_unique<IndexedFile>(
          IndexedFile{{std::string(one.uri), std::string(one.uri), one.text}, false, true, {}, {}}));
    }
  }
  for (const auto& file : files_) {
    if (!file->builtin) by_path_.try_emplace(file->file.path, file.get());
    by_file_uri_.try_emplace(file->file.uri, file.get());
  }
}

Resource* SchemaIndex::open(std::string_view path, std::vector<LintMessage>& messages) {
  const auto found = by_path_.find(path);
  if (found == by_path_.end()) return nullptr;
  IndexedFile& file = *found->second;
  use(file, messages);
  if (!file.tree.has_value()) return nullptr;
  const auto place = places_.find(&*file.tree);
  return place == places_.end() ? nullptr : place->second.resource;
}

void SchemaIndex::use(IndexedFile& file, std::vector<LintMessage>& messages) {
  read(file);
  for (LintMessage& message : std::exchange(file.messages, {})) messages.push_back(std::move(message));
}

void SchemaIndex::read(IndexedFile& file) {
  if (file.read) return;
  file.read = true;
  std::vector<LintMessage>& messages = file.messages;
  grammar::Lint lint(file.file.path, messages);
  file.tree = read_tree(file.file.text, lint);
  if (!file.tree.has_value()) return;
  if (!file.tree->is_schema()) {
    // Said where a reference leads here: the set may have it for something else.
    return;
  }
  SchemaPlace place{&*file.tree, nullptr, ""};
  Resource& resource = add(file.file.uri, place, file);
  place.resource = &resource;
  set_dialect(resource, messages);
  walk(place, messages);
}

Resource& SchemaIndex::add(std::string uri, const SchemaPlace& place, IndexedFile& file) {
  Resource& resource = *resources_.emplace_back(std::make_unique<Resource>());
  resource.uri = std::move(uri);
  resource.root = place.node;
  resource.file = &file;
  resource.pointer = place.pointer;
  by_uri_.try_emplace(resource.uri, &resource);
  return resource;
}

void SchemaIndex::error(const Resource& resource, const TreeNode& node, std::string message,
                        std::vector<LintMessage>& messages) {
  grammar::Lint(resource.file->file.path, messages)
      .error(grammar::place_of(resource.file->file.text, node.byte), std::move(message));
}

void SchemaIndex::set_dialect(Resource& resource, std::vector<LintMessage>& messages) {
  const TreeNode* const stated = resource.root->member("$schema");
  if (stated == nullptr) {
    if (options_.draft == Draft::k7) resource.dialect = *known_dialect("http://json-schema.org/draft-07/schema");
    return;
  }
  if (!stated->is_string()) return error(resource, *stated, "`$schema` wants a text", messages);
  if (const auto known = known_dialect(stated->text)) {
    resource.dialect = *known;
    return;
  }
  const Resource* const meta = resource_at(without_fragment(resolve_uri(resource.uri, stated->text)), messages);
  if (meta == nullptr) {
    return error(resource, *stated,
                 "`$schema` names " + grammar::quoted(stated->text) +
                     ", which is neither draft 2020-12 nor draft 7 nor a metaschema of the set",
                 messages);
  }
  const TreeNode* const vocabulary = meta->root->member("$vocabulary");
  if (vocabulary == nullptr) {
    resource.dialect = meta->dialect;
    return;
  }
  const Vocabularies found = dialect_of(*vocabulary);
  resource.dialect = found.dialect;
  if (!found.unknown.empty()) {
    error(resource, *stated,
          "the metaschema demands the vocabulary " + grammar::quoted(found.unknown) + ", which is not known here",
          messages);
  }
}

void SchemaIndex::walk(SchemaPlace place, std::vector<LintMessage>& messages) {
  if (!place.node->is_schema() || places_.contains(place.node)) return;
  if (place.node->is_object()) identify(place, messages);
  places_.emplace(place.node, place);
  if (place.node->is_object()) walk_below(place, messages);
}

void SchemaIndex::walk_below(const SchemaPlace& place, std::vector<LintMessage>& messages) {
  const auto go = [&](const TreeNode& node, const std::string& pointer) {
    walk({&node, place.resource, pointer}, messages);
  };
  for (const TreeNode& member : place.node->children) {
    const Below below = schemas_below(member.name, place.resource->dialect);
    const std::string pointer = place.pointer + pointer_step(member.name);
    if (below == Below::kSchema || below == Below::kSchemaOrElements) go(member, pointer);
    if ((below == Below::kElements || below == Below::kSchemaOrElements) && member.is_array()) {
      for (std::size_t i = 0; i < member.children.size(); ++i)
        go(member.children[i], pointer + "/" + std::to_string(i));
    }
    if (below != Below::kMembers || !member.is_object()) continue;
    for (const TreeNode& child : member.children) go(child, pointer + pointer_step(child.name));
  }
}

void SchemaIndex::identify(SchemaPlace& place, std::vector<LintMessage>& messages) {
  const bool seven = place.resource->dialect.is_7();
  const TreeNode* const id = place.node->member("$id");
  // In draft 7 nothing counts beside a reference.
  const bool hidden = seven && place.node->member("$ref") != nullptr;
  if (id != nullptr && id->is_string() && !hidden) {
    if (seven && id->text.starts_with('#')) {
      place.resource->anchors.try_emplace(id->text.substr(1), place.node);
    } else {
      if (!seven && !fragment_of(id->text).empty())
        return error(*place.resource, *id, "`$id` may have no fragment: use `$anchor`", messages);
      const std::string uri(without_fragment(resolve_uri(place.resource->uri, id->text)));
      if (place.resource->root == place.node) {
        place.resource->uri = uri;
        by_uri_.try_emplace(uri, place.resource);
      } else {
        Resource& own = add(uri, place, *place.resource->file);
        own.dialect = place.resource->dialect;
        place.resource = &own;
        if (place.node->member("$schema") != nullptr) set_dialect(own, messages);
      }
    }
  }
  if (place.resource->dialect.is_7()) return;
  anchor(place, "$anchor", messages);
  anchor(place, "$dynamicAnchor", messages);
}

void SchemaIndex::anchor(const SchemaPlace& place, std::string_view keyword, std::vector<LintMessage>& messages) {
  const TreeNode* const name = place.node->member(keyword);
  if (name == nullptr) return;
  if (!name->is_string() || !is_anchor_name(name->text))
    return error(*place.resource, *name, "`" + std::string(keyword) + "` wants a plain name", messages);
  place.resource->anchors.try_emplace(name->text, place.node);
  if (keyword == "$dynamicAnchor") place.resource->dynamic_anchors.try_emplace(name->text, place.node);
}

Resource* SchemaIndex::resource_at(std::string_view uri, std::vector<LintMessage>& messages) {
  const auto known = [&]() -> Resource* {
    const auto found = by_uri_.find(uri);
    if (found == by_uri_.end()) return nullptr;
    use(*found->second->file, messages);
    return found->second;
  };
  if (Resource* const found = known()) return found;
  if (const auto file = by_file_uri_.find(uri); file != by_file_uri_.end()) {
    use(*file->second, messages);
    return known();
  }
  // By an `$id` of a file that nobody named yet.
  if (!std::exchange(all_read_, true)) {
    for (const auto& file : files_)
      if (!file->builtin) read(*file);
  }
  return known();
}

SchemaIndex::Found SchemaIndex::find(const Resource& from, std::string_view reference,
                                     std::vector<LintMessage>& messages) {
  const std::string uri = resolve_uri(from.uri, reference);
  Resource* const resource = resource_at(without_fragment(uri), messages);
  if (resource == nullptr) {
    return {
        {},
        false,
        {},
        "the set has no schema " + grammar::quoted(without_fragment(uri)) + ": only files of the set are looked at"};
  }
  const std::string fragment = percent_decoded(fragment_of(uri));
  if (fragment.empty() || fragment.front() == '/') return by_pointer(*resource, fragment, messages);
  const auto anchor = resource->anchors.find(fragment);
  if (anchor == resource->anchors.end())
    return {{}, false, {}, "there is no anchor " + grammar::quoted(fragment) + " in " + grammar::quoted(resource->uri)};
  Found found;
  found.place = places_.at(anchor->second);
  found.by_dynamic_anchor = resource->dynamic_anchors.contains(fragment);
  found.anchor = fragment;
  return found;
}

SchemaIndex::Found SchemaIndex::by_pointer(Resource& resource, std::string_view pointer,
                                           std::vector<LintMessage>& messages) {
  SchemaPlace place{resource.root, &resource, resource.pointer};
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::string_view step = pointer.substr(0, std::min(pointer.find('/'), pointer.size()));
    pointer.remove_prefix(step.size());
    place.node = step_into(*place.node, unescaped_step(step));
    if (place.node == nullptr)
      return {{}, false, {}, "there is nothing at this place of " + grammar::quoted(resource.uri)};
    place.pointer += "/" + std::string(step);
    if (const SchemaPlace* const known = place_of(*place.node)) place = *known;
  }
  if (!place.node->is_schema()) return {{}, false, {}, "what is there is no schema"};
  walk(place, messages);
  return {places_.at(place.node), false, {}, {}};
}

const SchemaPlace* SchemaIndex::place_of(const TreeNode& node) const {
  const auto found = places_.find(&node);
  return found == places_.end() ? nullptr : &found->second;
}

}  // namespace scalper::schema
