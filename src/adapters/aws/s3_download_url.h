#pragma once

#include <chrono>
#include <string>

#include "adapters/aws/client/aws_client.h"
#include "model/object_ref.h"

namespace scalper::aws {

// A signed URL of a GET of this very version, which S3 answers as a download: with that Content-Disposition, as plain
// bytes, not to be stored. What the caller may do with it is what this process may do: s3:GetObjectVersion there.
[[nodiscard]] Result<std::string> download_url(AwsClient& client, const CallContext& context, const ObjectRef& ref,
                                               const std::string& disposition, std::chrono::seconds valid_for);

}  // namespace scalper::aws
