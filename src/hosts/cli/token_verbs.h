#pragma once
// Access tokens: who may call the HTTP API.

#include "hosts/cli/arguments.h"
#include "hosts/cli/terminal.h"

namespace scalper::cli {

[[nodiscard]] int add_token(const Arguments& arguments, Terminal& terminal);
[[nodiscard]] int list_tokens(const Arguments& arguments, Terminal& terminal);
[[nodiscard]] int revoke_token(const Arguments& arguments, Terminal& terminal);

}  // namespace scalper::cli
