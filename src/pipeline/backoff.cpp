#include "pipeline/backoff.h"

#include <algorithm>

namespace scalper {

Millis backoff(const Gate& gate, std::uint32_t attempt, Millis base, Millis cap) {
  const std::uint32_t doublings = std::min(attempt, 20U);
  const Millis step = std::min(base * (std::int64_t{1} << doublings), cap);
  const auto part = static_cast<std::int64_t>(gate.random() * static_cast<double>(step.count()));
  return std::max(Millis{part}, step / 10);
}

}  // namespace scalper
