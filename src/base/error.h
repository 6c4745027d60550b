#pragma once
// Errors are values. A bad *file* is never an Error: it is a Verdict. An Error says that something could not be done,
// and it always travels up to whatever triggered the work (queue message, HTTP request, exit code).

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace scalper {

// Only adapters choose the code; everything above passes it on.
enum class ErrorCode : std::uint8_t {
  kNotFound,            // the object, version, record or message is not there
  kAlreadyExists,       // a create-only call found something at its place
  kPreconditionFailed,  // a condition of a conditional call did not hold; nothing was changed
  kInvalidArgument,     // the call can never succeed as it was made
  kPermissionDenied,
  kThrottled,    // slow down and come again
  kTimeout,      // no definite answer in time: the effect may have happened, or may still happen
  kCancelled,    // the stop token fired
  kUnavailable,  // the other side is there but cannot answer; the effect may have happened
  kNoSpace,
  kUnsupported,  // the adapter declared that it lacks this capability; nothing was changed
  kCorrupt,      // bytes or a database are not what was written
  kInternal,     // a defect, or memory exhausted
};

// The stable snake_case word of a code, as used in logs and API problems.
[[nodiscard]] std::string_view to_string(ErrorCode code);

class [[nodiscard]] Error {
 public:
  Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}

  [[nodiscard]] ErrorCode code() const { return code_; }
  // One sentence without secrets. Text that came from a file or a sender is escaped before it gets in here.
  [[nodiscard]] const std::string& message() const { return message_; }

  // Adds what was being done, once per layer: "reading object: connection reset".
  [[nodiscard]] Error within(std::string_view doing) const;

 private:
  ErrorCode code_;
  std::string message_;
};

// Whether the same call may succeed when it is made again without any change. The one place that says so.
[[nodiscard]] bool is_retryable(ErrorCode code);

// Whether a call that ended with this code may have taken effect all the same, now or later.
[[nodiscard]] bool is_ambiguous(ErrorCode code);

}  // namespace scalper
