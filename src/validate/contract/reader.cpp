#include "validate/contract/reader.h"

#include <algorithm>
#include <utility>

#include "validate/contract/values.h"
#include "validate/detect/types.h"

namespace scalper::grammar {
namespace {

std::string ticked(std::string_view text) { return "`" + std::string(text) + "`"; }

// Where a name stands that is none in `section`: the last step of another key, if it is that of just one.
std::string_view elsewhere(std::string_view name) {
  std::string_view found;
  for (const Key& key : all_keys()) {
    if (key.path.substr(key.path.rfind('.') + 1) != name) continue;
    if (!found.empty()) return {};
    found = key.path;
  }
  return found;
}

std::string unknown(std::string_view name, const std::vector<std::string_view>& known, std::string_view section) {
  const std::string where = section.empty() ? "" : " in " + ticked(section);
  std::string message = "unknown key " + quoted(name) + where;
  if (name == "<<") return message + ": merge keys are not used in contracts";
  if (const std::string_view meant = closest(name, known); !meant.empty())
    return message + "; did you mean \"" + std::string(meant) + "\"?";
  if (const std::string_view other = elsewhere(name); !other.empty()) return message + "; there is " + ticked(other);
  std::string all;
  for (const std::string_view word : known) all += (all.empty() ? "" : ", ") + std::string(word);
  return message + "; known are " + all;
}

class ContractReader {
 public:
  ContractReader(ReadContract& read, std::string_view folder, Lint& lint) : read_(read), folder_(folder), lint_(lint) {}

  void section(const ContractNode& map, const std::string& path) {
    for (const ContractNode& child : map.children) {
      const std::string full = path.empty() ? child.key : path + "." + child.key;
      if (const Key* key = find_key(full)) {
        value(*key, child);
      } else if (find_section(full) == nullptr) {
        lint_.error(child.key_place, unknown(child.key, names_below(path), path));
      } else if (child.kind != ContractNode::Kind::kMap) {
        lint_.error(child.place, ticked(full) + " wants keys below it, not " + std::string(name_of(child.kind)));
      } else {
        section(child, full);
      }
    }
  }

 private:
  void value(const Key& key, const ContractNode& node) {
    read_.places.emplace(key.path, node.place);
    if (node.kind == ContractNode::Kind::kNull)
      return lint_.error(node.key_place, ticked(key.path) + " has no value: write one, or leave the key out");
    auto value = read_value(key, node, lint_);
    if (!value) return;
    if (key.shape == Shape::kFile) value->text.insert(0, folder_);
    if (key.shape == Shape::kFile) read_.references.push_back({std::string(key.path), value->text, node.place});
    if (key.set != nullptr) key.set(read_.settings, *value);
    if (is_built(key, *value)) return;
    read_.settings.unbuilt.emplace_back(key.path);
    const std::string what = key.shape == Shape::kChoice ? ticked(key.path) + ": " + value->text : ticked(key.path);
    lint_.warning(node.key_place, what + " is not checked by this version: the contract's files will be unverifiable");
  }

  static bool is_built(const Key& key, const Value& value) {
    return key.built == Built::kYes || key.built == Built::kBeside ||
           (key.built == Built::kFirstChoice && value.text == key.choices.front());
  }

  ReadContract& read_;
  std::string_view folder_;
  Lint& lint_;
};

// What keys demand of each other.
class Demands {
 public:
  Demands(ReadContract& read, Lint& lint) : read_(read), settings_(read.settings), lint_(lint) {}

  void look() const {
    if (settings_.size.min && settings_.size.max && *settings_.size.min > *settings_.size.max)
      lint_.error(at("size.max"), "`size.max` is less than `size.min`: no file can be valid");
    if (settings_.csv.delimiter == settings_.csv.quote)
      lint_.error(at(has("csv.delimiter") ? "csv.delimiter" : "csv.quote"),
                  "`csv.delimiter` and `csv.quote` are equal");
    if (settings_.text.encoding == TextEncoding::kUtf16 && settings_.text.bom == Strictness::kError)
      lint_.error(at("text.bom"),
                  "`text.bom: forbid` beside `text.encoding: utf-16`, which needs the mark: no file can be valid");
    integrity();
    types(settings_.types, "types");
    types(settings_.archive.member_types, "archive.members.types");
    members();
    if (settings_.match.prefix.starts_with('/'))
      lint_.warning(at("match.prefix"), "keys seldom begin with '/': this matches only those that do");
  }

 private:
  void integrity() const {
    const IntegrityFrom from = settings_.integrity.from;
    if (has("integrity.require") && !has("integrity.from"))
      lint_.error(at("integrity.require"), "`integrity.require` needs `integrity.from`: sidecar, manifest or metadata");
    if (has("integrity.wait") && from != IntegrityFrom::kSidecar && from != IntegrityFrom::kManifest)
      lint_.error(at("integrity.wait"), "`integrity.wait` is for `integrity.from`: sidecar or manifest");
  }

  // What detection never finds, and what it finds and nothing looks into.
  void types(const std::vector<std::string>& media, std::string_view path) const {
    for (const std::string& one : media) {
      const ContentType* const known = find_content_type(one);
      if (known == nullptr) {
        std::vector<std::string_view> all;
        for (const ContentType& type : all_content_types()) all.push_back(type.media);
        const std::string_view meant = closest(one, all);
        const std::string hint = meant.empty() ? "" : "; did you mean \"" + std::string(meant) + "\"?";
        lint_.warning(at(path), ticked(path) + ": this version finds no file to be " + quoted(one) + hint);
      } else if (known->check == Check::kNone && settings_.checks == Checks::kAll) {
        lint_.warning(at(path), ticked(path) + ": this version recognises " + std::string(known->media) +
                                    " and cannot look into it: such files will be unverifiable without `checks: "
                                    "type-only`");
      }
    }
  }

  // Whoever takes a type for enough lets archives pass unopened, and then nothing is known of their members.
  void members() const {
    if (!has("archive.members.types") || settings_.checks != Checks::kTypeOnly) return;
    read_.settings.unbuilt.emplace_back("archive.members.types");
    lint_.warning(at("archive.members.types"),
                  "`archive.members.types` is not checked with `checks: type-only`: the "
                  "contract's files will be unverifiable");
  }

  [[nodiscard]] bool has(std::string_view path) const { return read_.places.contains(path); }
  [[nodiscard]] Place at(std::string_view path) const { return has(path) ? read_.places.find(path)->second : Place{}; }

  ReadContract& read_;
  const ContractSettings& settings_;
  Lint& lint_;
};

}  // namespace

ReadContract read_contract(const ContractNode& tree, std::string_view folder, Lint& lint) {
  ReadContract read;
  if (tree.kind != ContractNode::Kind::kMap) {
    lint.error(tree.place, "a contract is keys with values, not " + std::string(name_of(tree.kind)));
    return read;
  }
  ContractReader(read, folder, lint).section(tree, "");
  Demands(read, lint).look();
  return read;
}

Unmatched read_set(const ContractNode& tree, Lint& lint) {
  Unmatched unmatched = Unmatched::kBuiltin;
  if (tree.kind != ContractNode::Kind::kMap) {
    lint.error(tree.place, "set.yaml is keys with values, not " + std::string(name_of(tree.kind)));
    return unmatched;
  }
  std::vector<std::string_view> known;
  for (const Key& key : set_keys()) known.push_back(key.path);
  for (const ContractNode& child : tree.children) {
    const auto keys = set_keys();
    const auto key = std::find_if(keys.begin(), keys.end(), [&](const Key& k) { return k.path == child.key; });
    if (key == keys.end()) {
      const bool contract = find_key(child.key) != nullptr || find_section(child.key) != nullptr;
      lint.error(child.key_place, contract
                                      ? quoted(child.key) + " belongs into a contract; this file speaks for the set"
                                      : unknown(child.key, known, ""));
    } else if (const auto value = read_value(*key, child, lint)) {
      unmatched = value->text == "quarantine" ? Unmatched::kQuarantine : Unmatched::kBuiltin;
    }
  }
  return unmatched;
}

}  // namespace scalper::grammar
