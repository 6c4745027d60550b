#pragma once
// One call of an AWS service: addressed, signed, sent, tried again where that is safe, and its errors in our words.
// The adapters of this folder know services; only the client knows hosts, credentials, signatures and time-outs.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "ports/byte_source.h"
#include "ports/call_context.h"

namespace scalper::aws {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct AwsRequest {
  std::string service;  // the endpoint's name and the signature's: "s3", "dynamodb", "sqs", "sns", "events", "sts",
                        // "monitoring"
  std::string method = "POST";
  std::string bucket;            // S3 only; becomes part of the host or of the path as the endpoint wants it
  std::string path = "/";        // raw bytes, begins with '/': of S3 "/" + the object's key; encoded by the client
  Fields query;                  // raw names and values
  Fields headers;                // names in lower case; without host, content-length, x-amz-date and what signing adds
  std::string body;              // whole; what is larger goes through `stream`
  ByteSource* stream = nullptr;  // instead of `body`, sent once and never again; borrowed for the call
  std::uint64_t stream_length = 0;
  // The same call twice does no more than once, or is guarded by a condition: it may be made again after no answer.
  bool repeatable = true;
  // S3's copies and completions: 200 may carry an error, and bytes before it only keep the connection alive.
  bool error_in_200 = false;
};

struct AwsResponse {
  int status = 0;  // 2xx
  Fields headers;  // names in lower case
  std::string body;

  // The value of the first header of that name (lower case), or nothing.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

// What open() answers: the body comes as it arrives, with back-pressure; a body shorter than announced is kCorrupt.
// The source holds one connection until it is read to its end or destroyed.
struct AwsStream {
  AwsResponse head;  // without a body
  std::unique_ptr<ByteSource> body;
};

// Why a call was refused: AWS's own word beside ours, for the adapters that must tell cases apart.
struct AwsRefusal {
  int status = 0;         // 0: no answer came
  std::string code;       // without a namespace: "NoSuchKey", "ConditionalCheckFailedException"; empty: none was given
  std::string body = {};  // of the answer, at most 1 MiB: DynamoDB's may hold the item that was there
};

// Thread-safe. Every call ends by the context's deadline, and early when its stop token fires.
//
// Errors: kNotFound (404, NoSuch...), kPermissionDenied (401, 403), kPreconditionFailed (412,
// ConditionalCheckFailedException), kThrottled (429, SlowDown, ...Throttl...), kUnavailable (5xx, 409
// ConditionalRequestConflict, a connection that ended, an error in a 200), kTimeout, kCancelled, kInvalidArgument
// (other 4xx), kCorrupt (an answer that is none). The message names service, operation, code and request id, and no
// secret.
class AwsClient {
 public:
  virtual ~AwsClient() = default;

  // Answers of at most 16 MiB. `refusal`, where given, is filled whenever an Error is answered.
  [[nodiscard]] virtual Result<AwsResponse> call(const CallContext& context, const AwsRequest& request,
                                                 AwsRefusal* refusal = nullptr) = 0;
  [[nodiscard]] virtual Result<AwsStream> open(const CallContext& context, const AwsRequest& request,
                                               AwsRefusal* refusal = nullptr) = 0;

  // Where a request would go and the signature that its query carries instead of a header, for `valid_for` (at most
  // 7 days; it ends with the credentials if those end before). No call is made.
  [[nodiscard]] virtual Result<std::string> presign(const CallContext& context, const AwsRequest& request,
                                                    std::chrono::seconds valid_for) = 0;

  [[nodiscard]] virtual std::string region() const = 0;
};

}  // namespace scalper::aws
