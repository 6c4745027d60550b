#pragma once
// `scalper explain CODE`: the section of docs/findings.md, for a terminal.

#include <string>
#include <string_view>

#include "hosts/cli/terminal.h"

namespace scalper::cli {

// docs/findings.md as it was when the program was built (cmake/embed.cmake); a test holds it against the table of codes
// and the cases.
[[nodiscard]] std::string_view findings_page();

// What to say of a word that is no code and looks as if one was meant, with the nearest one or those of its family;
// empty: it does not look so.
[[nodiscard]] std::string code_hint(std::string_view typed);

// `code` is one of the table.
[[nodiscard]] int explain_code(std::string_view code, Terminal& terminal);

}  // namespace scalper::cli
