#include "adapters/aws/client/credentials/source_parts.h"

#include <algorithm>
#include <utility>

namespace scalper::aws {
namespace {

constexpr std::uint64_t kAnswerLimit = 64 << 10;
constexpr Millis kFirstPause{100};

ErrorCode code_of(int status) {
  if (status == 401 || status == 403 || status == 404) return ErrorCode::kPermissionDenied;
  if (status == 429) return ErrorCode::kThrottled;
  return status >= 500 ? ErrorCode::kUnavailable : ErrorCode::kInvalidArgument;
}

}  // namespace

Result<std::string> ask(const SourceParts& parts, const CallContext& context, HttpRequest request, const Asking& asking,
                        int* status) {
  request.answer_limit = kAnswerLimit;
  const std::string doing = "asking " + std::string(asking.source) + " for AWS credentials";
  Millis pause = kFirstPause;
  for (int left = asking.tries - 1;; --left) {
    CallContext limited = context;
    limited.deadline = std::min(context.deadline, parts.clock.mono_now() + asking.time_out);
    Result<AwsResponse> answer = parts.transport.send(limited, request);
    if (status != nullptr) *status = answer.ok() ? answer->status : 0;
    if (answer.ok() && answer->status == 200) return std::move(answer->body);
    Error error =
        answer.ok() ? Error(code_of(answer->status), "status " + std::to_string(answer->status)) : answer.error();
    const bool again = (answer.ok() || asking.again_without_answer) && is_retryable(error.code());
    if (!again || left <= 0 || context.stop.stop_requested() || parts.clock.mono_now() + pause >= context.deadline)
      return error.within(doing);
    parts.clock.sleep_until(context, parts.clock.mono_now() + pause);
    pause *= 2;
  }
}

}  // namespace scalper::aws
