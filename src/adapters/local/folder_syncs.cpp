#include "adapters/local/folder_syncs.h"

namespace scalper {

int FolderSyncs::sync(Posix& posix, const Fd& folder) {
  FileStat st;
  if (const int code = posix.stat(folder.get(), st); code < 0) return code;
  const FileIdentity identity = identity_of(st);
  Shared* shared = nullptr;
  {
    const std::lock_guard lock(mutex_);
    auto& slot = shared_[identity];
    if (!slot) slot = std::make_unique<Shared>();
    shared = slot.get();
    ++shared->users;
  }
  const int code = shared->sync.sync(posix, folder);
  const std::lock_guard lock(mutex_);
  if (--shared->users == 0) shared_.erase(identity);
  return code;
}

}  // namespace scalper
