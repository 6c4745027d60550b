#include "validate/contract/grammar.h"

#include <algorithm>
#include <array>

namespace scalper::grammar {
namespace {

constexpr auto kSections = std::to_array<Section>({
    {"match", "Which keys the contract is for."},
    {"size", "How many bytes the received file may have."},
    {"integrity", "The checksum that its sender has to state."},
    {"text", "Text, whatever its format; what holds for plain text alone says so."},
    {"csv", "Tables of cells between delimiters."},
    {"json", "JSON documents, each line of NDJSON and each text of a sequence."},
    {"ndjson", "One JSON value on each line."},
    {"xml", "XML documents."},
    {"yaml", "YAML documents."},
    {"toml", "TOML documents."},
    {"parquet", "Columnar files."},
    {"image", "Pictures."},
    {"pdf", "PDF documents."},
    {"archive", "Compressed files and archives: what they may hold and how much of it."},
    {"archive.members", "What lies in an archive."},
    {"signature", "A signature over the file."},
    {"safety", "Content that may harm whoever opens it."},
    {"limits", "What one file may cost."},
});

constexpr auto kUnmatched = std::to_array<std::string_view>({"builtin", "quarantine"});
constexpr auto kSetKeys = std::to_array<Key>({
    {.path = "unmatched",
     .shape = Shape::kChoice,
     .choices = kUnmatched,
     .built = Built::kYes,
     .meaning = "What becomes of files that no contract matches: the built-in contract judges them, or all go to "
                "quarantine."},
});

std::vector<Key> joined() {
  std::vector<Key> keys;
  for (const auto part : {feed_keys(), format_keys(), harm_keys()}) keys.insert(keys.end(), part.begin(), part.end());
  return keys;
}

// The name right below `section` on the way to `path`; empty if it is not below.
std::string_view step_below(std::string_view section, std::string_view path) {
  if (!section.empty()) {
    if (!path.starts_with(section) || path.size() <= section.size() || path[section.size()] != '.') return {};
    path.remove_prefix(section.size() + 1);
  }
  return path.substr(0, path.find('.'));
}

}  // namespace

std::span<const Key> all_keys() {
  static const std::vector<Key> keys = joined();
  return keys;
}

std::span<const Section> all_sections() { return kSections; }
std::span<const Key> set_keys() { return kSetKeys; }

const Key* find_key(std::string_view path) {
  for (const Key& key : all_keys())
    if (key.path == path) return &key;
  return nullptr;
}

const Section* find_section(std::string_view path) {
  for (const Section& section : kSections)
    if (section.path == path) return &section;
  return nullptr;
}

std::vector<std::string_view> names_below(std::string_view section) {
  std::vector<std::string_view> names;
  for (const Key& key : all_keys()) {
    const std::string_view name = step_below(section, key.path);
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

}  // namespace scalper::grammar
