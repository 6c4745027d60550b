#pragma once

#include <string>

namespace scalper {

// Of the program, as CMakeLists.txt states it: "1.2.3".
[[nodiscard]] std::string program_version();

}  // namespace scalper
