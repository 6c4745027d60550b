#pragma once
// contract lint, contract test, contract publish.

#include "hosts/cli/arguments.h"
#include "hosts/cli/terminal.h"

namespace scalper::cli {

[[nodiscard]] int lint_contracts(const Arguments& arguments, Terminal& terminal);
[[nodiscard]] int test_contracts(const Arguments& arguments, Terminal& terminal);
[[nodiscard]] int publish_contracts(const Arguments& arguments, Terminal& terminal);

}  // namespace scalper::cli
