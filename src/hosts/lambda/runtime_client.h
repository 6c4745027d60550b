#pragma once
// The Lambda Runtime API (AWS Lambda developer guide, "Using the Lambda runtime API for custom runtimes", version
// 2018-06-01): the next event in, its answer or its error out. Tolerant towards what imitates it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "hosts/lambda/plain_http.h"

namespace scalper::lambda {

// The largest answer that Lambda takes.
inline constexpr std::size_t kMaxAnswer = 6291556;

struct Invocation {
  std::string request_id;
  std::string payload;               // JSON, as it came
  std::optional<WallTime> deadline;  // of the function's time-out; absent: it was not said
  std::string trace_id;              // X-Ray's; empty: none
  std::string function_arn;          // with version or alias; empty: none
};

// What is told of an invocation, or of a start, that failed. Escaped, without secrets.
struct Failure {
  std::string type;  // "Scalper.unavailable"
  std::string message;
};
[[nodiscard]] Failure failure_of(const Error& error);

enum class Taken : std::uint8_t {
  kYes,
  kTooLate,  // 400 or 403: nobody waits for it any more, or it was taken before
};

// For one thread.
class RuntimeClient {
 public:
  explicit RuntimeClient(const RuntimeAddress& address)
      : http_(address), prefix_(address.path + "/2018-06-01/runtime") {}

  // Blocks until there is an event: hours, and through any freeze. kUnavailable, kCorrupt, kTimeout: none came; a
  // further try may bring one, also the same again.
  [[nodiscard]] Result<Invocation> next();

  // Both are made again, a few times, where no answer came. kInvalidArgument: the body is longer than kMaxAnswer, or
  // was refused as too large; tell fail() instead. Others: the Runtime API does not answer.
  [[nodiscard]] Result<Taken> respond(const std::string& request_id, std::string_view body);
  [[nodiscard]] Result<Taken> fail(const std::string& request_id, const Failure& failure);

  // The start failed: the last word before the process ends.
  [[nodiscard]] Result<void> fail_init(const Failure& failure);

 private:
  [[nodiscard]] Result<Taken> tell(const std::string& path, std::string_view body, const std::string& error_type);

  PlainHttp http_;
  std::string prefix_;
};

}  // namespace scalper::lambda
