#pragma once
// Small named values that are forgotten by themselves: answers kept for a day, places taken for a minute. Safe from
// many threads, strongly consistent.
//
// Errors: kPreconditionFailed (another revision), kInvalidArgument (a name or value that is too long), kThrottled,
// kTimeout, kUnavailable, kNoSpace, kCorrupt, kCancelled.

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "ports/call_context.h"

namespace scalper {

inline constexpr std::size_t kMaxPassingName = 1024;
inline constexpr std::size_t kMaxPassingValue = std::size_t{256} * 1024;

struct PassingMarker {
  std::string value;
  std::uint64_t revision = 0;
  WallTime forget_at{};
};

class PassingMarkers {
 public:
  virtual ~PassingMarkers() = default;

  // Nothing from `forget_at` on, by the clock of who asks, whether or not the store keeps it still.
  [[nodiscard]] virtual Result<std::optional<PassingMarker>> get(const CallContext&, const std::string& name) = 0;

  // `expected`: revision of the marker that is replaced, 0 = there is none whose time is not over. The new revision is
  // expected + 1. A `forget_at` that is past forgets it at once.
  // kTimeout, kUnavailable: it may have been written.
  [[nodiscard]] virtual Result<void> put(const CallContext&, const std::string& name, const std::string& value,
                                         WallTime forget_at, std::uint64_t expected) = 0;
};

// What every adapter refuses alike.
[[nodiscard]] inline Result<void> check_passing(const std::string& name, const std::string& value) {
  if (name.empty() || name.size() > kMaxPassingName)
    return Error(ErrorCode::kInvalidArgument, "a passing marker's name has 1 to 1,024 bytes");
  if (value.size() > kMaxPassingValue)
    return Error(ErrorCode::kInvalidArgument, "a passing marker's value is larger than 256 KiB");
  return {};
}

}  // namespace scalper
