#pragma once
// Webhooks: who is told of verdicts by HTTP.

#include "hosts/cli/arguments.h"
#include "hosts/cli/terminal.h"

namespace scalper::cli {

[[nodiscard]] int add_webhook(const Arguments& arguments, Terminal& terminal);
[[nodiscard]] int list_webhooks(const Arguments& arguments, Terminal& terminal);
[[nodiscard]] int remove_webhook(const Arguments& arguments, Terminal& terminal);
[[nodiscard]] int rotate_webhook(const Arguments& arguments, Terminal& terminal);
[[nodiscard]] int test_webhook(const Arguments& arguments, Terminal& terminal);
[[nodiscard]] int redeliver_webhook(const Arguments& arguments, Terminal& terminal);

}  // namespace scalper::cli
