#pragma once
// cost: the cost model, with its arithmetic.

#include "hosts/cli/arguments.h"
#include "hosts/cli/terminal.h"

namespace scalper::cli {

[[nodiscard]] int print_cost(const Arguments& arguments, Terminal& terminal);

}  // namespace scalper::cli
