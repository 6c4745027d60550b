#include "adapters/local/folder_sync.h"

namespace scalper {

int FolderSync::sync(Posix& posix, const Fd& folder) {
  std::unique_lock lock(mutex_);
  const std::uint64_t mine = begun_ + 1;  // the first that begins after this moment
  while (finished_ < mine) {
    if (running_) {
      over_.wait(lock);
      continue;
    }
    running_ = true;
    const std::uint64_t round = ++begun_;
    lock.unlock();
    const int code = posix.sync(folder.get());
    lock.lock();
    running_ = false;
    finished_ = round;
    if (code < 0) {
      failed_ = round;
      code_ = code;
    }
    over_.notify_all();
  }
  return failed_ >= mine ? code_ : 0;
}

}  // namespace scalper
