#pragma once
// The cells of steps 0-9 x twelve faults, as tests/faults/cells.tsv names them.

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "adapters/decorators/fault_plan.h"

namespace scalper {

enum class CellFault : std::uint8_t {
  kFailBefore,
  kAppliedThenFail,
  kAppliedThenTimeout,
  kThrottled,
  k403,
  k404,
  k409,
  k412,
  kShortRead,
  kFlippedBit,
  kDeliveredTwice,
  kCrash,
};
inline constexpr std::array<std::string_view, 12> kCellFaultWords = {
    "fail_before", "applied_then_fail", "applied_then_timeout", "throttled",       "403",  "404", "409",
    "412",         "short_read",        "flipped_bit",          "delivered_twice", "crash"};

struct Cell {
  int step = 0;
  CellFault fault = CellFault::kFailBefore;
  friend auto operator<=>(const Cell&, const Cell&) = default;
};

using CellCounts = std::map<Cell, std::uint64_t>;

}  // namespace scalper
