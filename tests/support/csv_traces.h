#pragma once
// What the CSV tokenizer said of a text, as lines that can be compared; and the same from a plain reader, byte by byte.

#include <string>
#include <string_view>
#include <vector>

#include "support/cuts.h"
#include "validate/formats/csv_tokenizer.h"

namespace scalper::tests {

// "cell 0 12 abc" (column, byte, text; a quoted one is "cell' ..."), "row 12 3" (byte, width) or "blank 12", and faults
// "bare 14 2 3" (byte, column, line). Pieces of one cell are joined. In kSuspicious only formula-like cells are kept. A
// row of CsvOptions::width is "alike", however it is told.
using CsvTrace = std::vector<std::string>;

[[nodiscard]] CsvTrace csv_trace(const Chunks& chunks, CsvOptions options = {});
// How many rows are told by on_rows_alike().
[[nodiscard]] std::uint64_t csv_rows_alike(std::string_view text, CsvOptions options);
[[nodiscard]] CsvTrace csv_reference_trace(std::string_view text, CsvOptions options = {});

// The rows of a text as lists of cells, read by the tokenizer; blank lines left out.
using CsvRows = std::vector<std::vector<std::string>>;
[[nodiscard]] CsvRows csv_rows(const Chunks& chunks, CsvOptions options = {});

}  // namespace scalper::tests
