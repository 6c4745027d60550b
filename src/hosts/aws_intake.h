#pragma once
// From messages as AWS delivers them to files that can be claimed.

#include <cstddef>
#include <vector>

#include "hosts/aws_batch_queue.h"
#include "pipeline/gate.h"

namespace scalper::aws {

struct IntakeOptions {
  unsigned threads = 1;
  bool needs_sizes = false;  // ask the store for those that an event does not say
};

// Reads each message and adds it to the batch: with its files, the current version looked up where the event says none;
// or as refused, with the reason in the log, to come again after a jittered back-off. What names no file (tests of
// notifications, deletions, keys without an object) is passed over; says how many.
[[nodiscard]] std::size_t take_in(Gate& gate, const CallContext& context, const std::vector<Delivery>& messages,
                                  const IntakeOptions& options, BatchQueue& batch);

}  // namespace scalper::aws
