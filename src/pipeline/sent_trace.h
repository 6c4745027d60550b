#pragma once
// The trace that a sender gave a file along with its bytes.

#include <string>

#include "ports/object_store.h"

namespace scalper {

// The metadata `traceparent`; empty where there is none, or what is there is no traceparent.
[[nodiscard]] std::string traceparent_of(const Metadata& metadata);

}  // namespace scalper
