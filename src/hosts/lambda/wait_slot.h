#pragma once
// A request that waits for a file holds a whole function for up to 20 s. How many do so at once is bounded over all
// functions of the pipeline: each takes one of a few places, which are markers beside the records.

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "pipeline/gate.h"

namespace scalper::lambda {

class WaitSlot {
 public:
  static constexpr int kSlots = 16;

  // Takes a place until then: a place whose owner was cut off is free again a few seconds later. nullopt: those that
  // were looked at are taken. Looks at some of them only, so that a refusal is cheap; it may be refused a little before
  // all are taken. Errors are those of the record store.
  [[nodiscard]] static Result<std::optional<WaitSlot>> take(Gate& gate, const CallContext& context, WallTime until);

  // Best effort: a place that could not be given back is free when its time is over.
  void give_back(Gate& gate, const CallContext& context) const;

 private:
  WaitSlot(std::string marker, std::uint64_t revision) : marker_(std::move(marker)), revision_(revision) {}

  std::string marker_;
  std::uint64_t revision_;
};

}  // namespace scalper::lambda
