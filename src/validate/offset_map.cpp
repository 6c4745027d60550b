#include "validate/offset_map.h"

#include <algorithm>

namespace scalper {

std::optional<std::uint64_t> OffsetMap::received(std::uint64_t utf8) const {
  const auto behind = std::upper_bound(runs_.begin(), runs_.end(), utf8,
                                       [](std::uint64_t wanted, const Run& run) { return wanted < run.utf8; });
  if (behind == runs_.begin())
    return runs_.empty() && utf8 == 0 ? std::optional<std::uint64_t>(received_) : std::nullopt;
  const Run& run = *(behind - 1);
  return run.received + (utf8 - run.utf8) / run.utf8_size * run.received_size;
}

}  // namespace scalper
