#pragma once

#include <string>
#include <string_view>

namespace scalper {

// The same JSON in plain ASCII: everything else becomes \uNNNN, so that no name can act on a terminal. `text` is
// well-formed JSON in UTF-8.
[[nodiscard]] std::string plain_json(std::string_view text);

}  // namespace scalper
