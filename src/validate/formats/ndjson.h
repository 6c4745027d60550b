#pragma once
// NDJSON and JSON Lines: one JSON value a line, lines end with LF or CR LF. Codes: ndjson.*, and of each value those of
// JSON beyond its grammar. A bad line is one finding, and the next line is read as if nothing had happened. Blank lines
// are warned of and are no rows; the last line may lack its end, which is warned of, since it may be cut off.

#include <memory>

#include "validate/checker.h"

namespace scalper {

// `layer` outlives the checker.
[[nodiscard]] std::unique_ptr<Checker> make_ndjson_checker(const Layer& layer);

}  // namespace scalper
