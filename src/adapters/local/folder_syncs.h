#pragma once
// FolderSync for folders that come and go: inbox folders and those of published keys.

#include <map>
#include <memory>
#include <mutex>

#include "adapters/local/folder_sync.h"

namespace scalper {

// Thread-safe. Who syncs the same folder at the same time shares the call, by whatever descriptor.
class FolderSyncs {
 public:
  // 0, or minus errno.
  int sync(Posix& posix, const Fd& folder);

 private:
  struct Shared {
    FolderSync sync;
    std::size_t users = 0;
  };
  std::mutex mutex_;
  std::map<FileIdentity, std::unique_ptr<Shared>> shared_;  // only those that somebody syncs now
};

}  // namespace scalper
