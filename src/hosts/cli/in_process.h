#pragma once
// The API of a gate that is put together in this process, asked by its operator.

#include <functional>
#include <string>

#include "api/reply.h"
#include "api/request.h"
#include "api/service.h"
#include "hosts/cli/http_client.h"

namespace scalper::cli {

// Whether to wait on; it does the waiting itself. Once it says no the answer is what there is.
using WaitOn = std::function<Result<bool>(const api::WaitFor&)>;

// One request and its whole answer, as a caller over HTTP would get it. kUnsupported: the answer is somewhere else.
[[nodiscard]] Result<Answer> ask_in_process(api::Service& service, api::RequestHead head, const std::string& body,
                                            const WaitOn& wait_on);

}  // namespace scalper::cli
