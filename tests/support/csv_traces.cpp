#include "support/csv_traces.h"

#include <algorithm>
#include <array>

#include "validate/formats/csv_formula.h"

namespace scalper::tests {
namespace {

constexpr std::array<std::string_view, 6> kFaults = {"behind", "bare", "unclosed", "nul", "ends", "long"};

std::string cell_line(std::uint64_t column, std::uint64_t byte, std::string_view text, bool quoted) {
  return std::string(quoted ? "cell' " : "cell ") + std::to_string(column) + " " + std::to_string(byte) + " " +
         std::string(text);
}

std::string row_line(std::uint64_t byte, std::uint64_t width, bool blank, const CsvOptions& options) {
  if (!blank && width == options.width) return "alike";
  return blank ? "blank " + std::to_string(byte) : "row " + std::to_string(byte) + " " + std::to_string(width);
}

std::string fault_line(CsvFaultKind kind, std::uint64_t byte, std::uint64_t column, std::uint64_t line) {
  return std::string(kFaults.at(static_cast<std::size_t>(kind))) + " " + std::to_string(byte) + " " +
         std::to_string(column) + " " + std::to_string(line);
}

class Recorder final : public CsvSink {
 public:
  explicit Recorder(CsvOptions options) : tokenizer(*this, options), options_(options) {}

  void on_cell(const CsvCell& cell) override {
    if (cell.more) expect_piece(cell.text.size());
    text_ += cell.text;
    if (cell.more) return;
    row_.push_back(text_);
    if (options_.cells != CsvCells::kSuspicious || csv_formula_like(text_)) {
      trace.push_back(cell_line(cell.column, cell.byte, text_, cell.quoted));
    }
    text_.clear();
  }
  void on_row(const CsvRow& row) override {
    if (!row.blank) rows.push_back(row_);
    row_.clear();
    trace.push_back(row_line(row.byte, row.width, row.blank, options_));
  }
  void on_rows_alike(std::uint64_t count) override {
    if (options_.width == 0) trace.emplace_back("rows alike that nobody wanted");
    row_.clear();
    alike += count;
    trace.insert(trace.end(), count, "alike");
  }
  void on_fault(CsvFaultKind kind, std::uint64_t byte, std::uint64_t column) override {
    trace.push_back(fault_line(kind, byte, column, tokenizer.line_of(byte)));
  }

  CsvTokenizer tokenizer;
  std::uint64_t alike = 0;
  CsvTrace trace;
  CsvRows rows;

 private:
  void expect_piece(std::size_t size) {
    if (size != CsvTokenizer::kPiece) trace.emplace_back("a piece of another size");
  }

  CsvOptions options_;
  std::string text_;
  std::vector<std::string> row_;
};

class Reference {
 public:
  Reference(std::string_view text, CsvOptions options) : text_(text), options_(options) {}

  CsvTrace read() {
    while (at_ < text_.size()) {
      if (!cell()) return trace_;
    }
    if (in_row_) row_end();
    return trace_;
  }

 private:
  bool separates(char c) const { return c == options_.delimiter || c == '\n' || c == '\r'; }
  void fault(CsvFaultKind kind, std::size_t byte) {
    const auto line = 1 + std::count(text_.begin(), text_.begin() + static_cast<long>(byte), '\n');
    trace_.push_back(
        fault_line(kind, byte, kind == CsvFaultKind::kLineEnds ? 0 : column_, static_cast<std::uint64_t>(line)));
  }
  void look(std::size_t byte) {
    if (text_[byte] != '\0' || nul_) return;
    nul_ = true;
    fault(CsvFaultKind::kNul, byte);
  }
  bool cell() {
    const std::size_t from = at_;
    std::string content;
    const bool quoted = text_[at_] == options_.quote;
    bool spoiled = false;
    if (quoted && !inside_quotes(content)) return false;
    for (; at_ < text_.size() && !separates(text_[at_]); ++at_) {
      if (quoted && !spoiled) {
        fault(CsvFaultKind::kTextAfterQuote, at_);
        spoiled = true;
      }
      if (!quoted && text_[at_] == options_.quote && !spoiled) {
        fault(CsvFaultKind::kBareQuote, at_);
        spoiled = true;
      }
      look(at_);
      content += text_[at_];
    }
    end_cell(from, content, quoted);
    return true;
  }
  bool inside_quotes(std::string& content) {
    const std::size_t from = at_++;
    while (true) {
      if (at_ == text_.size()) {
        fault(CsvFaultKind::kUnclosedQuote, from);
        return false;
      }
      look(at_);
      if (text_[at_] != options_.quote) {
        content += text_[at_++];
        continue;
      }
      ++at_;
      if (at_ == text_.size() || text_[at_] != options_.quote) return true;
      content += text_[at_++];
    }
  }
  void deliver(std::size_t from, const std::string& content, bool quoted) {
    if (at_ - from > options_.longest_cell && !long_) {
      long_ = true;
      fault(CsvFaultKind::kLongCell, from);
    }
    // What follows empty quotes is a fault already, and a tab that is the delimiter is no tab.
    const bool first =
        !content.empty() && content.front() != options_.delimiter && text_[from + (quoted ? 1 : 0)] == content.front();
    const bool wanted = options_.cells == CsvCells::kAll ||
                        (options_.cells == CsvCells::kSuspicious && first && csv_formula_like(content));
    if (wanted) trace_.push_back(cell_line(column_, from, content, quoted));
  }
  void end_cell(std::size_t from, const std::string& content, bool quoted) {
    in_row_ = true;
    deliver(from, content, quoted);
    if (at_ == text_.size()) return;
    if (text_[at_] == options_.delimiter) {
      ++column_;
      ++at_;
      if (at_ == text_.size()) deliver(at_, {}, false);
      return;
    }
    row_end();
    const std::size_t end = at_;
    const std::string_view kind = text_.substr(at_, 2) == "\r\n" ? "\r\n" : text_.substr(at_, 1);
    at_ += kind.size();
    if (first_end_.empty()) first_end_ = kind;
    if (kind != first_end_ && !mixed_) {
      mixed_ = true;
      fault(CsvFaultKind::kLineEnds, end);
    }
    row_ = at_;
  }
  void row_end() {
    trace_.push_back(row_line(row_, column_ + 1, at_ == row_, options_));
    column_ = 0;
    in_row_ = false;
  }

  std::string_view text_;
  CsvOptions options_;
  CsvTrace trace_;
  std::size_t at_ = 0;
  std::size_t row_ = 0;
  std::uint64_t column_ = 0;
  std::string first_end_;
  bool in_row_ = false;
  bool mixed_ = false;
  bool nul_ = false;
  bool long_ = false;
};

}  // namespace

CsvTrace csv_trace(const Chunks& chunks, CsvOptions options) {
  Recorder recorder(options);
  feed_copies(chunks, [&](std::string_view chunk) { recorder.tokenizer.feed(chunk); });
  recorder.tokenizer.finish();
  return recorder.trace;
}

std::uint64_t csv_rows_alike(std::string_view text, CsvOptions options) {
  Recorder recorder(options);
  recorder.tokenizer.feed(text);
  return recorder.alike;
}

CsvTrace csv_reference_trace(std::string_view text, CsvOptions options) { return Reference(text, options).read(); }

CsvRows csv_rows(const Chunks& chunks, CsvOptions options) {
  options.cells = CsvCells::kAll;
  Recorder recorder(options);
  feed_copies(chunks, [&](std::string_view chunk) { recorder.tokenizer.feed(chunk); });
  recorder.tokenizer.finish();
  return recorder.rows;
}

}  // namespace scalper::tests
