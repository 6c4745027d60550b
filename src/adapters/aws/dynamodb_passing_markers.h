#pragma once
// Passing markers in the records' table: key "passing#" and a hash of the name, `ex` = when their time is over in
// milliseconds, `ttl` = the same for DynamoDB, which removes them when it gets to it.

#include "adapters/aws/client/aws_client.h"
#include "ports/clock.h"
#include "ports/passing_markers.h"

namespace scalper::aws {

class DynamoDbPassingMarkers final : public PassingMarkers {
 public:
  // Client and clock outlive it.
  DynamoDbPassingMarkers(AwsClient& client, Clock& clock, std::string table)
      : client_(client), clock_(clock), table_(std::move(table)) {}

  [[nodiscard]] Result<std::optional<PassingMarker>> get(const CallContext&, const std::string& name) override;
  [[nodiscard]] Result<void> put(const CallContext&, const std::string& name, const std::string& value,
                                 WallTime forget_at, std::uint64_t expected) override;

 private:
  AwsClient& client_;
  Clock& clock_;
  const std::string table_;
};

}  // namespace scalper::aws
