#pragma once
// Who AWS takes the caller for. Source: GetCallerIdentity (AWS STS API Reference); it needs no permission.

#include <string>

#include "adapters/aws/client/aws_client.h"
#include "base/result.h"

namespace scalper::aws {

struct CallerIdentity {
  std::string account;  // "111122223333"
  std::string arn;      // "arn:aws:sts::111122223333:assumed-role/role/session"
};

// Errors are the client's; kCorrupt: an answer without these.
[[nodiscard]] Result<CallerIdentity> caller_identity(AwsClient& client, const CallContext& context,
                                                     AwsRefusal* refusal = nullptr);

}  // namespace scalper::aws
