#pragma once
// What verbs share that ask a gate: one question, one answer or one sentence why not. Includes Boost.JSON's names only.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "hosts/cli/gate_client.h"
#include "hosts/cli/terminal.h"

namespace boost::json {
class value;
}

namespace scalper::cli {

// Reaches the gate and runs `body`; complains and answers the exit code where it cannot be reached.
[[nodiscard]] int with_gate(const Arguments& arguments, Terminal& terminal,
                            const std::function<int(GateClient&)>& body);

// Asks. A problem, or no answer, is complained of: nothing then, and `exit_code` says why.
[[nodiscard]] std::optional<std::string> asked(GateClient& gate, Terminal& terminal, const std::string& method,
                                               const std::string& target, const std::string& body, int& exit_code);

// The id that the operand means: itself, or that of the newest final file with this key.
[[nodiscard]] std::optional<std::string> id_of(GateClient& gate, Terminal& terminal, const std::string& operand,
                                               int& exit_code);

// The exit code that a status of HTTP stands for.
[[nodiscard]] int exit_code_of_status(int status);

// {"note": "..."}; an empty note is left out.
[[nodiscard]] std::string note_body(const std::string& note);

// Escaped text of a member; empty where it is absent or no string.
[[nodiscard]] std::string text_of(const boost::json::value& object, std::string_view name);
[[nodiscard]] std::uint64_t count_of(const boost::json::value& object, std::string_view name);

}  // namespace scalper::cli
