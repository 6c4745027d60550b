#pragma once
// The line that says how far reading many files has come.

#include <chrono>
#include <cstdint>

#include "hosts/cli/check_files.h"
#include "hosts/cli/terminal.h"

namespace scalper::cli {

struct ProgressLine {
  CheckProgress counters;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point shown{};

  // Nothing within the first second, then ten times a second at most.
  void show(Terminal& terminal);
};

}  // namespace scalper::cli
