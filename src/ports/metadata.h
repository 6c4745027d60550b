#pragma once

#include <cstddef>
#include <string_view>

#include "ports/object_store.h"

namespace scalper {

// Names and values of one object's user metadata together (S3: "Working with object metadata").
inline constexpr std::size_t kMaxMetadataBytes = 2048;

[[nodiscard]] inline std::size_t metadata_bytes(const Metadata& metadata) {
  std::size_t sum = 0;
  for (const auto& [name, value] : metadata) sum += name.size() + value.size();
  return sum;
}

// Names that only we write: a sender's own ones would pass for ours, and say which file of a key is the newest.
inline constexpr std::string_view kOurNames = "scalper-";

// What a copy carries: all of `ours`, and of the source's own what fits beside it, in the order of names, but for names
// that begin with kOurNames.
[[nodiscard]] inline Metadata merge_metadata(const Metadata& own, const Metadata& ours) {
  Metadata merged = ours;
  std::size_t sum = metadata_bytes(ours);
  for (const auto& [name, value] : own) {
    const std::size_t size = name.size() + value.size();
    if (name.starts_with(kOurNames) || merged.contains(name) || sum + size > kMaxMetadataBytes) continue;
    merged.emplace(name, value);
    sum += size;
  }
  return merged;
}

}  // namespace scalper
