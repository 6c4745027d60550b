#pragma once

#include "hosts/cli/arguments.h"
#include "hosts/cli/terminal.h"

namespace scalper::cli {

// `scalper check`. Answers the exit code.
[[nodiscard]] int check(const Arguments& arguments, Terminal& terminal);

}  // namespace scalper::cli
