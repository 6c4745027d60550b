#pragma once

#include <string>

#include "adapters/aws/client/aws_client.h"

namespace scalper::aws {

// What a request asks for, in the words of logs and errors: "dynamodb PutItem", "s3 PUT ?uploadId", "sns Publish".
// Names no bucket and no key.
[[nodiscard]] std::string operation_of(const AwsRequest& request);

}  // namespace scalper::aws
