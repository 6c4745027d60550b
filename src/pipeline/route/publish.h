#pragma once
// Steps 4 and 5: the judged bytes at their target, exactly once as far as any record will ever say.

#include "pipeline/claimed.h"

namespace scalper {

struct Published {
  enum class Kind : std::uint8_t {
    kDone,
    kWithdrawn,  // neither the source nor a copy of ours is there
    kConflict,   // something that is not ours holds the output key
  };
  Kind kind = Kind::kDone;
  Target target;  // kDone: with version and etag
};

// Publishes the claimed, decided file at its planned target, which may change to the name beside a newer version of the
// same key (written to the record first). "Is mine there?" comes before every try that is not the first certain one.
[[nodiscard]] Result<Published> publish(Gate& gate, const CallContext& context, Claimed& claimed);

}  // namespace scalper
