#include "adapters/memory/memory_passing_markers.h"

#include "ports/may_begin.h"

namespace scalper {

Result<std::optional<PassingMarker>> MemoryPassingMarkers::get(const CallContext& context, const std::string& name) {
  SCALPER_TRY(may_begin(context, clock_));
  const std::lock_guard lock(mutex_);
  forget_what_passed(clock_.wall_now());
  const auto found = markers_.find(name);
  if (found == markers_.end()) return std::optional<PassingMarker>{};
  return std::optional<PassingMarker>{found->second};
}

Result<void> MemoryPassingMarkers::put(const CallContext& context, const std::string& name, const std::string& value,
                                       WallTime forget_at, std::uint64_t expected) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY(check_passing(name, value));
  const std::lock_guard lock(mutex_);
  forget_what_passed(clock_.wall_now());
  const auto found = markers_.find(name);
  const std::uint64_t revision = found == markers_.end() ? 0 : found->second.revision;
  if (revision != expected) return Error(ErrorCode::kPreconditionFailed, "the marker has another revision");
  markers_.insert_or_assign(name, PassingMarker{value, expected + 1, forget_at});
  return {};
}

void MemoryPassingMarkers::forget_what_passed(WallTime now) {
  std::erase_if(markers_, [now](const auto& marker) { return marker.second.forget_at <= now; });
}

}  // namespace scalper
