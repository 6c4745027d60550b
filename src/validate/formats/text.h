#pragma once
// Plain text: UTF-8, byte order mark, control characters, length of lines. Codes: text.*, encoding.utf8.
//
// The first bad sequence of UTF-8 is the last finding of encoding.utf8: what follows it has no certain characters.
// Lines end with LF; a CR before it counts as part of the end.

#include <memory>

#include "validate/checker.h"

namespace scalper {

// `layer` outlives the checker.
[[nodiscard]] std::unique_ptr<Checker> make_text_checker(const Layer& layer);

}  // namespace scalper
