#pragma once
// fsync of one folder for many threads at once.

#include "adapters/local/posix.h"
#include "adapters/local/shared_rounds.h"

namespace scalper {

// Whoever asks while a sync runs waits for the next one, which serves all who wait: what each of them changed in the
// folder before it asked is durable when its call answers 0. Thread-safe.
class FolderSync {
 public:
  // 0, or minus errno: also where it was another's call that failed on behalf of this one.
  int sync(Posix& posix, const Fd& folder) {
    return rounds_.take_part([] {}, [] {}, [&] { return posix.sync(folder.get()); });
  }

 private:
  SharedRounds<int> rounds_;
};

}  // namespace scalper
