#include "hosts/server/body_stream.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace scalper::server {
namespace {

constexpr std::chrono::milliseconds kLookAtStop{200};

}  // namespace

Result<std::size_t> BodyStream::read(const CallContext& context, MutableBytes into) {
  std::unique_lock lock(mutex_);
  if (piece_.empty() && !ended_ && !std::exchange(wanted_, true)) {  // the first time; else it is on its way
    lock.unlock();
    wake_();
    lock.lock();
  }
  while (piece_.empty() && !ended_) {
    if (context.stop.stop_requested()) return Error(ErrorCode::kCancelled, "stopping");
    came_.wait_for(lock, kLookAtStop);
  }
  if (piece_.empty()) {
    if (failed_) return *failed_;
    return std::size_t{0};
  }
  const std::size_t size = std::min(into.size(), piece_.size() - taken_);
  std::copy_n(piece_.begin() + static_cast<std::ptrdiff_t>(taken_), size, into.begin());
  taken_ += size;
  if (taken_ < piece_.size()) return size;
  piece_.clear();
  taken_ = 0;
  if (ended_) return size;
  wanted_ = true;  // one ahead, while the route works on this one
  lock.unlock();
  wake_();
  return size;
}

bool BodyStream::wants() const {
  const std::lock_guard lock(mutex_);
  return wanted_ && !ended_;
}

void BodyStream::put(std::vector<std::byte> piece) {
  {
    const std::lock_guard lock(mutex_);
    piece_ = std::move(piece);
    wanted_ = false;
  }
  came_.notify_one();
}

void BodyStream::end(std::optional<Error> why) {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    failed_ = std::move(why);
  }
  came_.notify_one();
}

}  // namespace scalper::server
