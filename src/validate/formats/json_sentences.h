#pragma once
// What is said about broken JSON: what was expected, what was found, how to mend. Harmless to print.

#include <cstdint>
#include <string>
#include <string_view>

namespace scalper {

// "expected ',' or '}' after a member, found 'x'", with advice where the byte is a well-known mistake.
[[nodiscard]] std::string json_unexpected(std::string_view wanted, char found);
// The word stopped being `true`, `false` or `null` at `found`.
[[nodiscard]] std::string json_broken_literal(std::string_view word, char found);
[[nodiscard]] std::string json_control_character(char found);
[[nodiscard]] std::string json_unknown_escape(char found);
// The text ends inside `what`, which began at `byte`.
[[nodiscard]] std::string json_cut_off(std::string_view what, std::uint64_t byte);

}  // namespace scalper
