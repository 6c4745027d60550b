#pragma once

#include "hosts/cli/arguments.h"
#include "hosts/cli/terminal.h"

namespace scalper::cli {

// `scalper doctor`: what is there, reachable and permitted.
[[nodiscard]] int doctor(const Arguments& arguments, Terminal& terminal);

}  // namespace scalper::cli
