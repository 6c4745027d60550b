#pragma once
// Where log lines end: a file that is turned over by size, or a descriptor that is there already (standard output, for
// systemd's journal and containers).

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"

namespace scalper {

// Belongs to one thread.
class LogSink {
 public:
  virtual ~LogSink() = default;
  // All of it or an Error: then a part may be out. Waits while a reader is slow, until `give_up` fires (kCancelled).
  [[nodiscard]] virtual Result<void> write(std::string_view lines, const std::stop_token& give_up) = 0;
};

struct LogFileLimits {
  std::uint64_t bytes = std::uint64_t{16} << 20;  // of one file; then it is turned over
  int kept = 4;                                   // older ones beside it: NAME.1 is the newest
};

// Appends to `path`, made with mode 0640 where it is not there. A full file is renamed to `path`.1, that to `path`.2
// and so on; the oldest goes. A file that somebody else renamed or removed is made anew with the next write.
[[nodiscard]] Result<std::unique_ptr<LogSink>> open_log_file(const std::string& path, LogFileLimits limits = {});

// `fd` stays the caller's, open for as long as the sink lives. A pipe that nobody reads blocks nobody but the writer.
[[nodiscard]] std::unique_ptr<LogSink> log_to_descriptor(int fd);

}  // namespace scalper
