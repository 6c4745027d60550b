#pragma once

#include <functional>
#include <stop_token>

#include "hosts/cli/arguments.h"
#include "hosts/cli/terminal.h"

namespace scalper::cli {

struct StopOrder {
  std::stop_token token;
  std::function<int()> signal;  // that fired the token
};

// `scalper check`. Answers the exit code; 128 + the signal's number after an order to stop that came before the end:
// what was judged by then is printed, and that the rest was not.
[[nodiscard]] int check(const Arguments& arguments, Terminal& terminal, const StopOrder& stop);

}  // namespace scalper::cli
