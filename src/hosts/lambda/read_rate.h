#pragma once

#include <cstdint>
#include <mutex>

#include "base/time.h"

namespace scalper::lambda {

// How many bytes a second one file is read and checked at, as measured in this process. Thread-safe.
class ReadRate {
 public:
  // What is assumed before anything was measured.
  explicit ReadRate(double bytes_per_second);

  // Files that are too small to tell are passed over. However slow, the rate falls to an eighth of what was assumed and
  // no further: files that seem too long are not read, and what is not read is never measured again.
  void measured(std::uint64_t bytes, Millis took);
  // How much of one file can be read in that time, with a quarter to spare.
  [[nodiscard]] std::uint64_t bytes_in(Millis time);

 private:
  std::mutex mutex_;
  const double floor_;
  double bytes_per_ms_;
};

}  // namespace scalper::lambda
