#include "validate/learn/sample_notes.h"

#include <algorithm>

#include "validate/detect/types.h"

namespace scalper::learn {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kMostRoots = 2;

// Lines of plain text.
class TextLearner final : public Checker {
 public:
  explicit TextLearner(SampleNotes& notes) : notes_(notes) {}

  FeedAnswer feed(Bytes chunk) override {
    std::string_view text = as_text(chunk);
    if (head_.size() < kByteOrderMark.size()) head_ += text.substr(0, kByteOrderMark.size() - head_.size());
    for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
      line_ += end;
      end_line();
      text.remove_prefix(end + 1);
    }
    line_ += text.size();
    return FeedAnswer::kMore;
  }

  void finish() override {
    end_line();
    notes_.mark = notes_.mark || head_ == kByteOrderMark;
  }

 private:
  void end_line() {
    notes_.longest_line = std::max(notes_.longest_line, line_);
    line_ = 0;
  }

  SampleNotes& notes_;
  std::string head_;
  std::uint64_t line_ = 0;
};

}  // namespace

std::unique_ptr<Checker> SampleNotes::content(const Layer& layer, const ContentType& type) {
  if (is_compression(type.check)) return nullptr;
  (layer.member ? member_types : types).emplace(type.media);
  switch (type.check) {
    case Check::kText: return std::make_unique<TextLearner>(*this);
    case Check::kCsv:
      return make_table_learner(table, mark,
                                type.media == "text/tab-separated-values" ? std::optional<char>('\t') : std::nullopt);
    case Check::kJson: return make_json_learner(json, mark, false);
    case Check::kNdjson: return make_json_learner(json, mark, true);
    default: return nullptr;
  }
}

void SampleNotes::picture(std::uint64_t wide, std::uint64_t high) {
  width = std::max(width, wide);
  height = std::max(height, high);
}

void SampleNotes::root_element(std::string_view name) {
  if (roots.size() < kMostRoots) roots.emplace(name);
}

}  // namespace scalper::learn
