#pragma once
// Verbs that only look: ls, status, explain, queue.

#include "hosts/cli/arguments.h"
#include "hosts/cli/terminal.h"

namespace scalper::cli {

[[nodiscard]] int list_files(const Arguments& arguments, Terminal& terminal);
[[nodiscard]] int show_status(const Arguments& arguments, Terminal& terminal);
[[nodiscard]] int explain(const Arguments& arguments, Terminal& terminal);
[[nodiscard]] int show_queue(const Arguments& arguments, Terminal& terminal);

}  // namespace scalper::cli
