#include "validate/schema/schema_tree.h"

#include <set>
#include <utility>

#include "validate/contract/tree.h"
#include "validate/formats/json_tokenizer.h"

namespace scalper::schema {
namespace {

class Builder final : public JsonSink {
 public:
  void on_event(JsonKind kind, std::uint64_t byte, std::string_view text, bool more) override {
    held_ += text;  // at most the file, whose size is bounded
    if (more || too_many_) return;
    switch (kind) {
      case JsonKind::kKey:
        name_ = std::exchange(held_, {});
        name_byte_ = static_cast<std::uint32_t>(byte);
        if (!names_.back().insert(name_).second && !twice_.has_value()) twice_ = Twice{byte, name_};
        return;
      case JsonKind::kEndObject:
      case JsonKind::kEndArray: return close();
      default: return value(kind, byte);
    }
  }
  void on_lone_surrogate(std::uint64_t byte) override {
    if (!lone_.has_value()) lone_ = byte;
  }

  [[nodiscard]] const std::optional<std::uint64_t>& lone() const { return lone_; }
  // Readers differ in which of two members of one name counts.
  struct Twice {
    std::uint64_t byte = 0;
    std::string name;
  };
  [[nodiscard]] const std::optional<Twice>& twice() const { return twice_; }
  [[nodiscard]] bool too_many() const { return too_many_; }
  [[nodiscard]] TreeNode take() { return std::move(root_); }

 private:
  static TreeNode::Kind kind_of(JsonKind kind) {
    switch (kind) {
      case JsonKind::kBeginObject: return TreeNode::Kind::kObject;
      case JsonKind::kBeginArray: return TreeNode::Kind::kArray;
      case JsonKind::kString: return TreeNode::Kind::kString;
      case JsonKind::kNumber: return TreeNode::Kind::kNumber;
      case JsonKind::kTrue: return TreeNode::Kind::kTrue;
      case JsonKind::kFalse: return TreeNode::Kind::kFalse;
      default: return TreeNode::Kind::kNull;
    }
  }

  void value(JsonKind kind, std::uint64_t byte) {
    if (++values_ > kMostTreeValues) {
      too_many_ = true;
      return;
    }
    TreeNode node;
    node.kind = kind_of(kind);
    node.byte = static_cast<std::uint32_t>(byte);
    node.text = std::exchange(held_, {});
    node.name = std::exchange(name_, {});
    node.name_byte = name_byte_;
    if (node.is_object() || node.is_array()) {
      open_.push_back(std::move(node));
      names_.emplace_back();
    } else {
      attach(std::move(node));
    }
  }

  void close() {
    TreeNode node = std::move(open_.back());
    open_.pop_back();
    names_.pop_back();
    attach(std::move(node));
  }

  void attach(TreeNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
    } else {
      open_.back().children.push_back(std::move(node));
    }
  }

  std::string held_;
  std::string name_;
  std::uint32_t name_byte_ = 0;
  std::vector<TreeNode> open_;
  std::vector<std::set<std::string>> names_;  // of each open container
  std::optional<Twice> twice_;
  TreeNode root_;
  std::size_t values_ = 0;
  bool too_many_ = false;
  std::optional<std::uint64_t> lone_;
};

}  // namespace

const TreeNode* TreeNode::member(std::string_view wanted) const {
  if (!is_object()) return nullptr;
  for (auto child = children.rbegin(); child != children.rend(); ++child)
    if (child->name == wanted) return &*child;
  return nullptr;
}

std::optional<TreeNode> read_tree(std::string_view text, grammar::Lint& lint) {
  Builder builder;
  JsonTokenizer tokenizer(builder, {.depth = kMostTreeDepth});
  tokenizer.feed(text);
  tokenizer.finish();
  const auto place = [&](std::uint64_t byte) { return grammar::place_of(text, static_cast<std::size_t>(byte)); };
  if (const auto& fault = tokenizer.fault()) {
    lint.error(place(fault->byte), "this is no JSON: " + fault->message());
  } else if (builder.too_many()) {
    lint.error({}, "the schema has more than 200,000 values");
  } else if (builder.lone().has_value()) {
    lint.error(place(*builder.lone()), "an escape names no character");
  } else if (const auto& twice = builder.twice()) {
    lint.error(place(twice->byte), "the key " + grammar::quoted(twice->name) + " is there twice");
  } else {
    return builder.take();
  }
  return std::nullopt;
}

}  // namespace scalper::schema
