#pragma once
// The sweep finds what no event announced and finishes what a crash left. Idempotent, safe beside live traffic, the
// same code on both hosts. Backfill takes over what is older than the gate; audit compares stores and records whole.

#include <cstdint>
#include <string>

#include "pipeline/gate.h"

namespace scalper {

struct SweepReport {
  std::uint64_t listed = 0;     // input versions looked at
  std::uint64_t announced = 0;  // had no record: `received` written and queued
  std::uint64_t requeued = 0;   // not final, nobody works on them
  std::uint64_t finished = 0;   // final, steps 7 and 8 made up for
  std::uint64_t withdrawn = 0;  // below a delete marker, never claimed
  std::uint64_t reopened = 0;   // picked up from the open index
  bool complete = false;        // false: goes on from its cursor next time

  [[nodiscard]] std::uint64_t findings() const { return announced + requeued + finished + reopened; }
};

// One pass over the input versions and the open index, within the context's deadline. Goes on where the last one
// stopped. An Error: a store did not answer, or (after all others were looked after) files that could not be finished.
[[nodiscard]] Result<SweepReport> sweep(Gate& gate, const CallContext& context);

struct BackfillReport {
  std::uint64_t listed = 0;
  std::uint64_t taken = 0;  // would be, in a dry run
  std::uint64_t known = 0;  // had a record
};

// Takes over current versions below `prefix` however old they are.
[[nodiscard]] Result<BackfillReport> backfill(Gate& gate, const CallContext& context, const std::string& prefix,
                                              bool dry_run);

}  // namespace scalper
