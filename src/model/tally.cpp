#include "model/tally.h"

#include <algorithm>
#include <cmath>

namespace scalper {
namespace {

constexpr double kSlotsAnOctave = 4;

bool counts(FileStatus status) {
  return status == FileStatus::kValid || status == FileStatus::kInvalid || status == FileStatus::kUnverifiable ||
         status == FileStatus::kFailed;
}

}  // namespace

std::optional<Tally> tally_of(const FileRecord& record) {
  Tally tally;
  tally.bytes = record.size;
  if (!record.history.empty() && record.history.front().epoch == 0) {
    tally.status = record.history.front().status;
    tally.at = record.history.front().at;
  } else if (record.epoch == 0 && record.final_at) {
    tally.status = record.status;
    tally.at = *record.final_at;
  } else {
    return std::nullopt;  // its first verdict is forgotten: fifty reviews came after it
  }
  if (!counts(tally.status)) return std::nullopt;
  tally.arrival_to_verdict = std::max(Millis{0}, tally.at - record.received_at);
  return tally;
}

std::uint32_t duration_slot(Millis duration) {
  if (duration.count() < 1) return 0;
  const double octaves = std::log2(static_cast<double>(duration.count()));
  return std::min(kLastSlot, 1 + static_cast<std::uint32_t>(std::floor(kSlotsAnOctave * octaves)));
}

double millis_of_slot(std::uint32_t slot) {
  return slot == 0 ? 0 : std::exp2((static_cast<double>(slot) - 0.5) / kSlotsAnOctave);
}

std::optional<double> percentile(const SlotCounts& counts, double of) {
  std::uint64_t all = 0;
  for (const auto& [slot, count] : counts) all += count;
  if (all == 0) return std::nullopt;
  const auto wanted = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(of * static_cast<double>(all))));
  std::uint64_t below = 0;
  for (const auto& [slot, count] : counts)
    if ((below += count) >= wanted) return millis_of_slot(slot);
  return millis_of_slot(counts.rbegin()->first);
}

}  // namespace scalper
