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
  // Of what was promised so many bytes are written now: the disk shows them, but nobody else counts them as on their
  // way through the gate yet.
  virtual void wrote(std::uint64_t bytes) = 0;
  // Ends a promise: `promised` bytes will not come, `written` ones are counted by whoever keeps them, or are gone.
  virtual void give_back(std::uint64_t promised, std::uint64_t written) = 0;
};

}  // namespace scalper
