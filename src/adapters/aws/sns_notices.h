#pragma once
// Final verdicts, told to an SNS topic.
// Source: "Publish" of the Amazon SNS API Reference; "Message attributes" of its Developer Guide.

#include <string>

#include "adapters/aws/client/aws_client.h"
#include "ports/clock.h"
#include "ports/notices.h"

namespace scalper::aws {

struct SnsOptions {
  std::string topic_arn;  // of a standard topic
  std::string pipeline = "default";
};

// One message a notice. Its body is notice_event(), one CloudEvent. Its attributes are for filter policies:
// `notice_id`, `pipeline`, `status`, where there is a verdict `verdict` and `contract`, and `cut` where the event was
// too long. At least once: receivers de-duplicate by `notice_id`, which is the event's `id`.
// Errors: those of AwsClient; kInvalidArgument without an id.
class SnsNotices final : public Notices {
 public:
  // `client` and `clock` outlive it.
  SnsNotices(AwsClient& client, Clock& clock, SnsOptions options);

  [[nodiscard]] Result<void> publish(const CallContext&, const Notice& notice) override;

 private:
  AwsClient& client_;
  Clock& clock_;
  const SnsOptions options_;
};

}  // namespace scalper::aws
