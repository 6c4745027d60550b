#pragma once
// CSV in the shape of RFC 4180: quotes, rows as wide as the header, the header's names, one kind of line end, UTF-8, no
// NUL, no cells that a spreadsheet would run. Codes: csv.*, encoding.utf8, safety.csv_formula, limit.*.
//
// Without a stated delimiter it is judged from the first bytes (formats/csv_sniff.h). The header is line 1 and no row;
// rows are counted from 1. Blank lines are warned of and are no rows, but in files of one column, where they are an
// empty cell.

#include <memory>

#include "validate/checker.h"

namespace scalper {

// `layer` outlives the checker.
[[nodiscard]] std::unique_ptr<Checker> make_csv_checker(const Layer& layer);

}  // namespace scalper
