#include "api/unique_names.h"

#include <set>
#include <utility>
#include <vector>

#include "validate/formats/json_tokenizer.h"

namespace scalper::api {
namespace {

class Names final : public JsonSink {
 public:
  void on_event(JsonKind kind, std::uint64_t /*byte*/, std::string_view text, bool more) override {
    switch (kind) {
      case JsonKind::kBeginObject: open_.emplace_back(); return;
      case JsonKind::kEndObject: open_.pop_back(); return;
      case JsonKind::kKey: break;
      default: return;
    }
    name_ += text;
    if (more) return;
    const auto [at, is_new] = open_.back().insert(std::exchange(name_, {}));
    if (!is_new && !repeated) repeated = *at;
  }

  std::optional<std::string> repeated;

 private:
  std::vector<std::set<std::string>> open_;
  std::string name_;
};

}  // namespace

std::optional<std::string> repeated_name(std::string_view json) {
  Names names;
  JsonTokenizer tokenizer(names, {.depth = 64});
  tokenizer.feed(json);
  tokenizer.finish();
  return std::move(names.repeated);
}

}  // namespace scalper::api
