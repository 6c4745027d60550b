#pragma once
// A push tokenizer for CSV in the shape of RFC 4180, with any delimiter: bytes in, cells and rows out. Broken quoting
// is reported and read on in a stated way. The events do not depend on how the input is cut into chunks.
//
// Rows end with CR LF, LF or a CR alone; not inside quotes. A cell is quoted if its first byte is the quote; then two
// quotes stand for one. Every byte sequence has a reading:
//   text behind a closing quote   kTextAfterQuote, once a cell; the text is added to the cell as it is
//   a quote in an unquoted cell   kBareQuote, once a cell; it stands for itself
//   the end inside quotes         kUnclosedQuote; the last row is not delivered

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "validate/formats/csv_masks.h"
#include "validate/formats/line_cursor.h"

namespace scalper {

struct CsvCell {
  std::uint64_t column = 0;  // 0-based
  std::uint64_t byte = 0;    // of the cell's first byte, its quote included
  // Without the quotes around it, "" as ". Borrowed for the call. A text longer than CsvTokenizer::kPiece comes in
  // pieces of exactly that size; `more` says that another piece of the same cell follows.
  std::string_view text = {};
  bool quoted = false;
  bool more = false;
};

struct CsvRow {
  std::uint64_t byte = 0;   // of its first byte
  std::uint64_t width = 0;  // cells; 1 for a blank line
  bool blank = false;       // the line has no bytes at all
};

enum class CsvFaultKind : std::uint8_t {
  kTextAfterQuote,
  kBareQuote,
  kUnclosedQuote,  // `byte` is that of the opening quote
  kNul,            // only the first one
  kLineEnds,       // the first row end of another kind than the first; `byte` is that of the CR or LF
  kLongCell,       // longer than CsvOptions::longest_cell; `byte` is the cell's; only the first one
};

class CsvSink {
 public:
  virtual ~CsvSink() = default;
  virtual void on_cell(const CsvCell& cell) = 0;
  // After the cells of the row.
  virtual void on_row(const CsvRow& row) = 0;
  // `count` rows of CsvOptions::width, one behind the other, none of them blank: instead of on_row() for each.
  virtual void on_rows_alike(std::uint64_t count) { static_cast<void>(count); }
  // Within the row that on_row() will deliver next, but for kLineEnds, which comes after it.
  virtual void on_fault(CsvFaultKind kind, std::uint64_t byte, std::uint64_t column) = 0;
};

enum class CsvCells : std::uint8_t {
  kNone,
  kSuspicious,  // those that csv_formula_like() may hold for; others, plain numbers above all, perhaps as well
  kAll,
};

struct CsvOptions {
  char delimiter = ',';
  char quote = '"';
  CsvCells cells = CsvCells::kAll;
  std::uint64_t longest_cell = 16U << 20U;  // bytes as they stand in the file
  std::uint64_t width = 0;                  // rows of it may be told by on_rows_alike(); 0 = each by itself
  bool portable = false;                    // as on a processor without AVX2: for tests to compare
};

// Belongs to one thread. `sink` outlives it.
class CsvTokenizer {
 public:
  static constexpr std::size_t kPiece = 65536;

  CsvTokenizer(CsvSink& sink, CsvOptions options);
  CsvTokenizer(const CsvTokenizer&) = delete;
  CsvTokenizer& operator=(const CsvTokenizer&) = delete;
  ~CsvTokenizer() = default;

  // Borrowed for the call.
  void feed(std::string_view chunk);
  void finish();

  // Which cells are delivered from the next row on, and which rows may be told by on_rows_alike(). May be called inside
  // on_row().
  void want(CsvCells cells, std::uint64_t width = 0) {
    options_.cells = cells;
    options_.width = width;
  }
  // What the next byte belongs to, 0-based.
  [[nodiscard]] std::uint64_t column() const { return column_; }
  // The 1-based line (line feeds are counted) of an offset that is being delivered.
  [[nodiscard]] std::uint64_t line_of(std::uint64_t byte);

 private:
  enum class State : std::uint8_t { kCellStart, kPlain, kQuoted, kQuoteSeen, kSpoiled };
  enum class LineEnd : std::uint8_t { kUnknown, kFeed, kReturn, kBoth };

  // Byte by byte, to `stop` at the latest; the whole truth about the format.
  const char* step(const char* at, const char* stop);
  const char* step_start(const char* at);
  const char* step_plain(const char* at, const char* stop);
  const char* step_quoted(const char* at, const char* stop);
  const char* step_quote_seen(const char* at);
  const char* step_spoiled(const char* at, const char* stop);
  // Blocks of 64 bytes in which everything is as it should be; stops before one that is not.
  const char* blocks(const char* at, const char* end);
  // `alike`: rows that are to be told by on_rows_alike().
  bool block(const char* at, const char* end, const CsvMasks& masks, std::uint64_t& alike);
  // `suspects`: where contents begin suspiciously; `quoted`: those of quoted cells.
  bool harmless_cells(const char* at, const char* end, std::uint64_t suspects, std::uint64_t quoted) const;
  void block_rows(const char* at, const CsvMasks& masks, std::uint64_t ends, std::uint64_t pairs, std::uint64_t& alike);

  const char* end_cell_at(const char* at);  // a delimiter, CR or LF
  void end_cell(const char* at);
  void end_row(std::uint64_t byte, std::uint64_t width);
  void note_line_end(LineEnd kind, std::uint64_t byte);
  void begin_content(char first);
  void nul(const char* at);
  void keep_run(const char* at);
  void keep(std::string_view text);
  [[nodiscard]] bool ends_cell(char c) const { return c == options_.delimiter || c == '\n' || c == '\r'; }
  [[nodiscard]] std::uint64_t offset(const char* at) const { return base_ + static_cast<std::uint64_t>(at - begin_); }

  static constexpr std::size_t kBatch = 16;  // blocks that are looked at together

  CsvSink& sink_;
  CsvOptions options_;
  CsvLook look_;
  std::array<CsvMasks, kBatch> masks_;
  LineCursor lines_;
  const char* begin_ = nullptr;  // of the current chunk
  std::uint64_t base_ = 0;       // its offset
  State state_ = State::kCellStart;
  LineEnd line_end_ = LineEnd::kUnknown;  // of the first row
  bool after_return_ = false;             // the last byte was a CR that ended a row
  bool opened_ = false;                   // the last byte was an opening quote
  bool mixed_ends_ = false;
  bool nul_seen_ = false;
  bool long_cell_seen_ = false;
  std::uint64_t column_ = 0;
  std::uint64_t row_byte_ = 0;
  std::uint64_t cell_byte_ = 0;
  std::uint64_t quote_byte_ = 0;
  std::uint64_t old_row_line_ = 1;  // lines of the three above where they lie in chunks before
  std::uint64_t old_cell_line_ = 1;
  std::uint64_t old_quote_line_ = 1;

  // The cell that is being delivered.
  bool deliver_ = false;
  bool quoted_ = false;
  bool bare_quote_seen_ = false;
  bool carried_ = false;
  const char* run_ = nullptr;  // accepted text from here on is not in carry_ yet
  std::string carry_;
};

}  // namespace scalper
