// YAML by the events of yaml-cpp: no tree of its own is built, so aliases cannot multiply anything.
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <exception>
#include <sstream>
#include <string>

#include "base/escape.h"
#include "validate/contract/tree.h"

namespace scalper::grammar {
namespace {

constexpr int kMostDocuments = 2;         // the second one is an error already
constexpr std::ptrdiff_t kMostOpen = 64;  // brackets beyond those that close; the tree's own bound is far below
constexpr std::size_t kShownChars = 200;

Place place_at(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {static_cast<std::uint64_t>(mark.line) + 1, static_cast<std::uint64_t>(mark.column) + 1};
}

// The core schema of YAML 1.2 as far as JSON can say it: what else there is (0x1F, .inf, ~) stays text, or is nothing.
ContractNode plain_scalar(const std::string& text) {
  ContractNode node;
  if (text == "true" || text == "True" || text == "TRUE") {
    node.kind = ContractNode::Kind::kFlag;
    node.flag = true;
  } else if (text == "false" || text == "False" || text == "FALSE") {
    node.kind = ContractNode::Kind::kFlag;
  } else if (!read_number(text, node)) {
    node.kind = ContractNode::Kind::kText;
    node.text = text;
  }
  return node;
}

class Events final : public YAML::EventHandler {
 public:
  explicit Events(TreeBuilder& tree) : tree_(tree) {}

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (!plain(mark, "?", anchor)) return;
    if (tree_.wants_key()) return tree_.fault(place_at(mark), "a key has no name");
    ContractNode node;
    node.place = place_at(mark);
    tree_.value(std::move(node));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    tree_.fault(place_at(mark), "aliases (*name) are not used in contracts; write the value again");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (!plain(mark, tag, anchor)) return;
    if (!is_valid_utf8(value)) return tree_.fault(place_at(mark), "an escape names no character");
    if (tree_.wants_key()) return tree_.key(value, place_at(mark));
    ContractNode node = tag == "!" ? ContractNode{} : plain_scalar(value);
    if (tag == "!") {
      node.kind = ContractNode::Kind::kText;
      node.text = value;
    }
    node.place = place_at(mark);
    tree_.value(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    if (plain(mark, tag, anchor)) tree_.open(ContractNode::Kind::kList, place_at(mark));
  }
  void OnSequenceEnd() override { tree_.close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    if (plain(mark, tag, anchor)) tree_.open(ContractNode::Kind::kMap, place_at(mark));
  }
  void OnMapEnd() override { tree_.close(); }

 private:
  // "?" is what the parser calls untagged plain nodes, "!" quoted ones.
  bool plain(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != 0)
      tree_.fault(place_at(mark), "anchors (&name) are not used in contracts");
    else if (!tag.empty() && tag != "?" && tag != "!")
      tree_.fault(place_at(mark), "tags such as " + quoted(tag) + " are not used in contracts");
    return !tree_.faulty();
  }

  TreeBuilder& tree_;
};

// Before the parser sees anything: it recurses for each open bracket.
bool nests_little(std::string_view text) {
  std::ptrdiff_t open = 0;
  for (const char c : text) {
    if (c == '[' || c == '{') ++open;
    if (c == ']' || c == '}') open = std::max<std::ptrdiff_t>(0, open - 1);
    if (open > kMostOpen) return false;
  }
  return true;
}

void parse(std::string_view text, TreeBuilder& tree) {
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    Events events(tree);
    for (int i = 0; i < kMostDocuments && !tree.faulty() && parser.HandleNextDocument(events); ++i) continue;
  } catch (const YAML::Exception& refused) {
    tree.fault(place_at(refused.mark), "this is no YAML: " + escape_text(refused.msg, kShownChars));
  } catch (const std::exception& refused) {
    tree.fault({}, "this is no YAML: " + escape_text(refused.what(), kShownChars));
  }
}

}  // namespace

std::optional<ContractNode> read_yaml(std::string_view text, Lint& lint) {
  if (!is_plain_text(text, lint)) return std::nullopt;
  if (!nests_little(text)) {
    lint.error({}, "more than " + std::to_string(kMostOpen) + " brackets are open at once");
    return std::nullopt;
  }
  TreeBuilder tree(lint);
  parse(text, tree);
  return tree.take();
}

}  // namespace scalper::grammar
