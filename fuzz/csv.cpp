// The CSV tokenizer: the same rows and faults however the input is cut, and with or without its fast path.
#include <string>

#include "fuzz.h"
#include "validate/formats/csv_formula.h"
#include "validate/formats/csv_sniff.h"
#include "validate/formats/csv_tokenizer.h"

namespace {

using namespace scalper;

struct Trace final : CsvSink {
  void on_cell(const CsvCell& cell) override {
    text += cell.text;
    if (cell.more) return;
    // With an empty pair of quotes before it, or a tab as delimiter, a cell may be left out: only kAll has all of them.
    if (all) cells += std::to_string(cell.byte) + (cell.quoted ? "'" : " ") + text + '\n';
    if (!all) FUZZ_HOLDS(!text.empty());
    text.clear();
  }
  void on_row(const CsvRow& row) override {
    FUZZ_HOLDS(row.byte >= last && row.width > 0);
    last = row.byte;
    rows += std::to_string(row.byte) + " " + std::to_string(row.width) + (row.blank ? " blank\n" : "\n");
  }
  void on_fault(CsvFaultKind kind, std::uint64_t byte, std::uint64_t column) override {
    rows += "fault " + std::to_string(static_cast<int>(kind)) + " " + std::to_string(byte) + " " +
            std::to_string(column) + " " + std::to_string(tokenizer->line_of(byte)) + '\n';
  }

  CsvTokenizer* tokenizer = nullptr;
  bool all = true;
  std::string text;
  std::string cells;
  std::string rows;
  std::uint64_t last = 0;
};

struct Said {
  std::string cells;
  std::string rows;
};

Said said(std::string_view text, std::size_t chunk, CsvOptions options) {
  Trace sink;
  CsvTokenizer tokenizer(sink, options);
  sink.tokenizer = &tokenizer;
  sink.all = options.cells == CsvCells::kAll;
  for (std::size_t at = 0; at < text.size(); at += chunk) {
    const std::string copy(text.substr(at, chunk));
    tokenizer.feed(copy);
  }
  tokenizer.finish();
  return {sink.cells, sink.rows};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  fuzz::Input input(bytes, size);
  const std::string_view delimiters(",;\t|");
  CsvOptions options;
  options.delimiter = delimiters[input.byte() % delimiters.size()];
  options.longest_cell = 100;
  const std::string_view text = input.rest();
  const Said whole = said(text, text.size() + 1, options);
  const Said bytewise = said(text, 1, options);
  FUZZ_HOLDS(bytewise.cells == whole.cells && bytewise.rows == whole.rows);
  for (const CsvCells cells : {CsvCells::kNone, CsvCells::kSuspicious}) {
    options.cells = cells;
    FUZZ_HOLDS(said(text, text.size() + 1, options).rows == whole.rows);
    FUZZ_HOLDS(said(text, 131, options).rows == whole.rows);
  }
  const CsvSniffed sniffed = sniff_csv(text.substr(0, kCsvSniffBytes), text.size() <= kCsvSniffBytes, '"');
  FUZZ_HOLDS(delimiters.find(sniffed.delimiter) != std::string_view::npos);
  return 0;
}
