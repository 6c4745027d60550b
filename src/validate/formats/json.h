#pragma once
// JSON documents, RFC 8259. Codes: json.*, encoding.utf8, limit.depth, limit.memory. The first fault of the grammar is
// the last finding: what follows it cannot be read with certainty.

#include <memory>

#include "validate/checker.h"

namespace scalper {

// `layer` outlives the checker.
[[nodiscard]] std::unique_ptr<Checker> make_json_checker(const Layer& layer);

}  // namespace scalper
