#pragma once
// `scalper contract init`: from good samples to a contract that a person goes on with.

#include "hosts/cli/arguments.h"
#include "hosts/cli/check.h"
#include "hosts/cli/terminal.h"

namespace scalper::cli {

// Answers the exit code. Nothing is written unless every sample is valid by itself and under what was learnt.
[[nodiscard]] int init_contract(const Arguments& arguments, Terminal& terminal, const StopOrder& stop);

}  // namespace scalper::cli
