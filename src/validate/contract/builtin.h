#pragma once

#include <string_view>

namespace scalper::grammar {

// What the built-in contract says, as if it were written; its digest is that of this text. A test holds it against the
// defaults of ContractSettings.
[[nodiscard]] std::string_view builtin_text();

}  // namespace scalper::grammar
