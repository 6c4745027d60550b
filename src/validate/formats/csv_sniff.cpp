#include "validate/formats/csv_sniff.h"

#include <cstdint>

#include "validate/formats/csv_tokenizer.h"

namespace scalper {
namespace {

// How one delimiter splits the sample.
class Split final : public CsvSink {
 public:
  void on_cell(const CsvCell& /*cell*/) override {}
  void on_row(const CsvRow& row) override {
    if (row.blank) return;
    if (rows_ == 0) width_ = row.width;
    ++rows_;
    even_ += row.width == width_ ? 1 : 0;
  }
  void on_fault(CsvFaultKind kind, std::uint64_t /*byte*/, std::uint64_t /*column*/) override {
    if (kind == CsvFaultKind::kTextAfterQuote || kind == CsvFaultKind::kBareQuote) ++faults_;
  }

  [[nodiscard]] bool splits() const { return width_ > 1; }
  // Compares shares of even rows without fractions.
  [[nodiscard]] bool better_than(const Split& other) const {
    if (splits() != other.splits()) return splits();
    if (faults_ != other.faults_) return faults_ < other.faults_;
    if (even_ * other.rows_ != other.even_ * rows_) return even_ * other.rows_ > other.even_ * rows_;
    return false;
  }
  [[nodiscard]] std::uint64_t width() const { return width_; }

 private:
  std::uint64_t rows_ = 0;
  std::uint64_t even_ = 0;
  std::uint64_t width_ = 0;
  std::uint64_t faults_ = 0;
};

Split split(std::string_view sample, bool whole, char delimiter, char quote) {
  Split result;
  CsvTokenizer tokenizer(result, {.delimiter = delimiter, .quote = quote, .cells = CsvCells::kNone});
  tokenizer.feed(sample);
  // The last row of a longer file is cut: it is not counted.
  if (whole) tokenizer.finish();
  return result;
}

}  // namespace

CsvSniffed sniff_csv(std::string_view sample, bool whole, char quote) {
  CsvSniffed best;
  Split best_split = split(sample, whole, best.delimiter, quote);
  for (const char delimiter : {';', '\t', '|'}) {
    const Split other = split(sample, whole, delimiter, quote);
    if (best_split.better_than(other) || !other.splits()) continue;
    const bool draw = !other.better_than(best_split);
    if (draw && other.width() <= best_split.width()) {
      best.rival = delimiter;
      continue;
    }
    if (draw) {
      best.rival = best.delimiter;
    } else {
      best.rival.reset();
    }
    best.delimiter = delimiter;
    best_split = other;
  }
  return best;
}

}  // namespace scalper
