#include "validate/formats/toml.h"

#include <algorithm>
#include <string>

#include "base/escape.h"
#include "validate/formats/line_cursor.h"
#include "validate/formats/reservation.h"
#include "validate/formats/toml_parser.h"

namespace scalper {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kSmall = std::size_t{64} << 10U;
constexpr std::size_t kMemory = kMostTomlDocument + 96 * kMostTomlKeys;

class TomlChecker final : public Checker {
 public:
  explicit TomlChecker(const Layer& layer) : layer_(layer) {}

  FeedAnswer feed(Bytes chunk) override {
    if (over_) return FeedAnswer::kEnough;
    const std::string_view piece = as_text(chunk);
    over_ = text_.size() + piece.size() > kMostTomlDocument;
    if (over_) {
      report("limit.memory", "the document has more than the 1 MiB that are held of one", 0);
      return FeedAnswer::kEnough;
    }
    if (text_.size() + piece.size() > kSmall) text_.reserve(kMostTomlDocument);
    text_ += piece;
    return FeedAnswer::kMore;
  }

  void finish() override {
    if (over_) return;
    const std::size_t good = valid_utf8_prefix(text_);
    if (good < text_.size()) {
      return report("encoding.utf8", "this byte is no part of a UTF-8 character: save the document as UTF-8", good);
    }
    const bool marked = text_.starts_with(kByteOrderMark);
    if (marked && layer_.settings->text.bom == Strictness::kError) {
      report("text.bom", "the text begins with a byte order mark, which the contract forbids: save it without one", 0);
    }
    toml::Parser(layer_, text_, marked ? kByteOrderMark.size() : 0).run();
  }

 private:
  void report(std::string_view code, const std::string& message, std::size_t byte) {
    Location where;
    where.byte = byte;
    where.line = 1 + count_line_feeds(std::string_view(text_).substr(0, byte));
    layer_.report(code, message, where);
  }

  const Layer& layer_;
  std::string text_;
  bool over_ = false;
};

}  // namespace

std::unique_ptr<Checker> make_toml_checker(const Layer& layer) { return within_budget<TomlChecker>(layer, kMemory); }

}  // namespace scalper
