// Reads a table as its checker does, to learn what is in it.
#include <algorithm>
#include <set>
#include <utility>

#include "validate/formats/csv_sniff.h"
#include "validate/formats/csv_tokenizer.h"
#include "validate/learn/table_notes.h"

namespace scalper::learn {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

class TableLearner final : public Checker, private CsvSink {
 public:
  TableLearner(TableNotes& notes, bool& mark, std::optional<char> delimiter)
      : notes_(notes), mark_(mark), known_(delimiter) {}

  FeedAnswer feed(Bytes chunk) override {
    std::string_view text = as_text(chunk);
    if (!tokenizer_.has_value()) {
      const std::size_t wanted = kCsvSniffBytes + kByteOrderMark.size();
      const std::size_t taken = std::min(text.size(), wanted - lead_.size());
      lead_ += text.substr(0, taken);
      text.remove_prefix(taken);
      if (lead_.size() < wanted) return FeedAnswer::kMore;
      begin(false);
    }
    tokenizer_->feed(text);
    return FeedAnswer::kMore;
  }

  void finish() override {
    if (!tokenizer_.has_value()) begin(true);
    tokenizer_->finish();
    if (seen_row_) notes_.join(sample());
  }

 private:
  void begin(bool whole) {
    std::string_view text = lead_;
    if (text.starts_with(kByteOrderMark)) {
      mark_ = true;
      text.remove_prefix(kByteOrderMark.size());
    }
    CsvOptions options;
    options.delimiter = known_.has_value() ? *known_
                                           : sniff_csv(text.substr(0, kCsvSniffBytes),
                                                       whole && text.size() <= kCsvSniffBytes, options.quote)
                                                 .delimiter;
    delimiter_ = options.delimiter;
    tokenizer_.emplace(static_cast<CsvSink&>(*this), options);
    tokenizer_->feed(text);
    lead_ = {};
  }

  void on_cell(const CsvCell& cell) override {
    if (cell.column >= schema::kMostFields) {
      too_wide_ = true;
      return;
    }
    if (gathered_.size() <= kLongestValue) gathered_ += cell.text.substr(0, kLongestValue + 1);
    if (cell.more) return;
    const std::string text = std::exchange(gathered_, {});
    // The first cell of a row waits until it is known that the row is no blank line.
    if (cell.column == 0 && text.empty() && !cell.quoted) {
      empty_first_ = true;
      return;
    }
    pass_empty_first();
    take(static_cast<std::size_t>(cell.column), text);
  }

  void on_row(const CsvRow& row) override {
    if (row.blank && (!seen_row_ || width_ > 1)) {
      empty_first_ = false;
      return;
    }
    pass_empty_first();
    if (!std::exchange(seen_row_, true)) width_ = row.width;
  }

  void on_fault(CsvFaultKind /*kind*/, std::uint64_t /*byte*/, std::uint64_t /*column*/) override {}

  void pass_empty_first() {
    if (std::exchange(empty_first_, false)) take(0, {});
  }

  void take(std::size_t column, std::string_view text) {
    if (!seen_row_) {
      first_.resize(column);
      first_.emplace_back(text);
      columns_.resize(first_.size());
    } else if (column < columns_.size()) {
      columns_[column].add(text);
    }
  }

  // Columns of values whose first cell is such a value as well: then the first row is a row like the others.
  [[nodiscard]] bool has_header() const {
    bool any = false;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].type() == schema::FieldType::kString) continue;
      any = true;
      ColumnNotes with_first = columns_[i];
      with_first.add(first_[i]);
      if (first_[i].empty() || with_first.type() == schema::FieldType::kString) return true;
    }
    return !any;
  }

  [[nodiscard]] bool has_names() const {
    std::set<std::string_view> seen;
    return !too_wide_ && std::all_of(first_.begin(), first_.end(), [&](const std::string& name) {
      return !name.empty() && name.size() <= schema::kLongestFieldName && seen.insert(name).second;
    });
  }

  TableSample sample() {
    TableSample sample;
    sample.delimiter = delimiter_;
    sample.header = has_header();
    sample.named = sample.header ? has_names() : !too_wide_;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (!sample.header) columns_[i].add(first_[i]);
      sample.columns.push_back({sample.header ? first_[i] : "column_" + std::to_string(i + 1), std::move(columns_[i])});
    }
    return sample;
  }

  TableNotes& notes_;
  bool& mark_;
  std::optional<char> known_;
  std::string lead_;  // the first bytes, until the delimiter is known
  std::optional<CsvTokenizer> tokenizer_;
  char delimiter_ = ',';
  std::string gathered_;
  std::vector<std::string> first_;  // row
  std::vector<ColumnNotes> columns_;
  std::uint64_t width_ = 0;
  bool seen_row_ = false;
  bool empty_first_ = false;
  bool too_wide_ = false;
};

}  // namespace

std::unique_ptr<Checker> make_table_learner(TableNotes& notes, bool& mark, std::optional<char> delimiter) {
  return std::make_unique<TableLearner>(notes, mark, delimiter);
}

}  // namespace scalper::learn
