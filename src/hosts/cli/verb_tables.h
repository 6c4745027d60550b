#pragma once
// The parts of the table, one file for each family of verbs.

#include <vector>

#include "hosts/cli/verbs.h"

namespace scalper::cli {

[[nodiscard]] std::vector<VerbSpec> check_verbs();

}  // namespace scalper::cli
