#pragma once

#include <string>

#include "model/finding.h"

namespace scalper {

// The place of a finding as every text for people shows it, from outside in, in brackets and with a space before them:
// " (in a.zip, line 8, row 7, column "total", at "/a/0", byte 258)". Empty if nothing is known of it. Escaped.
[[nodiscard]] std::string location_text(const Location& location);

}  // namespace scalper
