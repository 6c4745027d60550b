#pragma once
// Verbs that change something: review, sweep, backfill, audit, redrive, pause.

#include "hosts/cli/arguments.h"
#include "hosts/cli/terminal.h"

namespace scalper::cli {

// release, reject, rerun.
[[nodiscard]] int review(const Arguments& arguments, Terminal& terminal);
[[nodiscard]] int sweep(const Arguments& arguments, Terminal& terminal);
[[nodiscard]] int backfill(const Arguments& arguments, Terminal& terminal);
[[nodiscard]] int audit(const Arguments& arguments, Terminal& terminal);
[[nodiscard]] int redrive(const Arguments& arguments, Terminal& terminal);
// pause, resume.
[[nodiscard]] int pause_or_resume(const Arguments& arguments, Terminal& terminal);

}  // namespace scalper::cli
