#pragma once

#include <cstdint>
#include <mutex>

#include "base/time.h"

namespace scalper::lambda {

// How many bytes a second one file is read and checked at, as measured in this process. Thread-safe.
class ReadRate {
 public:
  // What is assumed before anything was measured.
  explicit ReadRate(double bytes_per_second) : bytes_per_ms_(bytes_per_second / 1000) {}

  // Files that are too small to tell are passed over.
  void measured(std::uint64_t bytes, Millis took);
  // How much of one file can be read in that time, with a quarter to spare.
  [[nodiscard]] std::uint64_t bytes_in(Millis time);

 private:
  std::mutex mutex_;
  double bytes_per_ms_;
};

}  // namespace scalper::lambda
