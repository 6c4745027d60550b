#include "validate/contract/schema_scan.h"

#include <algorithm>
#include <string>
#include <vector>

#include "validate/contract/set_compiler.h"
#include "validate/contract/tree.h"
#include "validate/formats/json_tokenizer.h"

namespace scalper::grammar {
namespace {

constexpr std::size_t kMostTopKeys = 100;  // that are remembered
constexpr std::size_t kLongestTopKey = 64;

// Remembers the keys of the outermost object.
class TopKeys final : public JsonSink {
 public:
  void on_event(JsonKind kind, std::uint64_t /*byte*/, std::string_view text, bool more) override {
    if (kind == JsonKind::kBeginObject || kind == JsonKind::kBeginArray) ++depth_;
    if (kind == JsonKind::kEndObject || kind == JsonKind::kEndArray) --depth_;
    if (kind != JsonKind::kKey || depth_ != 1 || more || text.size() > kLongestTopKey) return;
    if (text == "contract") contract = true;
    if (keys.size() < kMostTopKeys) keys.emplace_back(text);
  }
  // A contract without its name would be a weaker check that nobody notices.
  [[nodiscard]] bool almost_contract() const {
    return std::any_of(keys.begin(), keys.end(), [](const std::string& key) {
      return key == "match" || key == "unmatched" || !closest(key, {"contract"}).empty();
    });
  }

  bool contract = false;
  std::vector<std::string> keys;

 private:
  int depth_ = 0;
};

}  // namespace

SchemaScan scan_schema(std::string_view text, Lint& lint) {
  SchemaScan scan;
  if (text.size() > kMostSchemaBytes) {
    lint.error({}, "the file has " + std::to_string(text.size()) + " bytes, a schema at most 2 MiB");
    return scan;
  }
  TopKeys top;
  JsonTokenizer tokenizer(top, {.depth = kMostSchemaDepth});
  tokenizer.feed(text);
  tokenizer.finish();
  scan.contract = top.contract;
  if (scan.contract) return scan;
  const auto& fault = tokenizer.fault();
  if (fault)
    lint.error(place_of(text, static_cast<std::size_t>(fault->byte)),
               "neither a contract nor a schema, this is no JSON: " + fault->message());
  else if (top.almost_contract())
    lint.error({1, 1}, "this looks like a contract and has no key `contract`");
  scan.sound = !fault && lint.errors() == 0;
  return scan;
}

}  // namespace scalper::grammar
