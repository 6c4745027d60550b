#pragma once
// Help and completion, made from the table of verbs.

#include <string>
#include <string_view>

#include "hosts/cli/verbs.h"

namespace scalper::cli {

[[nodiscard]] std::string program_help();
[[nodiscard]] std::string verb_help(const VerbSpec& verb);
// Of verbs that share their first word; `word` is one of those.
[[nodiscard]] std::string family_help(std::string_view word);
// `shell`: bash, zsh or fish; empty for any other.
[[nodiscard]] std::string completion_script(std::string_view shell);

}  // namespace scalper::cli
