#include "validate/schema/schema_compiler.h"

#include <algorithm>
#include <utility>

#include "validate/contract/tree.h"
#include "validate/schema/node_builder.h"
#include "validate/schema/uri.h"

namespace scalper::schema {
namespace {

class FilesOfASet final : public SchemaFiles {
 public:
  explicit FilesOfASet(std::vector<SchemaFile> files) : files_(std::move(files)) {}

  std::shared_ptr<const CompiledSchema> compile(std::string_view path, SchemaOptions options,
                                                std::vector<LintMessage>& messages) override {
    // One index for all contracts of a set: each file is read once.
    std::unique_ptr<SchemaIndex>& shared = indexes_[options.draft];
    if (shared == nullptr) shared = std::make_unique<SchemaIndex>(files_, options);
    SchemaIndex& index = *shared;
    const auto errors = [&] {
      return std::count_if(messages.begin(), messages.end(),
                           [](const LintMessage& m) { return m.level == LintMessage::Level::kError; });
    };
    const auto before = errors();
    const Resource* const root = index.open(path, messages);
    if (root == nullptr && errors() == before)
      grammar::Lint(std::string(path), messages).error({1, 1}, "a schema is an object, true or false");
    if (root == nullptr) return nullptr;
    auto compiled = SchemaCompiler(index, options, messages).run(*root);
    return errors() == before ? compiled : nullptr;
  }

 private:
  std::vector<SchemaFile> files_;
  std::map<Draft, std::unique_ptr<SchemaIndex>> indexes_;
};

}  // namespace

std::string set_uri(std::string_view path) { return "set:/" + percent_encoded_path(path); }

std::unique_ptr<SchemaFiles> make_schema_files(std::vector<SchemaFile> files) {
  return std::make_unique<FilesOfASet>(std::move(files));
}

void SchemaCompiler::error(const SchemaPlace& place, std::uint32_t byte, std::string message) {
  ++errors_;
  const SchemaFile& file = place.resource->file->file;
  grammar::Lint(file.path, messages_).error(grammar::place_of(file.text, byte), std::move(message));
}

void SchemaCompiler::warning(const SchemaPlace& place, std::uint32_t byte, std::string message) {
  if (place.resource->file->builtin) return;
  const SchemaFile& file = place.resource->file->file;
  grammar::Lint(file.path, messages_).warning(grammar::place_of(file.text, byte), std::move(message));
}

std::uint32_t SchemaCompiler::anchor_number(const std::string& name) {
  return anchors_.try_emplace(name, static_cast<std::uint32_t>(anchors_.size() + 1)).first->second;
}

NodeId SchemaCompiler::node_for(const SchemaPlace& place, Keyword because) {
  const auto [found, fresh] = numbers_.try_emplace(place.node, static_cast<NodeId>(nodes_.size()));
  if (!fresh) return found->second;
  Node& node = nodes_.emplace_back();
  node.pointer = place.resource->file->file.path + "#" + place.pointer;
  node.because = because;
  places_.push_back(place);
  if (std::find(resources_.begin(), resources_.end(), place.resource) == resources_.end())
    resources_.push_back(place.resource);
  return found->second;
}

void SchemaCompiler::fill_all() {
  for (; filled_ < nodes_.size() && nodes_.size() <= kMostNodes; ++filled_) {
    const SchemaPlace place = places_[filled_];
    NodeBuilder(*this, static_cast<NodeId>(filled_), place).build();
  }
}

bool SchemaCompiler::add_dynamic() {
  const std::size_t before = nodes_.size();
  for (std::size_t i = 0; i < resources_.size(); ++i) {
    for (const auto& [name, tree] : resources_[i]->dynamic_anchors) {
      if (!anchors_.contains(name)) continue;
      if (const SchemaPlace* const place = index_.place_of(*tree)) static_cast<void>(node_for(*place));
    }
  }
  return nodes_.size() > before;
}

std::shared_ptr<const CompiledSchema> SchemaCompiler::run(const Resource& root) {
  const SchemaPlace* const place = index_.place_of(*root.root);
  static_cast<void>(node_for(*place));
  do {
    fill_all();
  } while (nodes_.size() <= kMostNodes && add_dynamic());
  if (nodes_.size() > kMostNodes) {
    error(*place, place->node->byte, "the schema and what it refers to have more than 20,000 subschemas");
    return nullptr;
  }
  compile_patterns();
  refuse_loops();
  if (errors_ > 0) return nullptr;
  auto compiled = std::make_shared<CompiledSchema>();
  number_resources();
  compiled->anchors.resize(resources_.size() + 1);
  for (std::size_t i = 0; i < resources_.size(); ++i) {
    for (const auto& [name, tree] : resources_[i]->dynamic_anchors) {
      const auto anchor = anchors_.find(name);
      if (anchor != anchors_.end()) compiled->anchors[i + 1].push_back({anchor->second, numbers_.at(tree)});
    }
    if (!resources_[i]->file->builtin) compiled->files.push_back(resources_[i]->file->file.path);
  }
  std::sort(compiled->files.begin(), compiled->files.end());
  compiled->files.erase(std::unique(compiled->files.begin(), compiled->files.end()), compiled->files.end());
  compiled->nodes.assign(std::make_move_iterator(nodes_.begin()), std::make_move_iterator(nodes_.end()));
  for (Node& node : compiled->nodes) {
    node.first_name = compiled->name_places;
    compiled->name_places += static_cast<std::uint32_t>(node.names.rules().size()) + 1;
  }
  compiled->tracks =
      std::any_of(compiled->nodes.begin(), compiled->nodes.end(), [](const Node& n) { return n.unevaluated(); });
  return compiled;
}

void SchemaCompiler::number_resources() {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Resource& resource = *places_[i].resource;
    const bool asked = std::any_of(resource.dynamic_anchors.begin(), resource.dynamic_anchors.end(),
                                   [&](const auto& pair) { return anchors_.contains(pair.first); });
    if (!asked) continue;
    const auto at = std::find(resources_.begin(), resources_.end(), &resource);
    nodes_[i].resource = static_cast<std::uint32_t>(at - resources_.begin() + 1);
  }
}

void SchemaCompiler::compile_patterns() {
  std::map<std::string_view, std::shared_ptr<const Pattern>> known;
  for (const WaitingPattern& waiting : patterns_) known.try_emplace(waiting.text);
  if (known.size() > kMostPatterns)
    return error(patterns_.front().place, patterns_.front().byte, "the schema has more than 256 different patterns");
  const std::size_t memory = std::min(kPatternMemory, kAllPatternsMemory / std::max<std::size_t>(known.size(), 1));
  for (const WaitingPattern& waiting : patterns_) {
    auto& pattern = known[waiting.text];
    if (pattern == nullptr) {
      Pattern::Compiled compiled = Pattern::compile(waiting.text, memory);
      if (compiled.pattern == nullptr) {
        // Escapes before it make the place an early one; the quote is one byte.
        error(waiting.place, waiting.byte + 1 + static_cast<std::uint32_t>(compiled.byte),
              "the pattern " + grammar::quoted(waiting.text) + " cannot be used: " + compiled.complaint);
        continue;
      }
      pattern = std::move(compiled.pattern);
    }
    Node& node = nodes_[waiting.node];
    (waiting.rule == kOwn ? node.pattern : node.pattern_properties[waiting.rule].pattern) = pattern;
  }
}

// A schema that comes back to itself at the same place of the document says nothing, and never ends.
void SchemaCompiler::refuse_loops() {
  enum class State : std::uint8_t { kNew, kOpen, kDone };
  std::vector<State> states(nodes_.size(), State::kNew);
  struct Step {
    NodeId node;
    std::size_t next;
  };
  for (NodeId start = 0; start < nodes_.size(); ++start) {
    std::vector<Step> path{{start, 0}};
    if (states[start] != State::kNew) continue;
    states[start] = State::kOpen;
    while (!path.empty()) {
      Step& step = path.back();
      if (step.next == nodes_[step.node].in_place.size()) {
        states[step.node] = State::kDone;
        path.pop_back();
        continue;
      }
      const InPlace& in_place = nodes_[step.node].in_place[step.next++];
      if (in_place.anchor != 0 || states[in_place.node] == State::kDone) continue;
      if (states[in_place.node] == State::kOpen)
        return error(places_[step.node], places_[step.node].node->byte,
                     "the schema refers to itself without a step into the document: it never ends");
      states[in_place.node] = State::kOpen;
      path.push_back({in_place.node, 0});
    }
  }
}

}  // namespace scalper::schema
