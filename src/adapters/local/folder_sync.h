#pragma once
// fsync of one folder for many threads at once.

#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "adapters/local/posix.h"

namespace scalper {

// Whoever asks while a sync runs waits for the next one, which serves all who wait: what each of them changed in the
// folder before it asked is durable when its call answers 0. Thread-safe.
class FolderSync {
 public:
  // 0, or minus errno: also where it was another's call that failed on behalf of this one.
  int sync(Posix& posix, const Fd& folder);

 private:
  std::mutex mutex_;
  std::condition_variable over_;
  bool running_ = false;
  std::uint64_t begun_ = 0;
  std::uint64_t finished_ = 0;
  std::uint64_t failed_ = 0;  // the last one that did
  int code_ = 0;              // and how
};

}  // namespace scalper
