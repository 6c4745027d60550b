#pragma once
// Stops a gate that gets more files than anybody planned to pay for.

#include <cstdint>

#include "base/result.h"
#include "pipeline/gate.h"
#include "ports/statistics.h"

namespace scalper {

struct VolumeGuard {
  Statistics* statistics = nullptr;
  std::uint64_t max_files_per_hour = 0;  // 0: no limit, and nobody is asked

  // Pauses the gate where more files than that ended within the last hour, by whole minutes; those that ended before it
  // was last resumed do not count again. True if it was paused now. An Error of the statistics leaves it as it is.
  [[nodiscard]] Result<bool> look(Gate& gate, const CallContext& context) const;
};

}  // namespace scalper
