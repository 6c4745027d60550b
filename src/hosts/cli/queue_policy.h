#pragma once
// What a queue's policy says of a service of AWS that is to send to it. Source: "IAM JSON policy elements: Condition
// operators" and "Global condition context keys" (IAM User Guide); "Granting permissions to publish event notification
// messages to a destination" (S3 User Guide).

#include <cstdint>
#include <string>
#include <string_view>

namespace scalper::cli {

struct Sending {
  enum class Right : std::uint8_t {
    kNone,
    kPerhaps,  // under a condition that cannot be judged from here
    kFor,      // for this source
    kAnybody,  // for this source, and for those of every other account: there is no condition
  };
  Right right = Right::kNone;
  std::string why;  // escaped: the condition that stands in the way, or may; empty: no statement speaks of it
};

// The best that any statement allows. `source`: the ARN of what sends, a bucket's; empty: some rule of EventBridge.
// `account`: whose it most likely is. Statements that deny are not looked at.
[[nodiscard]] Sending may_send(std::string_view policy, std::string_view service, std::string_view source,
                               std::string_view account);

}  // namespace scalper::cli
