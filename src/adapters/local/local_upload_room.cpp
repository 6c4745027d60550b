#include "adapters/local/local_upload_room.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <string>

namespace scalper {
namespace {

constexpr std::uint64_t kShare = 20;  // a twentieth stays free
constexpr std::uint64_t kMostReserve = std::uint64_t{1} << 30U;

Error full(const std::string& why) { return {ErrorCode::kNoSpace, why}; }

}  // namespace

Result<void> LocalUploadRoom::take(std::uint64_t bytes) {
  struct statvfs disk {};
  int code = 0;
  do {
    code = ::fstatvfs(folder_.staging.get(), &disk);
  } while (code != 0 && errno == EINTR);
  if (code != 0) return posix_error(-errno, "asking how much of the disk is free");
  const std::uint64_t free = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  const std::uint64_t all = std::uint64_t{disk.f_blocks} * disk.f_frsize;
  const std::uint64_t reserve = limits_.reserve.value_or(std::min(all / kShare, kMostReserve));
  const std::uint64_t staged = staged_();
  const std::lock_guard lock(mutex_);
  const std::uint64_t taken = reserve > UINT64_MAX - promised_ ? UINT64_MAX : reserve + promised_;
  if (taken > free || bytes > free - taken)
    return full("the disk has " + std::to_string(free) + " bytes free, of which " + std::to_string(reserve) +
                " stay free and " + std::to_string(promised_) + " are promised to other uploads");
  const std::uint64_t coming = promised_ + written_;
  const std::uint64_t held = staged > UINT64_MAX - coming ? UINT64_MAX : staged + coming;
  if (held > limits_.most_staged || bytes > limits_.most_staged - held)
    return full("as many bytes of uploads are on their way through the gate as may be at once (" +
                std::to_string(limits_.most_staged) + ")");
  promised_ += bytes;
  return {};
}

void LocalUploadRoom::wrote(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t moved = std::min(bytes, promised_);
  promised_ -= moved;
  written_ += moved;
}

void LocalUploadRoom::give_back(std::uint64_t promised, std::uint64_t written) {
  const std::lock_guard lock(mutex_);
  promised_ -= std::min(promised, promised_);
  written_ -= std::min(written, written_);
}

}  // namespace scalper
