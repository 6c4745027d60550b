#include "validate/formats/csv.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "base/escape.h"
#include "validate/code_table.h"
#include "validate/formats/csv_formula.h"
#include "validate/formats/csv_header.h"
#include "validate/formats/csv_sniff.h"
#include "validate/formats/csv_tokenizer.h"
#include "validate/formats/reservation.h"
#include "validate/formats/utf8.h"
#include "validate/schema/table_run.h"

namespace scalper {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
// Names of the header, to compare and to show; the first bytes; the carry of a cell.
constexpr std::size_t kMemory = std::size_t{5} << 20U;
constexpr std::size_t kFaultKinds = 6;
constexpr std::size_t kFormulaLooked = 256;  // bytes of a cell

std::string named(char delimiter) { return delimiter == '\t' ? "a tab" : std::string("'") + delimiter + "'"; }

std::string fields(std::uint64_t count) { return std::to_string(count) + (count == 1 ? " field" : " fields"); }

struct FaultText {
  std::string_view code;
  std::string_view message;
};

const FaultText& text_of(CsvFaultKind kind) {
  static constexpr std::array<FaultText, kFaultKinds> kTexts = {{
      {"csv.quote",
       "text follows the closing quote of a field: double each quote inside of a quoted field, and leave no space "
       "behind it"},
      {"csv.bare_quote",
       "a quote stands inside a field that is not quoted: quote the field and double the quotes inside; leave no space "
       "before an opening quote"},
      {"csv.unclosed_quote",
       "the quote that opens here is never closed, so that the rest of the file is one field: close it, or send the "
       "file "
       "again whole"},
      {"csv.nul", "a NUL byte: text has none; this may be UTF-16, write the file in UTF-8"},
      {"csv.line_ends", "a line ends in another way than the first one (CR LF, LF or CR): write one kind"},
      {"limit.cell", "a field is longer than 16 MiB, which is rather an unclosed quote than a value"},
  }};
  return kTexts.at(static_cast<std::size_t>(kind));
}

// Looked up once: files may have nothing but faults.
Severity severity_of(CsvFaultKind kind) {
  static const auto severities = [] {
    std::array<Severity, kFaultKinds> all{};
    for (std::size_t i = 0; i < all.size(); ++i)
      all.at(i) = find_code(text_of(static_cast<CsvFaultKind>(i)).code)->severity;
    return all;
  }();
  return severities.at(static_cast<std::size_t>(kind));
}

Location place(std::uint64_t byte, std::uint64_t line) {
  Location where;
  where.byte = byte;
  where.line = line;
  return where;
}

class CsvChecker final : public Checker, private CsvSink, private schema::TableHost {
 public:
  explicit CsvChecker(const Layer& layer)
      : layer_(layer), settings_(layer.settings->csv), has_header_(settings_.header.value_or(true)) {
    if (settings_.compiled == nullptr) return;
    table_.emplace(*settings_.compiled, layer, static_cast<schema::TableHost&>(*this));
    if (!has_header_) table_->no_header();
  }

  FeedAnswer feed(Bytes chunk) override {
    std::string_view text = as_text(chunk);
    if (!tokenizer_.has_value()) {
      const std::size_t wanted =
          settings_.delimiter.has_value() ? kByteOrderMark.size() : kCsvSniffBytes + kByteOrderMark.size();
      const std::size_t taken = std::min(text.size(), wanted - lead_.size());
      lead_ += text.substr(0, taken);
      text.remove_prefix(taken);
      if (lead_.size() < wanted) return FeedAnswer::kMore;
      begin(false);
    }
    if (!text.empty()) read(text);
    return FeedAnswer::kMore;
  }

  void finish() override {
    if (!tokenizer_.has_value()) begin(true);
    if (const auto bad = utf8_.finish(); bad.has_value()) report_encoding(*bad, consumed_);
    tokenizer_->finish();
    if (!seen_row_ && !unclosed_) {
      report("csv.empty", Severity::kError, "there is no row at all, not even a header", place(0, 1));
    }
  }

 private:
  // The first bytes are there: what is the delimiter?
  void begin(bool whole) {
    const bool mark = lead_.starts_with(kByteOrderMark);
    if (mark) shift_ = kByteOrderMark.size();
    const std::string_view text = std::string_view(lead_).substr(shift_);
    CsvOptions options;
    options.quote = settings_.quote;
    options.cells = has_header_ ? CsvCells::kAll : body_cells();
    CsvSniffed sniffed;
    if (settings_.delimiter.has_value()) {
      options.delimiter = *settings_.delimiter;
    } else {
      sniffed = sniff_csv(text.substr(0, kCsvSniffBytes), whole && text.size() <= kCsvSniffBytes, options.quote);
      options.delimiter = sniffed.delimiter;
    }
    tokenizer_.emplace(static_cast<CsvSink&>(*this), options);
    if (mark) report_mark();
    if (sniffed.rival.has_value()) {
      report("csv.delimiter", Severity::kWarning,
             named(sniffed.delimiter) + " and " + named(*sniffed.rival) + " both split the first rows evenly; " +
                 named(sniffed.delimiter) + " was taken: state csv.delimiter in the contract",
             place(shift_, 1));
    }
    read(text);
    lead_ = {};
  }

  void read(std::string_view text) {
    const std::uint64_t base = consumed_;
    consumed_ += text.size();
    const auto bad = utf8_.feed(text);
    if (!bad.has_value()) {
      tokenizer_->feed(text);
      return;
    }
    // The tokenizer goes up to the place first, so that row and column are known.
    const std::size_t before = *bad > base ? *bad - base : 0;
    tokenizer_->feed(text.substr(0, before));
    report_encoding(*bad, base);
    tokenizer_->feed(text.substr(before));
  }

  [[nodiscard]] CsvCells body_cells() const {
    if (table_.has_value()) return CsvCells::kAll;
    return layer_.settings->safety.csv_formula == Strictness::kAllow ? CsvCells::kNone : CsvCells::kSuspicious;
  }

  Location cell_place(std::uint64_t byte, std::optional<std::uint64_t> column) override { return at(byte, column); }
  [[nodiscard]] bool keeps_byte(std::uint64_t byte) const override { return keeps(byte); }

  // The first cell of a row waits until it is known that the row is no blank line.
  void pass_to_table(const CsvCell& cell) {
    if (in_header()) return table_->name(cell.column, cell.text, cell.more);
    if (cell.column == 0 && cell.text.empty() && !cell.quoted) {
      empty_cell_ = cell.byte;
      return;
    }
    pass_empty_cell();
    table_->cell(cell.column, cell.text, cell.byte, cell.more);
  }
  void pass_empty_cell() {
    if (empty_cell_.has_value()) table_->cell(0, {}, *std::exchange(empty_cell_, std::nullopt), false);
  }
  void end_table_row(const CsvRow& row) {
    if (!seen_row_ && has_header_) return table_->end_header(row.byte);
    pass_empty_cell();
    table_->end_row(row.byte, row.width);
  }

  void on_cell(const CsvCell& cell) override {
    if (in_header()) {
      const bool first_empty = cell.column == 0 && cell.text.empty() && !cell.quoted;
      if (first_empty) {
        first_empty_ = true;
        first_byte_ = cell.byte;  // of a header, or of a blank line before it
      } else {
        add_name(cell);
      }
    }
    if (table_.has_value()) pass_to_table(cell);
    if (layer_.settings->safety.csv_formula == Strictness::kAllow) return;
    if (head_.empty() && !cell.more && !csv_formula_begins(cell.text)) return;
    if (head_.size() < kFormulaLooked) head_ += cell.text.substr(0, kFormulaLooked - head_.size());
    if (cell.more) return;
    if (csv_formula_like(head_)) report_formula(cell);
    head_.clear();
  }

  void report_formula(const CsvCell& cell) {
    const bool error = layer_.settings->safety.csv_formula == Strictness::kError;
    const Severity severity = error ? Severity::kError : Severity::kWarning;
    if (!keeps(cell.byte)) return layer_.count(severity);
    report("safety.csv_formula", severity,
           "the field \"" + escape_text(head_) +
               "\" is run as a formula when a spreadsheet opens the file: put a ' before it, or send it otherwise",
           at(cell.byte, cell.column));
  }

  void on_row(const CsvRow& row) override {
    if (row.blank) first_empty_ = false;
    if (row.blank && (!seen_row_ || width_ > 1)) {
      empty_cell_.reset();
      if (!keeps(row.byte)) return layer_.count(Severity::kWarning);
      Location where = at(row.byte, std::nullopt);
      where.row.reset();
      report("csv.blank_line", Severity::kWarning, "a blank line: some readers take it for a row; leave it out", where);
      return;
    }
    if (table_.has_value()) end_table_row(row);
    if (!seen_row_) {
      if (first_empty_) add_name({.column = 0, .byte = row.byte});
      seen_row_ = true;
      width_ = row.width;
      if (!has_header_) ++row_;
      tokenizer_->want(body_cells(), width_);
      return;
    }
    if (row.width != width_) report_width(row);
    ++row_;
  }

  // Only where no cell is delivered, so that no table waits for them.
  void on_rows_alike(std::uint64_t count) override { row_ += count; }

  void on_fault(CsvFaultKind kind, std::uint64_t byte, std::uint64_t column) override {
    unclosed_ = unclosed_ || kind == CsvFaultKind::kUnclosedQuote;
    if (!keeps(byte)) return layer_.count(severity_of(kind));
    const FaultText& text = text_of(kind);
    Location where = at(byte, column);
    if (kind == CsvFaultKind::kLineEnds) where = place(*where.byte, *where.line);
    layer_.report(text.code, std::string(text.message), where);
  }

  void add_name(const CsvCell& cell) {
    if (cell.column > 0 && std::exchange(first_empty_, false)) add_name({.column = 0, .byte = first_byte_});
    const CsvHeader::Answer answer = header_.add(cell.text, cell.more);
    if (answer != CsvHeader::Answer::kMore) report_header(answer, cell);
  }

  void report_width(const CsvRow& row) {
    if (!keeps(row.byte)) return layer_.count(Severity::kError);
    const bool short_row = row.width < width_;
    Location where = at(row.byte, short_row ? row.width : width_);
    report("csv.row_width", Severity::kError,
           "row " + std::to_string(row_) + " has " + fields(row.width) + ", the " +
               (has_header_ ? "header" : "first row") + " has " + std::to_string(width_),
           where);
  }

  void report_header(CsvHeader::Answer answer, const CsvCell& cell) {
    // A contract that speaks of a header means it; otherwise the first row is only thought to be one.
    const Severity severity = settings_.header.has_value() ? Severity::kError : Severity::kWarning;
    if (answer == CsvHeader::Answer::kNew) return;
    Location where = at(cell.byte, cell.column);
    if (answer == CsvHeader::Answer::kEmpty) {
      report("csv.header_empty", severity, "column " + std::to_string(cell.column + 1) + " has no name", where);
    } else if (answer == CsvHeader::Answer::kDuplicate) {
      report("csv.header_duplicate", severity,
             "the name \"" + escape_text(where.column.value_or("")) +
                 "\" stands twice in the header: readers keep one of the columns",
             where);
    } else if (answer == CsvHeader::Answer::kTooMany && !too_many_columns_) {
      too_many_columns_ = true;
      report("limit.columns", Severity::kUnverifiable,
             "the header has more than " + std::to_string(JsonKeySets::kMostKeys) +
                 " names: whether one stands twice was not checked",
             where);
    }
  }

  // A character that began before `chunk` is on the line that the chunk begins on: it has no line feed.
  void report_encoding(std::uint64_t byte, std::uint64_t chunk) {
    Location where = at(std::max(byte, chunk), tokenizer_->column());
    where.byte = byte + shift_;
    report("encoding.utf8", Severity::kError, "bytes that are no UTF-8: write the file in UTF-8", where);
  }

  void report_mark() {
    if (layer_.settings->text.bom != Strictness::kError) return;
    report("csv.bom", Severity::kError,
           "the file begins with a byte order mark (EF BB BF): save it as UTF-8 without one", place(0, 1));
  }

  [[nodiscard]] bool keeps(std::uint64_t byte) const { return layer_.keeps(byte + shift_); }

  [[nodiscard]] bool in_header() const { return has_header_ && !seen_row_; }

  // Bytes as the tokenizer counts them, without the byte order mark.
  Location at(std::uint64_t byte, std::optional<std::uint64_t> column) {
    Location where;
    where.byte = byte + shift_;
    where.line = tokenizer_->line_of(byte);
    if (!in_header()) where.row = row_;
    if (!column.has_value()) return where;
    where.column_index = *column + 1;
    where.column = header_.name(*column);
    return where;
  }

  void report(std::string_view code, Severity severity, std::string message, Location where) const {
    layer_.report(code, severity, std::move(message), std::move(where));
  }

  const Layer& layer_;
  CsvSettings settings_;
  bool has_header_ = true;
  std::string lead_;  // the first bytes, until the delimiter is known
  std::optional<CsvTokenizer> tokenizer_;
  Utf8Stream utf8_;
  CsvHeader header_;
  std::string head_;              // the beginning of the cell that is delivered
  std::uint64_t shift_ = 0;       // length of the byte order mark
  std::uint64_t consumed_ = 0;    // without it
  std::uint64_t width_ = 0;       // of the first row
  std::uint64_t row_ = 1;         // of the row that is being read
  bool first_empty_ = false;      // the header's first name is empty, if this is the header
  std::uint64_t first_byte_ = 0;  // of that cell
  bool seen_row_ = false;
  bool unclosed_ = false;
  bool too_many_columns_ = false;
  std::optional<schema::TableRun> table_;
  std::optional<std::uint64_t> empty_cell_;  // where an empty first cell is that the table was not told of
};

}  // namespace

std::unique_ptr<Checker> make_csv_checker(const Layer& layer) {
  const bool table = layer.settings->csv.compiled != nullptr;
  return within_budget<CsvChecker>(layer, kMemory + (table ? schema::kTableMemory : 0));
}

}  // namespace scalper
