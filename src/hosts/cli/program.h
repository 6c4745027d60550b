#pragma once
// The program as a function: words in, exit code out.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "hosts/cli/arguments.h"
#include "hosts/cli/terminal.h"

namespace scalper::cli {

using Verb = std::function<int(const Arguments&, Terminal&)>;

// `words` without the program's name. `hosted`: verbs that another host carries out, by name. Nothing of ours throws;
// whatever a library threw all the same ends here as exit code 70.
[[nodiscard]] int run_program(const std::vector<std::string>& words, Terminal& terminal,
                              const std::map<std::string, Verb>& hosted, const std::string& version);

}  // namespace scalper::cli
