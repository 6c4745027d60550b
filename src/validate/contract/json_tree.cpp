// JSON by the events of our own tokenizer, which knows where everything stands.
#include <string>
#include <utility>

#include "base/escape.h"
#include "validate/contract/tree.h"
#include "validate/formats/json_tokenizer.h"

namespace scalper::grammar {
namespace {

class Events final : public JsonSink {
 public:
  Events(std::string_view text, TreeBuilder& tree) : text_(text), tree_(tree) {}

  void on_event(JsonKind kind, std::uint64_t byte, std::string_view text, bool more) override {
    held_ += text;  // at most the file, whose size is bounded
    if (more) return;
    const Place place = place_at(byte);
    switch (kind) {
      case JsonKind::kBeginObject: return tree_.open(ContractNode::Kind::kMap, place);
      case JsonKind::kBeginArray: return tree_.open(ContractNode::Kind::kList, place);
      case JsonKind::kEndObject:
      case JsonKind::kEndArray: return tree_.close();
      case JsonKind::kKey: return tree_.key(std::exchange(held_, {}), place);
      default: return value(kind, place);
    }
  }
  void on_lone_surrogate(std::uint64_t byte) override { tree_.fault(place_at(byte), "an escape names no character"); }

 private:
  void value(JsonKind kind, Place place) {
    ContractNode node;
    const std::string text = std::exchange(held_, {});
    if (kind == JsonKind::kString) {
      node.kind = ContractNode::Kind::kText;
      node.text = text;
    } else if (kind == JsonKind::kTrue || kind == JsonKind::kFalse) {
      node.kind = ContractNode::Kind::kFlag;
      node.flag = kind == JsonKind::kTrue;
    } else if (kind == JsonKind::kNumber && !read_number(text, node)) {
      return tree_.fault(place, "the number is out of range: " + quoted(text));
    }
    node.place = place;
    tree_.value(std::move(node));
  }

  // Events come in the order of their bytes: what was counted is not counted again.
  Place place_at(std::uint64_t byte) {
    const auto end = static_cast<std::size_t>(byte);
    for (; at_ < end && at_ < text_.size(); ++at_) {
      ++place_.column;
      if (text_[at_] == '\n') place_ = {place_.line + 1, 1};
    }
    return place_;
  }

  std::string_view text_;
  TreeBuilder& tree_;
  std::string held_;
  std::size_t at_ = 0;
  Place place_{1, 1};
};

}  // namespace

std::optional<ContractNode> read_json(std::string_view text, Lint& lint) {
  if (!is_plain_text(text, lint)) return std::nullopt;
  TreeBuilder tree(lint);
  Events events(text, tree);
  JsonTokenizer tokenizer(events, {.depth = kMostDepth});
  tokenizer.feed(text);
  tokenizer.finish();
  if (const auto& fault = tokenizer.fault())
    tree.fault(place_of(text, static_cast<std::size_t>(fault->byte)), "this is no JSON: " + fault->message());
  return tree.take();
}

}  // namespace scalper::grammar
