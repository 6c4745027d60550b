#include "hosts/lambda/read_rate.h"

#include <algorithm>

namespace scalper::lambda {
namespace {

constexpr std::uint64_t kTelling = 16 << 20;  // bytes
constexpr double kWeight = 0.3;               // of a new measurement
constexpr double kUsed = 0.75;
constexpr double kFloor = 1.0 / 8;  // of what was assumed

}  // namespace

ReadRate::ReadRate(double bytes_per_second)
    : floor_(bytes_per_second / 1000 * kFloor), bytes_per_ms_(bytes_per_second / 1000) {}

void ReadRate::measured(std::uint64_t bytes, Millis took) {
  if (bytes < kTelling || took <= Millis{0}) return;
  const double now = static_cast<double>(bytes) / static_cast<double>(took.count());
  const std::lock_guard lock(mutex_);
  bytes_per_ms_ = std::max(floor_, bytes_per_ms_ + kWeight * (now - bytes_per_ms_));
}

std::uint64_t ReadRate::bytes_in(Millis time) {
  const std::lock_guard lock(mutex_);
  return static_cast<std::uint64_t>(std::max(0.0, bytes_per_ms_ * kUsed * static_cast<double>(time.count())));
}

}  // namespace scalper::lambda
