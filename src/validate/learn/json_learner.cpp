// Reads JSON as its checkers do, to learn what is in it.
#include <algorithm>
#include <utility>
#include <vector>

#include "validate/formats/json_tokenizer.h"
#include "validate/learn/json_notes.h"

namespace scalper::learn {
namespace {

class JsonLearner final : public Checker, private JsonSink {
 public:
  JsonLearner(JsonNotes& notes, bool& mark, bool lines)
      : notes_(notes),
        mark_(mark),
        lines_(lines),
        tokenizer_(static_cast<JsonSink&>(*this), {.depth = kMostJsonDepth}) {}

  FeedAnswer feed(Bytes chunk) override {
    std::string_view text = as_text(chunk);
    while (lines_ && !text.empty()) {
      const std::size_t end = text.find('\n');
      if (end == std::string_view::npos) break;
      tokenizer_.feed(text.substr(0, end));
      end_document();
      consumed_ += end + 1;
      tokenizer_.restart(consumed_, 1);
      text.remove_prefix(end + 1);
    }
    tokenizer_.feed(text);
    consumed_ += text.size();
    return FeedAnswer::kMore;
  }

  void finish() override { end_document(); }

 private:
  // An array or object that is open; null: at a place that is not kept.
  struct Open {
    JsonPlace* place = nullptr;
    bool object = false;
    std::uint64_t number = 0;
  };

  void end_document() {
    tokenizer_.finish();
    open_.clear();
    member_ = nullptr;
  }

  void on_event(JsonKind kind, std::uint64_t /*byte*/, std::string_view text, bool more) override {
    if (kind == JsonKind::kEndObject || kind == JsonKind::kEndArray) return open_.pop_back();
    if (kind == JsonKind::kKey || kind == JsonKind::kString) {
      const std::size_t bound = kind == JsonKind::kKey ? kLongestMemberName : kLongestValue;
      if (gathered_.size() <= bound) gathered_ += text.substr(0, bound + 1);
      if (more) return;
      const std::string whole = std::exchange(gathered_, {});
      return kind == JsonKind::kKey ? name(whole) : value(kind, whole);
    }
    if (!more) value(kind, text);
  }

  void on_byte_order_mark() override { mark_ = true; }

  void name(const std::string& text) {
    Open& object = open_.back();
    member_ = object.place == nullptr ? nullptr : member(*object.place, text);
    if (member_ == nullptr || member_->last_object == object.number) return;
    member_->last_object = object.number;
    ++member_->in_objects;
  }

  JsonPlace* member(JsonPlace& object, const std::string& text) {
    const auto known = object.members.find(text);
    if (known != object.members.end()) return known->second.get();
    if (object.many_members || text.size() > kLongestMemberName || !new_place()) return nullptr;
    if (object.members.size() < kMostMembers) return (object.members[text] = std::make_unique<JsonPlace>()).get();
    object.many_members = true;
    object.members.clear();
    return nullptr;
  }

  [[nodiscard]] bool new_place() {
    if (notes_.places >= kMostPlaces || open_.size() >= kMostPlaceDepth) return false;
    ++notes_.places;
    return true;
  }

  // Where the value that comes stands.
  JsonPlace* place() {
    if (open_.empty()) return &notes_.root;
    const Open& around = open_.back();
    if (around.object) return member_;
    if (around.place == nullptr) return nullptr;
    if (around.place->elements == nullptr && new_place()) around.place->elements = std::make_unique<JsonPlace>();
    return around.place->elements.get();
  }

  void value(JsonKind kind, std::string_view text) {
    JsonPlace* const at = place();
    if (at != nullptr) note(*at, kind, text);
    if (kind == JsonKind::kBeginObject || kind == JsonKind::kBeginArray)
      open_.push_back({at, kind == JsonKind::kBeginObject, ++notes_.objects});
  }

  static void note(JsonPlace& at, JsonKind kind, std::string_view text) {
    switch (kind) {
      case JsonKind::kBeginObject: ++at.objects; break;
      case JsonKind::kBeginArray: ++at.arrays; break;
      case JsonKind::kString:
        ++at.strings;
        at.texts.add(text);
        break;
      case JsonKind::kNumber:
        ++(text.find_first_of(".eE") == std::string_view::npos ? at.whole : at.fractions);
        at.numbers.add(text);
        break;
      case JsonKind::kTrue:
      case JsonKind::kFalse: ++at.flags; break;
      case JsonKind::kNull: ++at.nulls; break;
      default: break;
    }
  }

  JsonNotes& notes_;
  bool& mark_;
  bool lines_;
  JsonTokenizer tokenizer_;
  std::vector<Open> open_;
  JsonPlace* member_ = nullptr;  // of the innermost object: that of the last name
  std::string gathered_;
  std::uint64_t consumed_ = 0;
};

}  // namespace

std::unique_ptr<Checker> make_json_learner(JsonNotes& notes, bool& mark, bool lines) {
  return std::make_unique<JsonLearner>(notes, mark, lines);
}

}  // namespace scalper::learn
