#include "validate/contract/set_compiler.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "base/bytes.h"
#include "digest/sha256.h"
#include "validate/contract/canonical.h"
#include "validate/contract/schema_scan.h"
#include "validate/schema/table_schema.h"

namespace scalper::grammar {
namespace {

class OneContract final : public CompiledContract {
 public:
  OneContract(ContractSettings settings, std::string digest)
      : settings_(std::move(settings)), stamp_{settings_.name, std::move(digest)} {}
  const ContractStamp& stamp() const override { return stamp_; }
  const ContractSettings& settings() const override { return settings_; }

 private:
  ContractSettings settings_;
  ContractStamp stamp_;
};

bool is_yaml(std::string_view path) { return path.ends_with(".yaml") || path.ends_with(".yml"); }
bool is_json(std::string_view path) { return path.ends_with(".json"); }
bool speaks_for_the_set(std::string_view path) { return path == "set.yaml" || path == "set.yml" || path == "set.json"; }

// With its '/', or empty.
std::string_view folder_of(std::string_view path) {
  return path.substr(0, path.rfind('/') == std::string_view::npos ? 0 : path.rfind('/') + 1);
}

std::optional<ContractNode> read_tree(const ContractText& file, Lint& lint) {
  return is_json(file.path) ? read_json(file.text, lint) : read_yaml(file.text, lint);
}

// The node of "csv.schema"; null: not there.
ContractNode* node_at(ContractNode& tree, std::string_view path) {
  ContractNode* node = &tree;
  while (node != nullptr && !path.empty()) {
    const std::string_view step = path.substr(0, path.find('.'));
    path.remove_prefix(std::min(path.size(), step.size() + 1));
    const auto found = std::find_if(node->children.begin(), node->children.end(),
                                    [&](const ContractNode& child) { return child.key == step; });
    node = found == node->children.end() ? nullptr : &*found;
  }
  return node;
}

// Files of a schema that this version checks in part only are not called valid.
void note_unbuilt(const std::shared_ptr<const schema::CompiledTable>& table, const std::string& key,
                  ContractSettings& settings) {
  if (table != nullptr && !table->unbuilt.empty()) settings.unbuilt.push_back(key);
}

std::string place_text(const std::string& path, std::uint64_t line) {
  return quoted(path) + (line > 0 ? ", line " + std::to_string(line) : "");
}

}  // namespace

bool SetCompiler::small_enough() {
  Lint lint("", set_.messages);
  std::size_t bytes = 0;
  for (const ContractText& file : files_) bytes += file.text.size();
  if (files_.size() > kMostFiles)
    lint.error({}, "the set has " + std::to_string(files_.size()) + " files, at most 10,000 are allowed");
  if (bytes > kMostSetBytes)
    lint.error({}, "the set has " + std::to_string(bytes) + " bytes, at most 16 MiB are allowed");
  return lint.errors() == 0;
}

SetCompiler::Role SetCompiler::role_of(const ContractText& file, Lint& lint) const {
  if (speaks_for_the_set(file.path)) return Role::kSet;
  if (is_yaml(file.path)) return Role::kContract;
  if (!is_json(file.path)) {
    lint.error({}, "a set holds .yaml, .yml and .json files only");
    return Role::kNeither;
  }
  const SchemaScan scan = scan_schema(file.text, lint);
  if (scan.contract) return Role::kContract;
  return scan.sound ? Role::kSchema : Role::kNeither;
}

void SetCompiler::sort_out(const ContractText& file) {
  Lint lint(file.path, set_.messages);
  switch (role_of(file, lint)) {
    case Role::kContract: contracts_.push_back(&file); break;
    case Role::kSchema: schemas_[file.path] = {&file}; break;
    case Role::kSet: read_set_file(file, lint); break;
    case Role::kNeither: break;
  }
  errors_ += lint.errors();
}

void SetCompiler::read_set_file(const ContractText& file, Lint& lint) {
  if (!set_file_.empty()) lint.error({}, "the set has " + quoted(set_file_) + " already");
  set_file_ = file.path;
  if (const auto tree = read_tree(file, lint)) unmatched_ = read_set(*tree, lint);
}

void SetCompiler::read_one(const ContractText& file) {
  Lint lint(file.path, set_.messages);
  if (auto tree = read_tree(file, lint)) {
    ReadContract read = read_contract(*tree, folder_of(file.path), lint);
    if (!read.places.contains("contract") && tree->kind == ContractNode::Kind::kMap)
      lint.error(tree->place, "there is no key `contract`, which names it: every YAML file of a set is a contract");
    resolve(read, *tree, lint);
    if (lint.errors() == 0) join(std::move(read), canonical_digest(*tree), lint);
  }
  errors_ += lint.errors();
}

// Replaces each schema by its digest.
void SetCompiler::resolve(ReadContract& read, ContractNode& tree, Lint& lint) {
  for (const Reference& reference : read.references) {
    const auto schema = schemas_.find(reference.path);
    if (schema == schemas_.end()) {
      lint.error(reference.place, "`" + reference.key + "` names " + quoted(reference.path) +
                                      ", and the set has no such schema that is sound JSON");
      continue;
    }
    schema->second.used = true;
    std::string digest = to_hex(sha256(as_bytes(schema->second.file->text)));
    JsonSettings& json = read.settings.json;
    if (reference.key == "json.schema") json.compiled = json_schema(reference.path, json.assert_formats, digest);
    const std::string& text = schema->second.file->text;
    if (reference.key == "csv.schema") {
      read.settings.csv.compiled = table_schema(reference.path, text);
      note_unbuilt(read.settings.csv.compiled, reference.key, read.settings);
    }
    if (reference.key == "parquet.schema") {
      read.settings.parquet.compiled = table_schema(reference.path, text);
      note_unbuilt(read.settings.parquet.compiled, reference.key, read.settings);
    }
    if (ContractNode* node = node_at(tree, reference.key)) node->text = digest;
  }
}

std::size_t SetCompiler::errors_said() const {
  return static_cast<std::size_t>(std::count_if(set_.messages.begin(), set_.messages.end(), [](const LintMessage& m) {
    return m.level == LintMessage::Level::kError;
  }));
}

std::shared_ptr<const schema::CompiledTable> SetCompiler::table_schema(const std::string& path, std::string_view text) {
  const auto [known, fresh] = tables_.try_emplace(path);
  if (fresh) {
    const std::size_t before = errors_said();
    known->second = schema::compile_table(path, text, set_.messages);
    errors_ += errors_said() - before;
  }
  return known->second;
}

std::shared_ptr<const schema::CompiledSchema> SetCompiler::json_schema(const std::string& path, bool assert_formats,
                                                                       std::string& digest) {
  if (schema_files_ == nullptr) {
    std::vector<schema::SchemaFile> files;
    files.reserve(schemas_.size());
    for (const auto& [name, schema] : schemas_) files.push_back({name, schema::set_uri(name), schema.file->text});
    schema_files_ = schema::make_schema_files(std::move(files));
  }
  const auto [known, fresh] = compiled_.try_emplace({path, assert_formats});
  if (fresh) {
    const std::size_t before = errors_said();
    known->second = schema_files_->compile(path, {.assert_formats = assert_formats}, set_.messages);
    errors_ += errors_said() - before;
  }
  if (known->second == nullptr || known->second->files.size() < 2) return known->second;
  std::string all = digest;
  for (const std::string& file : known->second->files) {
    Schema& schema = schemas_.find(file)->second;
    schema.used = true;
    if (file != path) all += "\n" + to_hex(sha256(as_bytes(schema.file->text)));
  }
  digest = to_hex(sha256(as_bytes(all)));
  return known->second;
}

void SetCompiler::join(ReadContract read, std::string digest, Lint& lint) {
  const Place name_place = read.places["contract"];
  const Place match_place = read.places.contains("match.prefix") ? read.places["match.prefix"] : name_place;
  const std::string name = read.settings.name;
  if (name == "builtin")
    return lint.error(name_place, "`contract` cannot be \"builtin\": that is the contract for files without one");
  const auto [other, fresh] = names_.try_emplace(name, Named{lint.path(), name_place.line});
  if (!fresh)
    return lint.error(name_place, "there is another contract " + quoted(name) + ": " +
                                      place_text(other->second.path, other->second.line));
  const MatchSettings match = read.settings.match;
  const std::shared_ptr<const CompiledContract> contract =
      std::make_shared<OneContract>(std::move(read.settings), std::move(digest));
  index_->add_name(contract);
  for (const std::string& suffix : match.suffix.empty() ? std::vector<std::string>{""} : match.suffix) {
    const auto taken = index_->add(match.prefix, suffix, contract);
    if (taken == nullptr) continue;
    const std::string which =
        "prefix " + quoted(match.prefix) + (suffix.empty() ? "" : " and suffix " + quoted(suffix));
    lint.error(match_place, which + " are those of the contract " + quoted(taken->stamp().name) +
                                " already: two contracts cannot have the same");
  }
}

void SetCompiler::finish() {
  for (const auto& [path, schema] : schemas_)
    if (!schema.used) Lint(path, set_.messages).warning({}, "no contract names this file");
  std::stable_sort(set_.messages.begin(), set_.messages.end(), [](const LintMessage& a, const LintMessage& b) {
    return std::tie(a.path, a.line, a.column) < std::tie(b.path, b.line, b.column);
  });
  if (errors_ > 0) return;
  index_->seal();
  set_.index = std::move(index_);
}

CompiledSet SetCompiler::run() {
  if (!small_enough()) return std::move(set_);
  index_ = std::make_shared<MatchIndex>();
  std::vector<const ContractText*> sorted;
  sorted.reserve(files_.size());
  for (const ContractText& file : files_) sorted.push_back(&file);
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->path < b->path; });
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (i == 0 || sorted[i]->path != sorted[i - 1]->path) {
      sort_out(*sorted[i]);
      continue;
    }
    Lint(sorted[i]->path, set_.messages).error({}, "the set has two files of this path");
    ++errors_;
  }
  set_.says_nothing = contracts_.empty() && set_file_.empty();
  for (const ContractText* file : contracts_) read_one(*file);
  index_->set_unmatched(unmatched_);
  finish();
  return std::move(set_);
}

std::vector<std::string> files_named_by(const ContractText& contract) {
  std::vector<LintMessage> unsaid;
  Lint lint(contract.path, unsaid);
  std::vector<std::string> paths;
  const auto tree = speaks_for_the_set(contract.path) ? std::nullopt : read_tree(contract, lint);
  if (!tree) return paths;
  for (Reference& reference : read_contract(*tree, folder_of(contract.path), lint).references)
    paths.push_back(std::move(reference.path));
  return paths;
}

std::shared_ptr<const CompiledContract> compile_alone(std::string_view yaml) {
  std::vector<LintMessage> messages;
  Lint lint("", messages);
  const auto tree = read_yaml(yaml, lint);
  if (!tree) return nullptr;
  ReadContract read = read_contract(*tree, "", lint);
  if (lint.errors() > 0) return nullptr;
  return std::make_shared<OneContract>(std::move(read.settings), canonical_digest(*tree));
}

}  // namespace scalper::grammar
