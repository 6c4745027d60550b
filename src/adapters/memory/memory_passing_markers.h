#pragma once
// Passing markers in a map. Everything is gone with the process.

#include <map>
#include <mutex>

#include "ports/clock.h"
#include "ports/passing_markers.h"

namespace scalper {

class MemoryPassingMarkers final : public PassingMarkers {
 public:
  explicit MemoryPassingMarkers(Clock& clock) : clock_(clock) {}

  [[nodiscard]] Result<std::optional<PassingMarker>> get(const CallContext&, const std::string& name) override;
  [[nodiscard]] Result<void> put(const CallContext&, const std::string& name, const std::string& value,
                                 WallTime forget_at, std::uint64_t expected) override;

 private:
  // Called with mutex_ held.
  void forget_what_passed(WallTime now);

  Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, PassingMarker> markers_;
};

}  // namespace scalper
