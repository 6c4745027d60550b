#pragma once
// One checker on one text, without the rest of the engine.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/cuts.h"
#include "validate/checker.h"

namespace scalper::tests {

using MakeChecker = std::unique_ptr<Checker> (*)(const Layer&);

// What the checker reports, in the order of findings.
[[nodiscard]] std::vector<Finding> findings_of(MakeChecker make, const Chunks& chunks,
                                               const ContractSettings& settings = {});

// "csv.row_width 12 3 2 total", as far as they are there: code, byte, line, row, then column or pointer.
[[nodiscard]] std::string brief(const Finding& finding);

// The findings of `text`, in brief; ADD_FAILURE where another cut says something else, in whatever part of a finding.
[[nodiscard]] std::vector<std::string> briefs_of(MakeChecker make, std::string_view text,
                                                 const ContractSettings& settings = {}, std::size_t every = 400);

}  // namespace scalper::tests
