#pragma once
// An object is a bucket, a key and a version id. Nothing that happens to another version concerns it.

#include <compare>
#include <cstdint>
#include <string>

#include "base/time.h"
#include "model/names.h"

namespace scalper {

struct ObjectRef {
  BucketName bucket;
  ObjectKey key;
  VersionId version;

  friend bool operator==(const ObjectRef&, const ObjectRef&) = default;
  friend std::strong_ordering operator<=>(const ObjectRef&, const ObjectRef&) = default;
};

// "An object was created." At least once, in any order, perhaps never.
struct ObjectEvent {
  ObjectRef ref;
  // Orders events of one key (S3: hexadecimal, compared after right-padding with zeros). Empty if the store has none.
  std::string sequencer;
  std::uint64_t size = 0;
  WallTime time{};
  std::string traceparent = {};  // of who sent the file, where that is known (base/trace_context.h)
};

}  // namespace scalper
