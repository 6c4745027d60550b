#pragma once
// The handler `api`: one request of API Gateway onto the REST API.

#include <functional>
#include <string>
#include <string_view>

#include "api/service.h"
#include "base/result.h"

namespace scalper::lambda {

// Always an answer with a status, also for what went wrong inside; an Error only for an event that is no request.
// Nothing but GET /v1/health is answered to callers whom no authorizer of the gateway knows. Waits for files by asking
// again, 20 s at most, and with a WaitSlot, else it is 429 with Retry-After. `before_changes` comes before whatever is
// no GET; its Error is the answer then. Null: nothing.
[[nodiscard]] Result<std::string> handle_api(api::Service& service, std::string_view payload,
                                             const CallContext& context,
                                             const std::function<Result<void>()>& before_changes = nullptr);

}  // namespace scalper::lambda
