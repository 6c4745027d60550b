#pragma once
// What clamd says and what that means. Pure. (clamd(8), "COMMANDS": IDSESSION and INSTREAM.)

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ports/scanner.h"

namespace scalper {

struct ClamdAnswer {
  std::uint32_t id = 0;  // the number of the command in its session, from 1
  std::string text;      // as it came
};

// One answer of a session, "2: stream: OK". nullopt: it is none.
[[nodiscard]] std::optional<ClamdAnswer> parse_clamd_answer(std::string_view line);

// Of a file's bytes.
[[nodiscard]] ScanAnswer scan_answer(std::string_view text);

// A harmless file of 2 KiB beyond the recursion that any sensible clamd allows: gzip in gzip, 102 deep (its limit is 17
// unless MaxRecursion says else). With AlertExceedsMax the answer is a Heuristics.Limits.Exceeded; without it, or where
// archives are not looked into, it is OK: as it would be of a file that clamd gave up. `unique` is what nobody can have
// sent before: clamd remembers what it found clean, layer by layer, and goes no deeper there.
[[nodiscard]] std::string clamd_probe(std::string_view unique);

// Whether that answer to the probe says that clamd alerts where it gives up.
[[nodiscard]] bool alerts_beyond_limits(std::string_view text);

}  // namespace scalper
