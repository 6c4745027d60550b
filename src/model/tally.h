#pragma once
// What statistics keep of one file, and how durations are kept: in slots of a fixed logarithmic scale, so that counts
// of any two times can be added and percentiles be told of the sum.

#include <array>
#include <cstdint>
#include <map>
#include <optional>

#include "base/time.h"
#include "model/file_record.h"

namespace scalper {

// One file's first verdict; what a review made of it later is not counted again.
struct Tally {
  FileStatus status = FileStatus::kValid;  // valid, invalid, unverifiable or failed
  WallTime at{};
  std::uint64_t bytes = 0;
  Millis arrival_to_verdict{0};
};

// Nothing where the record has no first verdict, or is none that counts: companions, folder placeholders.
[[nodiscard]] std::optional<Tally> tally_of(const FileRecord& record);

// Four slots an octave: slot 0 is 0 ms, slot n >= 1 from 2^((n-1)/4) up to 2^(n/4) ms.
[[nodiscard]] std::uint32_t duration_slot(Millis duration);
// The value that stands for all in the slot, the geometric middle: never further off than kSlotError of itself.
[[nodiscard]] double millis_of_slot(std::uint32_t slot);
inline constexpr double kSlotError = 0.0905;  // 2^(1/8) - 1
inline constexpr std::uint32_t kLastSlot = 128;

using SlotCounts = std::map<std::uint32_t, std::uint64_t>;
// The value below which the share `of` (0 to 1) of all lies; nothing where there are none.
[[nodiscard]] std::optional<double> percentile(const SlotCounts& counts, double of);

}  // namespace scalper
