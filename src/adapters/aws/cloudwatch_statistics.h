#pragma once
// Statistics and alarms out of CloudWatch: what EmfTelemetry wrote there, and what Terraform made to watch it.

#include <string>

#include "adapters/aws/client/aws_client.h"
#include "ports/alarm_states.h"
#include "ports/statistics.h"

namespace scalper::aws {

// GetMetricData over namespace SilentScalper, dimension Pipeline. What was written a minute ago may not be there yet.
// Percentiles are CloudWatch's own over the values that the lines carried; each question is eleven metrics of its bill.
// BytesValidated holds companions as well.
class CloudWatchStatistics final : public Statistics {
 public:
  // `client` outlives it.
  CloudWatchStatistics(AwsClient& client, std::string pipeline) : client_(client), pipeline_(std::move(pipeline)) {}
  [[nodiscard]] Result<StatisticsAnswer> count(const CallContext&, const StatisticsQuery& query) override;

 private:
  AwsClient& client_;
  const std::string pipeline_;
};

// DescribeAlarms by the names "<pipeline>-<alarm>". A rule without an alarm of that name is not among the standings.
class CloudWatchAlarms final : public AlarmStates {
 public:
  CloudWatchAlarms(AwsClient& client, std::string pipeline) : client_(client), pipeline_(std::move(pipeline)) {}
  [[nodiscard]] Result<std::vector<AlarmStanding>> standings(const CallContext& context) override;

 private:
  AwsClient& client_;
  const std::string pipeline_;
};

}  // namespace scalper::aws
