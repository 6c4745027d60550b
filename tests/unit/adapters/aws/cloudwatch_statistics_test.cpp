#include "adapters/aws/cloudwatch_statistics.h"

#include <boost/json.hpp>

#include "contract/subject.h"
#include "support/scripted_aws_client.h"

namespace scalper::aws {
namespace {

namespace json = boost::json;

constexpr WallTime kBegin{Millis{1764496800000}};  // 2025-11-30T10:00:00Z
const StatisticsQuery kHourly{kBegin, std::chrono::hours{1}, 3};

TEST(CloudWatchStatistics, AsksForEachMetricOfThePipelineAndReadsBothFormsOfTimes) {
  ScriptedAwsClient client;
  client.answer(R"({"MetricDataResults":[
    {"Id":"valid","Timestamps":[1764496800.0,1764504000],"Values":[2.0,1.0],"StatusCode":"Complete"},
    {"Id":"invalid","Timestamps":["2025-11-30T11:00:00Z"],"Values":[3.0],"StatusCode":"Complete"},
    {"Id":"bytes","Timestamps":[1764496800],"Values":[1e9],"StatusCode":"PartialData"}],"NextToken":"more"})");
  client.answer(R"({"MetricDataResults":[
    {"Id":"p95","Timestamps":[1764504000],"Values":[12.5],"StatusCode":"Complete"},
    {"Id":"all_p99","Timestamps":[1764496800],"Values":[99.0],"StatusCode":"Complete"},
    {"Id":"failed","Timestamps":[],"Values":[],"StatusCode":"Complete"},
    {"Id":"of nobody","Timestamps":[1],"Values":[1]}]})");
  CloudWatchStatistics statistics(client, "orders");
  const auto answer = statistics.count({}, kHourly);
  ASSERT_DONE(answer);
  EXPECT_EQ(answer->buckets[0].files, (FileCounts{2, 0, 0, 0}));
  EXPECT_EQ(answer->buckets[0].bytes, 1000000000U);
  EXPECT_FALSE(answer->buckets[0].arrival_to_verdict);
  EXPECT_EQ(answer->buckets[1].files, (FileCounts{0, 3, 0, 0}));
  EXPECT_EQ(answer->buckets[2].files, (FileCounts{1, 0, 0, 0}));
  EXPECT_EQ(answer->buckets[2].arrival_to_verdict->p95, 12.5);
  EXPECT_EQ(answer->total.files, (FileCounts{3, 3, 0, 0}));
  EXPECT_EQ(answer->total.arrival_to_verdict->p99, 99);

  ASSERT_EQ(client.asked.size(), 2U);
  const auto asked = json::parse(client.asked[0].body);
  EXPECT_EQ(client.asked[0].service, "monitoring");
  EXPECT_EQ(asked.at("StartTime").as_int64(), 1764496800);
  EXPECT_EQ(asked.at("EndTime").as_int64(), 1764496800 + 3 * 3600);
  EXPECT_EQ(asked.at("MetricDataQueries").as_array().size(), 11U);
  const auto& first = asked.at("MetricDataQueries").at(0).at("MetricStat");
  EXPECT_EQ(json::serialize(first.at("Metric").at("Dimensions")), R"([{"Name":"Pipeline","Value":"orders"}])");
  EXPECT_EQ(first.at("Period").as_int64(), 3600);
  EXPECT_EQ(asked.at("MetricDataQueries").at(10).at("MetricStat").at("Period").as_int64(), 3 * 3600);
  EXPECT_EQ(json::parse(client.asked[1].body).at("NextToken").as_string(), "more");
}

TEST(CloudWatchStatistics, TakesNoNonsense) {
  for (const char* body : {"[]", "{", R"({"MetricDataResults":[1]})",
                           R"({"MetricDataResults":[{"Id":"valid","Timestamps":[1],"Values":[]}]})",
                           R"({"MetricDataResults":[{"Id":"valid","Timestamps":[1764496800],"Values":[-1]}]})",
                           R"({"MetricDataResults":[{"Id":"valid","Timestamps":[1764496800],"Values":["1"]}]})",
                           R"({"MetricDataResults":[{"Id":"valid","Timestamps":["noon"],"Values":[1]}]})",
                           R"({"MetricDataResults":[{"Id":"valid","Timestamps":[1e300],"Values":[1]}]})"}) {
    ScriptedAwsClient client;
    client.answer(body);
    EXPECT_CODE(kCorrupt, CloudWatchStatistics(client, "p").count({}, kHourly)) << body;
  }
  ScriptedAwsClient client;
  client.answer(R"({"MetricDataResults":[{"Id":"valid","StatusCode":"Forbidden","Timestamps":[],"Values":[]}]})");
  EXPECT_CODE(kPermissionDenied, CloudWatchStatistics(client, "p").count({}, kHourly));
  ScriptedAwsClient endless;
  for (int i = 0; i < 100; ++i) endless.answer(R"({"NextToken":"again"})");
  EXPECT_CODE(kCorrupt, CloudWatchStatistics(endless, "p").count({}, kHourly));
}

TEST(CloudWatchAlarms, AreThoseOfThePipelineThatThereAre) {
  ScriptedAwsClient client;
  client.answer(R"({"MetricAlarms":[
    {"AlarmName":"orders-DeadLetters","StateValue":"ALARM","StateUpdatedTimestamp":1764496800.5,
     "StateReasonData":"{\"recentDatapoints\":[0.0,2.0]}"},
    {"AlarmName":"orders-ErrorRate","StateValue":"OK","StateTransitionedTimestamp":"2025-11-30T10:00:00Z",
     "StateUpdatedTimestamp":1,"StateReasonData":"no JSON"},
    {"AlarmName":"orders-Silence","StateValue":"INSUFFICIENT_DATA"},
    {"AlarmName":"other-QueueAge","StateValue":"ALARM"}]})");
  CloudWatchAlarms alarms(client, "orders");
  const auto standings = alarms.standings({});
  ASSERT_DONE(standings);
  ASSERT_EQ(standings->size(), 3U);
  EXPECT_EQ((*standings)[0].rule->name, "ErrorRate");
  EXPECT_EQ((*standings)[0].state, AlarmState::kOk);
  EXPECT_EQ((*standings)[0].since, kBegin);
  EXPECT_FALSE((*standings)[0].value);
  EXPECT_EQ((*standings)[1].rule->name, "DeadLetters");
  EXPECT_EQ((*standings)[1].state, AlarmState::kAlarm);
  EXPECT_EQ((*standings)[1].since, kBegin + Millis{500});
  EXPECT_EQ((*standings)[1].value, 2.0);
  EXPECT_EQ((*standings)[2].state, AlarmState::kInsufficient);
  const auto asked = json::parse(client.asked[0].body).at("AlarmNames").as_array();
  EXPECT_EQ(asked.size(), all_alarm_rules().size());
  EXPECT_EQ(asked[0].as_string(), "orders-ErrorRate");
}

}  // namespace
}  // namespace scalper::aws
