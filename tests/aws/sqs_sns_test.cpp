// The whole contracts of the work queue and of the notices on an emulator. Each test has queues and topics of its own.

#include <boost/json.hpp>
#include <random>

#include "adapters/aws/client/uri_encoding.h"
#include "adapters/aws/client/xml.h"
#include "adapters/aws/eventbridge_notices.h"
#include "adapters/aws/sns_notices.h"
#include "adapters/aws/sqs_calls.h"
#include "adapters/aws/sqs_work_queue.h"
#include "contract/notices_suite.h"
#include "contract/work_queue_suite.h"
#include "model/notice_event.h"
#include "support/emulated_aws.h"
#include "support/records.h"

namespace scalper::aws {
namespace {

namespace json = boost::json;

std::string fresh_name(const std::string& kind) {
  std::random_device random;
  return kind + "-" + std::to_string(random()) + "-" + std::to_string(random());
}

// Gone with the object.
class Queue {
 public:
  explicit Queue(AwsClient& client, const std::string& redrive_policy = "") : client_(client) {
    json::object ask{{"QueueName", fresh_name("q")}};
    if (!redrive_policy.empty()) ask["Attributes"] = json::object{{"RedrivePolicy", redrive_policy}};
    const auto made = sqs::call(client_, CallContext{}, "CreateQueue", ask);
    EXPECT_DONE(made);
    url_ = made->at("QueueUrl").as_string();
  }
  ~Queue() { EXPECT_DONE(sqs::call(client_, CallContext{}, "DeleteQueue", {{"QueueUrl", url_}})); }
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;

  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] std::string arn() const {
    const auto told = sqs::call(client_, CallContext{}, "GetQueueAttributes",
                                {{"QueueUrl", url_}, {"AttributeNames", json::array{"QueueArn"}}});
    EXPECT_DONE(told);
    return std::string(told->at("Attributes").at("QueueArn").as_string());
  }

 private:
  AwsClient& client_;
  std::string url_;
};

class EmulatedQueueSubject final : public WorkQueueSubject {
 public:
  WorkQueue& queue() override { return queue_; }
  Clock& clock() override { return aws_.clock; }
  void pass(Millis time) override { aws_.clock.sleep_until(CallContext{}, aws_.clock.mono_now() + time); }

  // Real seconds, since SQS counts in them, and real calls between them.
  Millis unit() override { return Millis{2000}; }
  Millis early() override { return Millis{1000}; }
  Millis late() override { return Millis{1300}; }
  Millis long_time() override { return Millis{3000}; }
  bool tells_age() override { return false; }
  bool tells_death() override { return false; }

 private:
  std::string policy() {
    return json::serialize(json::object{{"deadLetterTargetArn", dead_.arn()}, {"maxReceiveCount", kMaxReceives}});
  }

  EmulatedAws aws_;
  Queue dead_{aws_.client};
  Queue live_{aws_.client, policy()};
  SqsWorkQueue queue_{aws_.client, aws_.clock, {live_.url(), dead_.url()}};
};

INSTANTIATE_TEST_SUITE_P(Sqs, WorkQueueContract,
                         testing::Values(WorkQueueCase{"Emulator",
                                                       [] { return std::make_unique<EmulatedQueueSubject>(); }}),
                         subject_name<WorkQueueSubject>);

class Topic {
 public:
  explicit Topic(AwsClient& client) : client_(client) {
    arn_ = ask({{"Action", "CreateTopic"}, {"Name", fresh_name("t")}}, {"CreateTopicResult", "TopicArn"});
  }
  ~Topic() { static_cast<void>(ask({{"Action", "DeleteTopic"}, {"TopicArn", arn_}}, {})); }
  Topic(const Topic&) = delete;
  Topic& operator=(const Topic&) = delete;

  [[nodiscard]] const std::string& arn() const { return arn_; }
  // Its messages go to the queue as they are, those that the filter takes.
  void subscribe(const Queue& queue, const std::string& filter = "") {
    Fields fields{{"Action", "Subscribe"},
                  {"TopicArn", arn_},
                  {"Protocol", "sqs"},
                  {"Endpoint", queue.arn()},
                  {"ReturnSubscriptionArn", "true"},
                  {"Attributes.entry.1.key", "RawMessageDelivery"},
                  {"Attributes.entry.1.value", "true"}};
    if (!filter.empty()) {
      fields.emplace_back("Attributes.entry.2.key", "FilterPolicy");
      fields.emplace_back("Attributes.entry.2.value", filter);
    }
    EXPECT_NE(ask(fields, {"SubscribeResult", "SubscriptionArn"}), "");
  }

 private:
  std::string ask(Fields fields, std::initializer_list<std::string_view> path) {
    fields.emplace_back("Version", "2010-03-31");
    AwsRequest request;
    request.service = "sns";
    request.headers = {{"content-type", "application/x-www-form-urlencoded; charset=utf-8"}};
    request.body = encode_query(fields);
    const auto answer = client_.call(CallContext{}, request);
    EXPECT_DONE(answer);
    const auto document = parse_xml(answer.ok() ? answer->body : "");
    EXPECT_DONE(document);
    return document.ok() ? document->text_at(path) : "";
  }

  AwsClient& client_;
  std::string arn_;
};

std::vector<std::string> bodies_of(AwsClient& client, const Queue& queue) {
  std::vector<std::string> bodies;
  for (;;) {
    const auto more =
        sqs::receive(client, CallContext{}, queue.url(), 10, std::chrono::seconds{600}, std::chrono::seconds{1});
    EXPECT_DONE(more);
    if (!more.ok() || more->empty()) return bodies;
    for (const Delivery& delivery : *more) bodies.push_back(delivery.body);
  }
}

// What a receiver behind the topic gets, who de-duplicates by id.
class EmulatedNoticesSubject final : public NoticesSubject {
 public:
  EmulatedNoticesSubject() { topic_.subscribe(receiver_); }
  Notices& notices() override { return notices_; }
  Clock& clock() override { return aws_.clock; }
  std::vector<std::string> told() override {
    for (const std::string& body : bodies_of(aws_.client, receiver_)) {
      const std::string id(boost::json::parse(body).at("id").as_string());
      if (std::find(told_.begin(), told_.end(), id) == told_.end()) told_.push_back(id);
    }
    return told_;
  }

 private:
  EmulatedAws aws_;
  Topic topic_{aws_.client};
  Queue receiver_{aws_.client};
  SnsNotices notices_{aws_.client, aws_.clock, {topic_.arn(), "orders"}};
  std::vector<std::string> told_;
};

INSTANTIATE_TEST_SUITE_P(Sns, NoticesContract,
                         testing::Values(NoticesCase{"Emulator",
                                                     [] { return std::make_unique<EmulatedNoticesSubject>(); }}),
                         subject_name<NoticesSubject>);

// A bus of its own, with one rule that hands what the pattern takes to a queue.
class Bus {
 public:
  Bus(AwsClient& client, const Queue& receiver, const std::string& pattern = R"({"source":["silent-scalper"]})")
      : client_(client) {
    ask("CreateEventBus", {{"Name", name_}});
    ask("PutRule", {{"Name", name_}, {"EventBusName", name_}, {"EventPattern", pattern}});
    ask("PutTargets", {{"Rule", name_},
                       {"EventBusName", name_},
                       {"Targets", json::array{json::object{{"Id", "1"}, {"Arn", receiver.arn()}}}}});
  }
  ~Bus() {
    ask("RemoveTargets", {{"Rule", name_}, {"EventBusName", name_}, {"Ids", json::array{"1"}}});
    ask("DeleteRule", {{"Name", name_}, {"EventBusName", name_}});
    ask("DeleteEventBus", {{"Name", name_}});
  }
  Bus(const Bus&) = delete;
  Bus& operator=(const Bus&) = delete;
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  void ask(const std::string& operation, const json::object& body) {
    AwsRequest request;
    request.service = "events";
    request.headers = {{"content-type", "application/x-amz-json-1.1"}, {"x-amz-target", "AWSEvents." + operation}};
    request.body = json::serialize(body);
    EXPECT_DONE(client_.call(CallContext{}, request)) << operation;
  }

  AwsClient& client_;
  std::string name_ = fresh_name("b");
};

// What a queue behind the bus gets, whose reader de-duplicates by the notice's id.
class EmulatedBusSubject final : public NoticesSubject {
 public:
  Notices& notices() override { return notices_; }
  Clock& clock() override { return aws_.clock; }
  std::vector<std::string> told() override {
    for (const std::string& body : bodies_of(aws_.client, receiver_)) {
      const std::string id(json::parse(body).at("detail").at("id").as_string());
      if (std::find(told_.begin(), told_.end(), id) == told_.end()) told_.push_back(id);
    }
    return told_;
  }

 private:
  EmulatedAws aws_;
  Queue receiver_{aws_.client};
  Bus bus_{aws_.client, receiver_};
  EventBridgeNotices notices_{aws_.client, aws_.clock, {bus_.name(), "orders"}};
  std::vector<std::string> told_;
};

INSTANTIATE_TEST_SUITE_P(EventBridge, NoticesContract,
                         testing::Values(NoticesCase{"Emulator",
                                                     [] { return std::make_unique<EmulatedBusSubject>(); }}),
                         subject_name<NoticesSubject>);

// What the suites cannot know.

TEST(SqsEmulator, RefusesWhatIsNoTextOfXml) {
  EmulatedAws aws;
  const Queue live(aws.client);
  SqsWorkQueue queue(aws.client, aws.clock, {live.url(), ""});
  EXPECT_CODE(kInvalidArgument, queue.send(CallContext{}, std::string("nul \0", 5), Millis{0}));
  EXPECT_CODE(kInvalidArgument, queue.send(CallContext{}, "\x1b[2J", Millis{0}));
  EXPECT_TRUE(bodies_of(aws.client, live).empty());
}

TEST(SqsEmulator, SaysThatAQueueIsNotThere) {
  EmulatedAws aws;
  std::string url;
  {
    const Queue gone(aws.client);
    url = gone.url();
  }
  SqsWorkQueue queue(aws.client, aws.clock, {url, url});
  const CallContext context;
  EXPECT_CODE(kInvalidArgument, queue.send(context, "a", Millis{0}));
  EXPECT_CODE(kInvalidArgument, queue.receive(context, 1, Millis{1000}, Millis{0}));
  EXPECT_CODE(kInvalidArgument, queue.extend(context, "r", Millis{1000}));
  EXPECT_CODE(kInvalidArgument, queue.acknowledge(context, "r"));
  EXPECT_CODE(kInvalidArgument, queue.depth(context));
  EXPECT_CODE(kInvalidArgument, queue.dead_letters(context, 1));
  EXPECT_CODE(kInvalidArgument, queue.redrive(context, 1));
}

TEST(SnsEmulator, FiltersByTheAttributes) {
  EmulatedAws aws;
  Topic topic(aws.client);
  const Queue all(aws.client);
  const Queue invalid(aws.client);
  topic.subscribe(all);
  topic.subscribe(invalid, R"({"status":["invalid"],"pipeline":["orders"]})");
  SnsNotices notices(aws.client, aws.clock, {topic.arn(), "orders"});
  const FileRecord good = final_record("a", "1", FileStatus::kValid, WallTime{Millis{1}});
  FileRecord bad = final_record(std::string("b\xff\n\xf0\x9f\x98\x80"), "1", FileStatus::kInvalid, WallTime{Millis{1}});
  ASSERT_DONE(notices.publish(CallContext{}, {"good.0", good}));
  ASSERT_DONE(notices.publish(CallContext{}, {"bad.0", bad}));
  EXPECT_EQ(bodies_of(aws.client, all).size(), 2U);
  const auto told = bodies_of(aws.client, invalid);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0], notice_event("bad.0", "orders", bad).text);
}

TEST(EventBridgeEmulator, RulesSelectByTypeAndRecord) {
  EmulatedAws aws;
  const Queue invalid(aws.client);
  const Bus bus(aws.client, invalid,
                R"({"detail-type":["silentscalper.file.invalid"],"detail":{"data":{"status":["invalid"]}}})");
  EventBridgeNotices notices(aws.client, aws.clock, {bus.name(), "orders"});
  const FileRecord bad = final_record("b\xff", "1", FileStatus::kInvalid, WallTime{Millis{1}});
  ASSERT_DONE(notices.publish(CallContext{}, {"good.0", final_record("a", "1", FileStatus::kValid, WallTime{})}));
  ASSERT_DONE(notices.publish(CallContext{}, {"bad.0", bad}));
  const auto told = bodies_of(aws.client, invalid);
  ASSERT_EQ(told.size(), 1U);
  const json::value event = json::parse(told[0]);
  EXPECT_EQ(event.at("source"), "silent-scalper");
  EXPECT_EQ(event.at("detail"), json::parse(notice_event("bad.0", "orders", bad).text));
}

TEST(SnsEmulator, SaysThatATopicIsNotThere) {
  EmulatedAws aws;
  SnsNotices notices(aws.client, aws.clock, {"arn:aws:sns:us-east-1:000000000000:nobody-made-it", "orders"});
  EXPECT_CODE(kNotFound, notices.publish(CallContext{}, {"x", full_record()}));
}

}  // namespace
}  // namespace scalper::aws
