#pragma once
// Final verdicts, told to a bus of EventBridge.
// Source: "PutEvents" of the Amazon EventBridge API Reference.

#include <string>

#include "adapters/aws/client/aws_client.h"
#include "ports/clock.h"
#include "ports/notices.h"

namespace scalper::aws {

struct EventBridgeOptions {
  std::string bus;  // its name or ARN
  std::string pipeline = "default";
};

// One event a notice: `source` is "silent-scalper", `detail-type` the notice's type, `detail` the whole CloudEvent. At
// least once: receivers de-duplicate by `detail.id`; EventBridge's own id is another at every try.
// Errors: those of AwsClient, and what the bus says of the one event; kInvalidArgument without an id.
class EventBridgeNotices final : public Notices {
 public:
  // `client` and `clock` outlive it.
  EventBridgeNotices(AwsClient& client, Clock& clock, EventBridgeOptions options);

  [[nodiscard]] Result<void> publish(const CallContext&, const Notice& notice) override;

 private:
  AwsClient& client_;
  Clock& clock_;
  const EventBridgeOptions options_;
};

}  // namespace scalper::aws
