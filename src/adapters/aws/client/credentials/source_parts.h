#pragma once
// What sources of credentials work with, and how those ask that ask over HTTP.

#include "adapters/aws/client/credentials.h"
#include "adapters/aws/client/environment.h"
#include "adapters/aws/client/http_transport.h"
#include "ports/clock.h"

namespace scalper::aws {

// Borrowed: transport and clock outlive the sources.
struct SourceParts {
  Environment environment;
  HttpTransport& transport;
  Clock& clock;
};

struct Asking {
  std::string_view source;           // for messages: "the instance"
  Millis time_out{2000};             // of each try
  int tries = 3;                     // 5xx, 429 and broken answers are asked again
  bool again_without_answer = true;  // and so are time-outs and connections that fail
};

// The answer's body. kPermissionDenied: 401, 403, 404. kThrottled: 429. kUnavailable: 5xx. kInvalidArgument: any other
// status but 200. Else what the transport answers. No message repeats a header or a body. `status`, where given, is set
// to that of the last answer, 0 where there was none.
[[nodiscard]] Result<std::string> ask(const SourceParts& parts, const CallContext& context, HttpRequest request,
                                      const Asking& asking, int* status = nullptr);

}  // namespace scalper::aws
