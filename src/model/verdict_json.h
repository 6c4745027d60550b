#pragma once

#include <string>

#include "model/verdict.h"

namespace scalper {

// The text form of a whole verdict, as in reports. Text that is no UTF-8 stands escaped, with its bytes beside it.
[[nodiscard]] std::string verdict_to_json(const Verdict& verdict);

}  // namespace scalper
