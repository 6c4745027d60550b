#pragma once
// AwsClient over a transport: where to, who signs, what is tried again.

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/aws/client/aws_client.h"
#include "adapters/aws/client/aws_errors.h"
#include "adapters/aws/client/credentials.h"
#include "adapters/aws/client/endpoint.h"
#include "adapters/aws/client/http_transport.h"
#include "adapters/aws/client/post_policy.h"
#include "adapters/aws/client/retry_rules.h"
#include "ports/clock.h"
#include "ports/telemetry.h"

namespace scalper::aws {

struct HttpAwsClientParts {
  std::shared_ptr<HttpTransport> transport;
  std::shared_ptr<CredentialsSource> credentials;
  EndpointSettings endpoints;
  RetryRules retries;
};

// A request is made again after no answer only if it is repeatable or certainly did not arrive; after a refusal for the
// time of a signature, for expired credentials or for too many requests also if not, since it had no effect. Never a
// stream that was read from, never beyond the context's deadline: then the last error is answered without a wait.
// A 409 ConditionalRequestConflict is not tried again: what must be done anew, only the caller knows.
// Of telemetry: Throttles and Retries are counted. Clock and telemetry outlive the client, and the client its streams.
class HttpAwsClient final : public AwsClient {
 public:
  HttpAwsClient(HttpAwsClientParts parts, Clock& clock, Telemetry& telemetry);

  [[nodiscard]] Result<AwsResponse> call(const CallContext& context, const AwsRequest& request,
                                         AwsRefusal* refusal = nullptr) override;
  [[nodiscard]] Result<AwsStream> open(const CallContext& context, const AwsRequest& request,
                                       AwsRefusal* refusal = nullptr) override;
  [[nodiscard]] Result<std::string> presign(const CallContext& context, const AwsRequest& request,
                                            std::chrono::seconds valid_for) override;
  // A form that may put one object, and where it is to be sent. It ends with the credentials if those end before.
  struct Form {
    std::string url;
    Fields fields;
    WallTime expires{};
  };
  [[nodiscard]] Result<Form> sign_form(const CallContext& context, const PostPolicy& policy,
                                       std::chrono::seconds valid_for);
  [[nodiscard]] std::string region() const override { return parts_.endpoints.region; }

  // Whether calls of that service go to AWS itself, by all that this client was told of endpoints.
  [[nodiscard]] bool is_at_aws(std::string_view service) const { return aws::is_at_aws(parts_.endpoints, service); }

  // X-Amzn-Trace-Id of every call to S3, SQS, SNS and Lambda from now on, by which AWS ends loops between these
  // ("Lambda recursive loop detection"). Set by the host at each invocation; empty: none.
  void set_trace(std::string trace);

 private:
  struct Try;

  [[nodiscard]] Result<AwsStream> call_or_open(const CallContext& context, const AwsRequest& request,
                                               AwsRefusal* refusal, bool streamed);
  [[nodiscard]] Try try_once(const CallContext& context, const AwsRequest& request, ByteSource* stream, bool streamed);
  [[nodiscard]] HttpRequest signed_request(const AwsRequest& request, const Target& target,
                                           const Credentials& credentials, WallTime now);
  // Whether the same request may be made at once.
  [[nodiscard]] bool mend_clock(const Try& failed);
  // Whether it may be made later; then that time has come. `spent`: tokens of the budget.
  [[nodiscard]] bool wait_for_next(const CallContext& context, const Try& failed, int tries, int& spent);
  [[nodiscard]] WallTime service_now() const;
  [[nodiscard]] std::string trace_for(const std::string& service);

  const HttpAwsClientParts parts_;
  Clock& clock_;
  Telemetry& telemetry_;
  RetryBudget budget_;
  std::atomic<std::int64_t> clock_offset_ms_ = 0;  // the services' clock less ours
  std::mutex trace_mutex_;
  std::string trace_;
};

}  // namespace scalper::aws
