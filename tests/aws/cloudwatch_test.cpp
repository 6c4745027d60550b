// The whole contract of the statistics, and the alarms, on emulators that hold metrics as CloudWatch does. What a gate
// writes as log lines is put there by the call that its lines stand for: no emulator reads these.

#include <boost/json.hpp>
#include <random>

#include "adapters/aws/cloudwatch_calls.h"
#include "adapters/aws/cloudwatch_statistics.h"
#include "contract/statistics_suite.h"
#include "model/telemetry_names.h"
#include "support/emulated_aws.h"

namespace scalper::aws {
namespace {

namespace json = boost::json;

std::string fresh_pipeline() {
  return "p" + std::to_string(std::random_device{}()) + std::to_string(std::random_device{}());
}

std::string_view counter_of(FileStatus status) {
  switch (status) {
    case FileStatus::kValid: return names::kFilesValid;
    case FileStatus::kInvalid: return names::kFilesInvalid;
    case FileStatus::kUnverifiable: return names::kFilesUnverifiable;
    default: return names::kFilesFailed;
  }
}

class EmulatedSubject final : public StatisticsSubject {
 public:
  EmulatedSubject(const char* variable, bool percentiles) : aws_(variable), percentiles_(percentiles) {}
  Statistics& statistics() override { return statistics_; }
  Clock& clock() override { return aws_.clock; }
  bool tells_percentiles() override { return percentiles_; }
  bool begins_anywhere() override { return false; }
  void add(const Tally& tally) override {
    json::array metrics;
    const auto put = [&](std::string_view name, double value) {
      metrics.push_back(json::object{{"MetricName", name},
                                     {"Dimensions", {json::object{{"Name", "Pipeline"}, {"Value", pipeline_}}}},
                                     {"Timestamp", tally.at.time_since_epoch().count() / 1000},
                                     {"Value", value}});
    };
    put(counter_of(tally.status), 1);
    put(names::kBytesValidated, static_cast<double>(tally.bytes));
    put(names::kArrivalToVerdict, static_cast<double>(tally.arrival_to_verdict.count()));
    const json::object ask{{"Namespace", names::kNamespace}, {"MetricData", std::move(metrics)}};
    EXPECT_DONE(cloudwatch::call(aws_.client, {}, "PutMetricData", ask));
  }

 private:
  EmulatedAws aws_;
  const bool percentiles_;
  const std::string pipeline_ = fresh_pipeline();
  CloudWatchStatistics statistics_{aws_.client, pipeline_};
};

INSTANTIATE_TEST_SUITE_P(CloudWatch, StatisticsContract,
                         testing::Values(StatisticsCase{
                             "Ministack",
                             [] { return std::make_unique<EmulatedSubject>("SCALPER_TEST_AWS_ENDPOINT", false); }}),
                         subject_name<StatisticsSubject>);

TEST(EmulatedAlarms, StandAsTheServiceSays) {
  EmulatedAws aws("SCALPER_TEST_AWS_ENDPOINT");
  const std::string pipeline = fresh_pipeline();
  CloudWatchAlarms alarms(aws.client, pipeline);
  ASSERT_DONE(alarms.standings({}));
  EXPECT_TRUE(alarms.standings({})->empty());
  const std::string name = pipeline + "-DeadLetters";
  ASSERT_DONE(cloudwatch::call(aws.client, {}, "PutMetricAlarm",
                               {{"AlarmName", name},
                                {"Namespace", "AWS/SQS"},
                                {"MetricName", "ApproximateNumberOfMessagesVisible"},
                                {"ComparisonOperator", "GreaterThanThreshold"},
                                {"EvaluationPeriods", 1},
                                {"Period", 300},
                                {"Statistic", "Maximum"},
                                {"Threshold", 0}}));
  ASSERT_DONE(cloudwatch::call(aws.client, {}, "SetAlarmState",
                               {{"AlarmName", name}, {"StateValue", "ALARM"}, {"StateReason", "a test"}}));
  const auto standings = alarms.standings({});
  ASSERT_DONE(standings);
  ASSERT_EQ(standings->size(), 1U);
  EXPECT_EQ(standings->front().rule->name, "DeadLetters");
  EXPECT_EQ(standings->front().state, AlarmState::kAlarm);
  EXPECT_TRUE(standings->front().since);
  ASSERT_DONE(cloudwatch::call(aws.client, {}, "DeleteAlarms", {{"AlarmNames", json::array{name}}}));
}

}  // namespace
}  // namespace scalper::aws
