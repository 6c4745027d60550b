#pragma once

#include <string>

#include "model/verdict.h"

namespace scalper {

// The text form of a whole verdict, as in reports. Bytes that are no UTF-8 appear escaped (base/escape.h).
[[nodiscard]] std::string verdict_to_json(const Verdict& verdict);

}  // namespace scalper
