#pragma once
// What the gate itself has to say of a file, beside the engine's findings. Pure.

#include <cstdint>

#include "model/verdict.h"
#include "ports/object_store.h"

namespace scalper {

// In front of the engine's findings; a valid verdict becomes unverifiable.
void add_remark(Verdict& verdict, Finding finding);

// The SHA-256 that an upload was ordered with (kOrderedSha256) is not that of the bytes that came: an error.
void compare_with_order(Verdict& verdict, const Metadata& metadata);

// No contract matches, and the set says that such files are quarantined.
[[nodiscard]] Finding contract_unmatched();

[[nodiscard]] Finding limit_crashes(std::uint32_t crashes);

// Of a file that is longer than the host can read in the time it has for one.
[[nodiscard]] Finding limit_time(std::uint64_t size, std::uint64_t largest);

}  // namespace scalper
