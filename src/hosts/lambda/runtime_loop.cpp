#include "hosts/lambda/runtime_loop.h"

#include <exception>
#include <new>
#include <utility>
#include <variant>

#include "base/escape.h"

namespace scalper::lambda {
namespace {

constexpr int kNextTries = 5;
constexpr Millis kFirstPause{10};  // doubled before each try
// Of an event that does not say when its time is up: short, so that files are handed back rather than cut off.
constexpr Millis kUnsaidTime{std::chrono::seconds{60}};
constexpr std::size_t kExceptionChars = 300;

// Both clocks are asked anew for each event: the process may have been frozen for hours before it.
CallContext context_of(const Invocation& invocation, Clock& clock) {
  CallContext context;
  const Millis left = invocation.deadline ? *invocation.deadline - clock.wall_now() : kUnsaidTime;
  context.deadline = clock.mono_now() + left;
  context.correlation_id = invocation.request_id;
  return context;
}

using Ended = std::variant<std::string, Failure>;

// The last barrier: what a library throws fails this event and no other.
Ended handled(const Handler& handler, const Invocation& invocation, const CallContext& context) {
  try {
    auto answer = handler(invocation, context);
    if (answer.ok()) return *std::move(answer);
    return failure_of(answer.error());
  } catch (const std::bad_alloc&) {
    return Failure{"Runtime.OutOfMemory", "memory is exhausted; give the function more, or smaller batches"};
  } catch (const std::exception& thrown) {
    return Failure{"Runtime.Exception", escape_text(thrown.what(), kExceptionChars)};
  } catch (...) {
    return Failure{"Runtime.Exception", "something that is no std::exception was thrown"};
  }
}

void say(Telemetry& telemetry, LogLevel level, const char* event, const Invocation& invocation,
         const std::string& error) {
  telemetry.log({level, event, {{"request_id", invocation.request_id}, {"error", error}}});
}

// An answer that is too large is an error of the invocation; one that could not be told is only logged: whoever waits
// for it sees the time-out, and the event comes again.
void answer(RuntimeClient& runtime, Telemetry& telemetry, const Invocation& invocation, Ended ended) {
  Result<Taken> taken = Taken::kYes;
  if (const auto* const body = std::get_if<std::string>(&ended)) {
    taken = runtime.respond(invocation.request_id, *body);
    if (taken.failed_with(ErrorCode::kInvalidArgument)) ended = failure_of(taken.error());
  }
  if (const auto* const failure = std::get_if<Failure>(&ended)) {
    say(telemetry, LogLevel::kError, "invocation_failed", invocation, failure->type + ": " + failure->message);
    taken = runtime.fail(invocation.request_id, *failure);
  }
  if (!taken.ok()) {
    say(telemetry, LogLevel::kError, "answer_not_taken", invocation, taken.error().message());
  } else if (*taken == Taken::kTooLate) {
    say(telemetry, LogLevel::kWarning, "answer_too_late", invocation, "nobody waits for this answer any more");
  }
}

}  // namespace

Error run_loop(RuntimeClient& runtime, Clock& clock, Telemetry& telemetry, const Handler& handler,
               const LoopHooks& hooks) {
  Error last{ErrorCode::kUnavailable, "Runtime API: not asked"};
  int tries = 0;
  while (tries < kNextTries) {
    auto invocation = runtime.next();
    if (!invocation.ok()) {
      last = invocation.error();
      if (++tries < kNextTries) clock.sleep_until({}, clock.mono_now() + kFirstPause * (1 << tries));
      continue;
    }
    tries = 0;
    if (hooks.before) hooks.before(*invocation);
    Ended ended = handled(handler, *invocation, context_of(*invocation, clock));
    if (hooks.after) hooks.after(*invocation);
    answer(runtime, telemetry, *invocation, std::move(ended));
  }
  return last.within("the Runtime API is gone");
}

}  // namespace scalper::lambda
