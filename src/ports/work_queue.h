#pragma once
// A queue with visibility time-outs and dead letters; it imitates SQS standard queues: at least once, any order.
// Safe from many threads. Errors: kThrottled, kTimeout, kUnavailable, kCancelled, kInvalidArgument.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ports/call_context.h"

namespace scalper {

struct Delivery {
  std::string message_id;
  std::string receipt;  // of this delivery; void after the message was delivered again
  std::string body;     // at most 256 KiB
  std::uint32_t receive_count = 1;
  std::string traceparent = {};  // of who sent it, where the queue tells (base/trace_context.h)
};

struct DeadLetter {
  std::string message_id;
  std::string body;
  std::uint32_t receive_count = 0;
  std::optional<WallTime> died_at;  // nothing: the queue does not tell
};

struct QueueDepth {
  std::uint64_t visible = 0;
  std::uint64_t in_flight = 0;
  std::uint64_t dead = 0;
  // Of the oldest message that is not dead, 0 where there is none. Nothing: the queue does not tell.
  std::optional<Millis> oldest_age = Millis{0};
};

class WorkQueue {
 public:
  virtual ~WorkQueue() = default;

  [[nodiscard]] virtual Result<void> send(const CallContext&, const std::string& body, Millis delay) = 0;

  // Up to `limit` (1 to 10) visible messages, hidden for `visibility`. Waits for a first one until `wait` is over or
  // the stop token fires; an empty answer is no error. A message whose receive count passed the queue's maximum becomes
  // a dead letter instead.
  [[nodiscard]] virtual Result<std::vector<Delivery>> receive(const CallContext&, std::size_t limit, Millis visibility,
                                                              Millis wait) = 0;

  // From now on. kNotFound: the receipt is void.
  [[nodiscard]] virtual Result<void> extend(const CallContext&, const std::string& receipt, Millis visibility) = 0;
  // Done, never again. A void receipt is success.
  [[nodiscard]] virtual Result<void> acknowledge(const CallContext&, const std::string& receipt) = 0;
  // Back after `delay`. A void receipt is success.
  [[nodiscard]] virtual Result<void> give_back(const CallContext&, const std::string& receipt, Millis delay) = 0;

  [[nodiscard]] virtual Result<QueueDepth> depth(const CallContext&) = 0;
  // A queue that was given no place for dead letters answers kUnsupported to both.
  [[nodiscard]] virtual Result<std::vector<DeadLetter>> dead_letters(const CallContext&, std::size_t limit) = 0;
  // Puts up to `limit` dead letters back with a receive count of 0; says how many.
  [[nodiscard]] virtual Result<std::size_t> redrive(const CallContext&, std::size_t limit) = 0;
};

}  // namespace scalper
