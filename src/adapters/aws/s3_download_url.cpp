#include "adapters/aws/s3_download_url.h"

#include "adapters/aws/s3_calls.h"

namespace scalper::aws {

// The names of the overrides: GetObject, "Request Parameters" (S3 API reference).
Result<std::string> download_url(AwsClient& client, const CallContext& context, const ObjectRef& ref,
                                 const std::string& disposition, std::chrono::seconds valid_for) {
  AwsRequest request = object_request("GET", ref);
  request.query.emplace_back("response-cache-control", "no-store");
  request.query.emplace_back("response-content-disposition", disposition);
  request.query.emplace_back("response-content-type", "application/octet-stream");
  return client.presign(context, request, valid_for);
}

}  // namespace scalper::aws
