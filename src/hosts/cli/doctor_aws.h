#pragma once

#include "hosts/cli/arguments.h"
#include "hosts/cli/terminal.h"

namespace scalper::cli {

// `scalper doctor --aws`: what the gate that the environment describes stands on, and with --canary a file's way
// through it.
[[nodiscard]] int doctor_aws(const Arguments& arguments, Terminal& terminal);

}  // namespace scalper::cli
