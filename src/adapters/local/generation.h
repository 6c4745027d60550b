#pragma once
// A generation names one arrival of bytes: a UUID of version 7 (RFC 9562, section 5.7). It is the version id of local
// objects. Later ones are greater as text, also within a millisecond and when the clock was set back; so is the time
// that they tell, which decides what is newer in output: from a clock that was set back on, each is a millisecond
// later.

#include <cstdint>
#include <mutex>
#include <random>
#include <string>
#include <string_view>

#include "base/time.h"

namespace scalper {

// 36 characters, lower case, version and variant as they must be. Guards every place where a version id from a message
// becomes a file name.
[[nodiscard]] bool is_generation(std::string_view text);

// The time that it tells, of one that is_generation(). Not before the clock's at its making.
[[nodiscard]] WallTime time_of_generation(std::string_view generation);

// Thread-safe.
class Generations {
 public:
  Generations();
  [[nodiscard]] std::string next(WallTime now);
  // What next() gives from now on is greater than `seen`, which is_generation().
  void after(std::string_view seen);

 private:
  std::mutex mutex_;
  std::mt19937_64 random_;
  std::uint64_t last_ = 0;  // milliseconds in the upper 48 of 60 bits, a counter in the lower 12
};

}  // namespace scalper
