#pragma once
// `scalper explain CODE`: the section of docs/findings.md, for a terminal.

#include <string_view>

#include "hosts/cli/terminal.h"

namespace scalper::cli {

// docs/findings.md as it was when the program was built (cmake/embed.cmake); a test holds it against the table of codes
// and the cases.
[[nodiscard]] std::string_view findings_page();

// `code` is one of the table.
[[nodiscard]] int explain_code(std::string_view code, Terminal& terminal);

}  // namespace scalper::cli
