#pragma once

#include <optional>

#include "pipeline/claimed.h"

namespace scalper {

// "Is mine there?": our id and epoch among the versions of the target key since the source's own last-modified, also
// behind a delete marker. Found = published: verify that version, never copy again.
[[nodiscard]] Result<std::optional<ObjectInfo>> look_for_mine(Gate& gate, const CallContext& context,
                                                              const FileRecord& record, const Target& target);

// Success: the source version is seen to be gone. A copy that misses it may be wrong (a bucket that is gone answers the
// same, and so may a store that lags): kUnavailable where it is there.
[[nodiscard]] Result<void> see_source_gone(Gate& gate, const CallContext& context, const FileRecord& record);

}  // namespace scalper
