#include "hosts/lambda/wait_slot.h"

#include <utility>

namespace scalper::lambda {
namespace {

constexpr int kLooks = 4;
// Between the end of a wait and the moment at which its place counts as left behind: clocks differ.
constexpr Millis kGrace{std::chrono::seconds{5}};
constexpr const char* kFree = "free";

std::string marker_of(int slot) { return "control#wait-" + std::to_string(slot); }

bool is_taken(const Marker& marker, WallTime now) {
  const auto until = parse_rfc3339(marker.value);
  return until && *until + kGrace > now;
}

}  // namespace

Result<std::optional<WaitSlot>> WaitSlot::take(Gate& gate, const CallContext& context, WallTime until) {
  const int first = static_cast<int>(gate.random() * kSlots);
  for (int look = 0; look < kLooks; ++look) {
    std::string name = marker_of((first + look) % kSlots);
    SCALPER_TRY_ASSIGN(const auto marker, gate.records.get_marker(context, name));
    if (marker && is_taken(*marker, gate.clock.wall_now())) continue;
    const std::uint64_t revision = marker ? marker->revision : 0;
    const auto written = gate.records.put_marker(context, name, format_rfc3339(until), revision);
    if (written.ok()) return std::optional(WaitSlot(std::move(name), revision + 1));
    if (!written.failed_with(ErrorCode::kPreconditionFailed)) return written.error().within("waiting for a file");
  }
  return std::optional<WaitSlot>{};
}

void WaitSlot::give_back(Gate& gate, const CallContext& context) const {
  [[maybe_unused]] const auto freed = gate.records.put_marker(context, marker_, kFree, revision_);
}

}  // namespace scalper::lambda
