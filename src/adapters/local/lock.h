#pragma once
// One gate a data folder, and a name for this run of it.

#include <string>

#include "adapters/local/posix.h"
#include "base/result.h"

namespace scalper {

// Holds `.scalper/lock` until it goes away, or the process ends in whatever way. While it is held no other process
// changes anything below `.scalper`, so every lease that another run wrote into a record is void.
class DataLock {
 public:
  // `dir`: the open folder .scalper. kAlreadyExists: the data folder is in use; the message names the process.
  [[nodiscard]] static Result<DataLock> take(Posix& posix, int dir);

 private:
  explicit DataLock(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

// "<boot id>.<pid>.<start time in clock ticks>": two runs on one machine never share it, not even after a restart of
// the machine (proc(5): sys/kernel/random/boot_id, field 22 of [pid]/stat). Owner tokens begin with it. Parts that
// /proc does not tell are 0.
[[nodiscard]] std::string run_name();

}  // namespace scalper
