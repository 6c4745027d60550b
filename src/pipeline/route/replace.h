#pragma once
// Fenced replacement at one output key. The upload id is the fence: an aborted upload can never be completed, so
// whoever comes next aborts the recorded one, looks, and only then copies - in this order and with nothing between.

#include "pipeline/claimed.h"

namespace scalper {

struct Replaced {
  enum class Kind : std::uint8_t {
    kDone,
    kOlder,      // a newer file of ours is there, or a tie
    kForeign,    // not ours, and other bytes
    kWithdrawn,  // no source any more
  };
  Kind kind = Kind::kDone;
  Target target;
};

// Puts the file at its output key in place of an older file of ours (or of identical bytes of anybody's), or there
// where nothing is.
[[nodiscard]] Result<Replaced> replace_older(Gate& gate, const CallContext& context, Claimed& claimed);

}  // namespace scalper
