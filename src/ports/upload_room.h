#pragma once
// Whether there is room for bytes that are about to come. Two adapters: a disk, and none where the store has no end.

#include <cstdint>

#include "base/result.h"

namespace scalper {

// Thread-safe.
class UploadRoom {
 public:
  virtual ~UploadRoom() = default;
  // Promises `bytes` to a sender, before they are read. kNoSpace: they would take what must stay free, or what is
  // promised already; the message says which bound and how much there is.
  [[nodiscard]] virtual Result<void> take(std::uint64_t bytes) = 0;
  // Ends a promise: the bytes are written, or will not come.
  virtual void give_back(std::uint64_t bytes) = 0;
};

}  // namespace scalper
