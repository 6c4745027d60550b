#include "adapters/aws/sqs_work_queue.h"

#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <functional>
#include <mutex>

#include "contract/subject.h"
#include "support/fake_clock.h"

namespace scalper::aws {
namespace {

namespace json = boost::json;

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// An SQS whose answers a test computes; thread-safe as far as the test's own function is.
class AnsweringSqs final : public AwsClient {
 public:
  using Answer = std::function<Result<json::object>(const std::string& operation, const json::object& ask)>;
  Answer answer = [](const std::string&, const json::object&) { return json::object{}; };

  [[nodiscard]] Result<AwsResponse> call(const CallContext&, const AwsRequest& request, AwsRefusal*) override {
    EXPECT_EQ(request.service, "sqs");
    EXPECT_EQ(request.method + request.path, "POST/");
    EXPECT_EQ(request.headers.at(0),
              (std::pair<std::string, std::string>("content-type", "application/x-amz-json-1.0")));
    EXPECT_EQ(request.headers.at(1).first, "x-amz-target");
    const std::string target = request.headers.at(1).second;
    EXPECT_TRUE(target.starts_with("AmazonSQS."));
    const std::string operation = target.substr(target.find('.') + 1);
    const json::object ask = json::parse(request.body).as_object();
    {
      const std::lock_guard lock(mutex_);
      calls.push_back(operation);
      asks.push_back(ask);
    }
    SCALPER_TRY_ASSIGN(const json::object told, answer(operation, ask));
    return AwsResponse{200, {}, json::serialize(told)};
  }
  [[nodiscard]] Result<AwsStream> open(const CallContext&, const AwsRequest&, AwsRefusal*) override {
    return Error(ErrorCode::kInternal, "nobody streams a queue");
  }
  [[nodiscard]] Result<std::string> presign(const CallContext&, const AwsRequest&, seconds) override {
    return Error(ErrorCode::kInternal, "nobody presigns a queue");
  }
  [[nodiscard]] std::string region() const override { return "eu-central-1"; }

  std::vector<std::string> calls;
  std::vector<json::object> asks;

 private:
  std::mutex mutex_;
};

json::object message_of(const std::string& id, const std::string& body = "{}") {
  return {{"MessageId", id},
          {"ReceiptHandle", "r-" + id},
          {"Body", body},
          {"Attributes", json::object{{"ApproximateReceiveCount", "2"},
                                      {"AWSTraceHeader",
                                       "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"}}}};
}

json::object all_done(const json::object& ask) {
  json::array done;
  for (const json::value& entry : ask.at("Entries").as_array()) done.push_back(json::object{{"Id", entry.at("Id")}});
  return {{"Successful", done}, {"Failed", json::array{}}};
}

json::object failed(const std::string& code, const std::string& message, bool sender) {
  return {{"Failed", json::array{{{"Id", "0"}, {"Code", code}, {"Message", message}, {"SenderFault", sender}}}}};
}

class SqsWorkQueueTest : public testing::Test {
 protected:
  FakeClock clock_;
  AnsweringSqs sqs_;
  CallContext context_;
  SqsWorkQueue queue_{sqs_, clock_, {"https://sqs.example/1/q", "https://sqs.example/1/dead"}};
};

TEST_F(SqsWorkQueueTest, SendsWithADelayThatSqsTakes) {
  const std::pair<Millis, std::int64_t> delays[] = {{Millis{0}, 0},    {Millis{1}, 1},     {Millis{1000}, 1},
                                                    {Millis{1001}, 2}, {minutes{15}, 900}, {hours{24 * 400}, 900}};
  for (const auto& [delay, expected] : delays) {
    ASSERT_DONE(queue_.send(context_, "{\"bucket\":\"b\"}", delay));
    const json::object& ask = sqs_.asks.back();
    EXPECT_EQ(sqs_.calls.back(), "SendMessage");
    EXPECT_EQ(ask.at("QueueUrl").as_string(), "https://sqs.example/1/q");
    EXPECT_EQ(ask.at("MessageBody").as_string(), "{\"bucket\":\"b\"}");
    EXPECT_EQ(ask.at("DelaySeconds").as_int64(), expected);
  }
  EXPECT_CODE(kInvalidArgument, queue_.send(context_, "a\xff", Millis{0}));
  EXPECT_CODE(kInvalidArgument, queue_.send(context_, "", Millis{0}));
  EXPECT_EQ(sqs_.calls.size(), std::size(delays));
}

TEST_F(SqsWorkQueueTest, ReadsDeliveries) {
  sqs_.answer = [](const std::string&, const json::object&) {
    return json::object{{"Messages", json::array{message_of("a", "x\n"), message_of("b")}}};
  };
  const auto taken = queue_.receive(context_, 10, Millis{1500}, Millis{0});
  ASSERT_DONE(taken);
  ASSERT_EQ(taken->size(), 2U);
  EXPECT_EQ((*taken)[0].message_id, "a");
  EXPECT_EQ((*taken)[0].receipt, "r-a");
  EXPECT_EQ((*taken)[0].body, "x\n");
  EXPECT_EQ((*taken)[0].receive_count, 2U);
  EXPECT_EQ((*taken)[0].traceparent, "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01");
  EXPECT_EQ(json::serialize(sqs_.asks.at(0)),
            R"({"QueueUrl":"https://sqs.example/1/q","MaxNumberOfMessages":10,"VisibilityTimeout":2,)"
            R"("WaitTimeSeconds":0,"MessageSystemAttributeNames":["ApproximateReceiveCount","AWSTraceHeader"]})");
  for (const char* const message : {"7", "{}", R"({"MessageId":"a"})", R"({"ReceiptHandle":"a"})"}) {
    sqs_.answer = [&](const std::string&, const json::object&) {
      return json::object{{"Messages", json::array{json::parse(message)}}};
    };
    EXPECT_CODE(kCorrupt, queue_.receive(context_, 1, Millis{1}, Millis{0})) << message;
  }
}

TEST_F(SqsWorkQueueTest, PollsInTurnsUntilTheWaitIsOver) {
  std::vector<std::int64_t> polls;
  sqs_.answer = [&](const std::string&, const json::object& ask) {
    polls.push_back(ask.at("WaitTimeSeconds").as_int64());
    clock_.advance(seconds{polls.back()});
    return json::object{};
  };
  const auto taken = queue_.receive(context_, 1, Millis{1000}, Millis{44500});
  ASSERT_DONE(taken);
  EXPECT_TRUE(taken->empty());
  EXPECT_EQ(polls, (std::vector<std::int64_t>{20, 20, 5}));
}

TEST_F(SqsWorkQueueTest, BeginsNoPollThatTheDeadlineWouldCut) {
  std::vector<std::int64_t> polls;
  sqs_.answer = [&](const std::string&, const json::object& ask) {
    polls.push_back(ask.at("WaitTimeSeconds").as_int64());
    clock_.advance(seconds{polls.back()});
    return json::object{};
  };
  context_.deadline = clock_.mono_now() + Millis{3500};
  const auto taken = queue_.receive(context_, 1, Millis{1000}, seconds{20});
  ASSERT_DONE(taken);
  EXPECT_TRUE(taken->empty());
  EXPECT_EQ(polls, (std::vector<std::int64_t>{2, 0}));
}

TEST_F(SqsWorkQueueTest, AStoppedPollIsAnEmptyAnswer) {
  std::stop_source stop;
  context_.stop = stop.get_token();
  sqs_.answer = [&](const std::string&, const json::object&) -> Result<json::object> {
    stop.request_stop();
    return Error(ErrorCode::kCancelled, "stopped");
  };
  const auto taken = queue_.receive(context_, 1, Millis{1000}, seconds{20});
  ASSERT_DONE(taken);
  EXPECT_TRUE(taken->empty());
  EXPECT_CODE(kCancelled, queue_.receive(context_, 1, Millis{1000}, seconds{20}));
}

TEST_F(SqsWorkQueueTest, TellsVoidReceiptsFromFailures) {
  struct Case {
    const char* code;
    const char* message;
    bool sender;
    ErrorCode expected;
  };
  const Case cases[] = {
      {"ReceiptHandleIsInvalid", "The input receipt handle is invalid.", true, ErrorCode::kNotFound},
      {"AWS.SimpleQueueService.MessageNotInflight", "", true, ErrorCode::kNotFound},
      {"InvalidParameterValue", "Value x for parameter ReceiptHandle is invalid. Reason: Message does not exist", true,
       ErrorCode::kNotFound},
      {"InvalidParameterValue", "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]", true,
       ErrorCode::kInvalidArgument},
      {"RequestThrottled", "", false, ErrorCode::kThrottled},
      {"InternalError", "", false, ErrorCode::kUnavailable}};
  for (const Case& one : cases) {
    sqs_.answer = [&](const std::string&, const json::object&) { return failed(one.code, one.message, one.sender); };
    EXPECT_TRUE(fails_with(one.expected, queue_.extend(context_, "r", Millis{1000}))) << one.code << one.message;
    if (one.expected == ErrorCode::kNotFound) {
      EXPECT_DONE(queue_.acknowledge(context_, "r"));
      EXPECT_DONE(queue_.give_back(context_, "r2", Millis{0}));
      continue;
    }
    EXPECT_TRUE(fails_with(one.expected, queue_.acknowledge(context_, "r"))) << one.code;
    EXPECT_TRUE(fails_with(one.expected, queue_.give_back(context_, "r", Millis{0}))) << one.code;
  }
  sqs_.answer = [](const std::string&, const json::object&) { return json::object{}; };
  EXPECT_CODE(kCorrupt, queue_.acknowledge(context_, "r")) << "nothing was said of it";
  sqs_.answer = [](const std::string&, const json::object&) -> Result<json::object> {
    return Error(ErrorCode::kNotFound, "QueueDoesNotExist");
  };
  EXPECT_CODE(kInvalidArgument, queue_.extend(context_, "r", Millis{1000})) << "the queue is no receipt";
}

TEST_F(SqsWorkQueueTest, HoldsNoMessageForMoreThan12Hours) {
  sqs_.answer = [](const std::string& operation, const json::object& ask) {
    return operation == "ReceiveMessage" ? json::object{{"Messages", json::array{message_of("a")}}} : all_done(ask);
  };
  ASSERT_DONE(queue_.receive(context_, 1, hours{13}, Millis{0}));
  EXPECT_EQ(sqs_.asks.back().at("VisibilityTimeout").as_int64(), 43200);
  const auto asked_for = [&] { return sqs_.asks.back().at("Entries").at(0).at("VisibilityTimeout").as_int64(); };
  clock_.advance(hours{11});
  ASSERT_DONE(queue_.extend(context_, "r-a", minutes{5}));
  EXPECT_EQ(asked_for(), 300);
  ASSERT_DONE(queue_.extend(context_, "r-a", hours{2}));
  EXPECT_LE(asked_for(), 3600) << "else SQS refuses the whole change";
  EXPECT_GE(asked_for(), 3500);
  clock_.advance(hours{1});
  const std::size_t calls = sqs_.calls.size();
  EXPECT_CODE(kNotFound, queue_.extend(context_, "r-a", minutes{5}));
  EXPECT_EQ(sqs_.calls.size(), calls);
  ASSERT_DONE(queue_.give_back(context_, "r-a", hours{1}));
  EXPECT_EQ(asked_for(), 0);
}

TEST_F(SqsWorkQueueTest, AReceiptThatWasGivenBackIsVoidHere) {
  sqs_.answer = [](const std::string&, const json::object& ask) { return all_done(ask); };
  ASSERT_DONE(queue_.give_back(context_, "r", seconds{9}));
  EXPECT_EQ(json::serialize(sqs_.asks.back().at("Entries")),
            R"([{"Id":"0","ReceiptHandle":"r","VisibilityTimeout":9}])");
  EXPECT_CODE(kNotFound, queue_.extend(context_, "r", seconds{100}));
  EXPECT_DONE(queue_.acknowledge(context_, "r"));
  EXPECT_DONE(queue_.give_back(context_, "r", Millis{0}));
  EXPECT_EQ(sqs_.calls.size(), 1U);
}

// Lambda may have held it for a batching window (5 minutes), and a function that long (15).
TEST_F(SqsWorkQueueTest, LeavesRoomForTheTimeThatAnotherHeldAMessage) {
  sqs_.answer = [](const std::string&, const json::object& ask) { return all_done(ask); };
  const auto asked_for = [&] { return sqs_.asks.back().at("Entries").at(0).at("VisibilityTimeout").as_int64(); };
  ASSERT_DONE(queue_.extend(context_, "of-lambda", hours{12}));
  EXPECT_EQ(asked_for(), 43200 - 1200) << "SQS refuses what ends more than 12 hours after the delivery";
  ASSERT_DONE(queue_.give_back(context_, "of-lambda", hours{12}));
  EXPECT_EQ(asked_for(), 43200 - 1200);
}

// The keeper of a lease may be about to extend it still.
TEST(SqsReceipts, ForgetWhatWasJustGivenBackLast) {
  FakeClock clock;
  sqs::Receipts receipts;
  receipts.given_back("early", clock.mono_now());
  clock.advance(minutes{1});
  receipts.given_back("late", clock.mono_now());
  clock.advance(minutes{19});
  for (std::size_t i = 0; i < sqs::Receipts::kMost; ++i) {
    receipts.received("r" + std::to_string(i), clock.mono_now());
    clock.advance(Millis{1});
  }
  EXPECT_FALSE(receipts.is_given_back("early"));  // 20 minutes ago
  EXPECT_TRUE(receipts.is_given_back("late"));
  clock.advance(minutes{2});
  for (std::size_t i = 0; i < sqs::Receipts::kMost; ++i) receipts.received("s" + std::to_string(i), clock.mono_now());
  EXPECT_FALSE(receipts.is_given_back("late"));
}

TEST_F(SqsWorkQueueTest, CountsBothQueues) {
  sqs_.answer = [](const std::string&, const json::object& ask) {
    const bool dead = ask.at("QueueUrl").as_string().ends_with("dead");
    return json::object{{"Attributes", json::object{{"ApproximateNumberOfMessages", dead ? "1" : "7"},
                                                    {"ApproximateNumberOfMessagesNotVisible", dead ? "2" : "8"},
                                                    {"ApproximateNumberOfMessagesDelayed", "4"}}}};
  };
  const auto depth = queue_.depth(context_);
  ASSERT_DONE(depth);
  EXPECT_EQ(depth->visible, 7U);
  EXPECT_EQ(depth->in_flight, 8U);
  EXPECT_EQ(depth->dead, 7U);
  EXPECT_FALSE(depth->oldest_age.has_value());
  for (const char* const odd : {"", "x", "1x", "-1"}) {
    sqs_.answer = [&](const std::string&, const json::object&) {
      return json::object{{"Attributes", json::object{{"ApproximateNumberOfMessages", odd},
                                                      {"ApproximateNumberOfMessagesNotVisible", "0"},
                                                      {"ApproximateNumberOfMessagesDelayed", "0"}}}};
    };
    EXPECT_CODE(kCorrupt, queue_.depth(context_)) << odd;
  }
}

TEST_F(SqsWorkQueueTest, WithoutADeadLetterQueueSaysSo) {
  SqsWorkQueue queue(sqs_, clock_, {"https://sqs.example/1/q", ""});
  EXPECT_CODE(kUnsupported, queue.dead_letters(context_, 1));
  EXPECT_CODE(kUnsupported, queue.redrive(context_, 1));
  EXPECT_TRUE(sqs_.calls.empty());
}

// Dead letters by their id, and what was sent again.
struct DeadQueue {
  std::vector<std::string> waiting;
  std::vector<std::string> sent;
  std::function<json::object(const json::object& ask)> send = all_done;

  Result<json::object> operator()(const std::string& operation, const json::object& ask) {
    if (operation == "ReceiveMessage") {
      json::array messages;
      for (std::size_t i = 0;
           i < waiting.size() && i < static_cast<std::size_t>(ask.at("MaxNumberOfMessages").as_int64()); ++i)
        messages.push_back(message_of(waiting[i], "body of " + waiting[i]));
      return json::object{{"Messages", messages}};
    }
    if (operation == "SendMessageBatch") {
      const json::object answer = send(ask);
      if (const json::value* const done = answer.if_contains("Successful"))
        for (const json::value& one : done->as_array())
          for (const json::value& entry : ask.at("Entries").as_array())
            if (entry.at("Id") == one.at("Id")) sent.emplace_back(entry.at("MessageBody").as_string());
      return answer;
    }
    if (operation == "DeleteMessageBatch")
      for (const json::value& entry : ask.at("Entries").as_array()) {
        const std::string id = std::string(entry.at("ReceiptHandle").as_string()).substr(2);
        EXPECT_NE(std::find(sent.begin(), sent.end(), "body of " + id), sent.end()) << "sent before it is deleted";
        std::erase(waiting, id);
      }
    return all_done(ask);
  }
};

TEST_F(SqsWorkQueueTest, RedrivesAtMostTheLimit) {
  DeadQueue dead;
  for (int i = 0; i < 25; ++i) dead.waiting.push_back(std::to_string(i));
  sqs_.answer = std::ref(dead);
  const auto moved = queue_.redrive(context_, 12);
  ASSERT_DONE(moved);
  EXPECT_EQ(*moved, 12U);
  EXPECT_EQ(dead.sent.size(), 12U);
  EXPECT_EQ(dead.waiting.size(), 13U);
  const auto rest = queue_.redrive(context_, 1000);
  ASSERT_DONE(rest);
  EXPECT_EQ(*rest, 13U);
  EXPECT_TRUE(dead.waiting.empty());
}

TEST_F(SqsWorkQueueTest, DeletesNoDeadLetterThatWasNotSent) {
  DeadQueue dead;
  dead.waiting = {"a", "b", "c"};
  // Also one whose refusal reads like that of a receipt, since it quotes the body.
  for (const char* const message : {"no", "Value \"parameter ReceiptHandle\" is invalid"}) {
    dead.send = [&](const json::object& ask) {
      json::object answer = all_done(ask);
      json::array& done = answer["Successful"].as_array();
      done.erase(done.begin() + 1);
      answer["Failed"] =
          json::array{{{"Id", "1"}, {"Code", "InvalidParameterValue"}, {"Message", message}, {"SenderFault", true}}};
      return answer;
    };
    dead.waiting = {"a", "b", "c"};
    dead.sent.clear();
    sqs_.answer = std::ref(dead);
    EXPECT_FALSE(queue_.redrive(context_, 10).ok());
    EXPECT_EQ(dead.sent, (std::vector<std::string>{"body of a", "body of c"}));
    EXPECT_EQ(dead.waiting, (std::vector<std::string>{"b"}));
    EXPECT_EQ(sqs_.calls.back(), "ChangeMessageVisibilityBatch") << "shown again at once";
  }
}

TEST_F(SqsWorkQueueTest, SendsLargeDeadLettersOneByOne) {
  std::vector<std::size_t> batches;
  bool is_first = true;
  sqs_.answer = [&](const std::string& operation, const json::object& ask) {
    if (operation == "ReceiveMessage") {
      json::array messages;
      for (int i = 0; i < 5 && is_first; ++i)
        messages.push_back(message_of(std::to_string(i), std::string(100 * 1024, 'x')));
      is_first = false;
      return json::object{{"Messages", messages}};
    }
    if (operation == "SendMessageBatch") batches.push_back(ask.at("Entries").as_array().size());
    return all_done(ask);
  };
  const auto moved = queue_.redrive(context_, 100);
  ASSERT_DONE(moved);
  EXPECT_EQ(*moved, 5U);
  EXPECT_EQ(batches, (std::vector<std::size_t>{2, 2, 1}));
}

TEST_F(SqsWorkQueueTest, ListsDeadLettersAndShowsThemAgain) {
  int received = 0;
  sqs_.answer = [&](const std::string& operation, const json::object& ask) {
    EXPECT_EQ(ask.at("QueueUrl").as_string(), "https://sqs.example/1/dead");
    if (operation != "ReceiveMessage") return all_done(ask);
    json::array messages;
    for (int i = 0; i < 10 && received < 13; ++i) messages.push_back(message_of(std::to_string(received++)));
    return json::object{{"Messages", messages}};
  };
  const auto letters = queue_.dead_letters(context_, 100);
  ASSERT_DONE(letters);
  EXPECT_EQ(letters->size(), 13U);
  EXPECT_EQ((*letters)[12].message_id, "12");
  EXPECT_FALSE((*letters)[0].died_at.has_value());
  std::size_t shown = 0;
  for (std::size_t i = 0; i < sqs_.calls.size(); ++i)
    if (sqs_.calls[i] == "ChangeMessageVisibilityBatch")
      for (const json::value& entry : sqs_.asks[i].at("Entries").as_array())
        shown += entry.at("VisibilityTimeout").as_int64() == 0 ? 1 : 0;
  EXPECT_EQ(shown, 13U);
  // A queue that shows the same again and again ends the listing.
  sqs_.answer = [](const std::string& operation, const json::object& ask) {
    return operation == "ReceiveMessage" ? json::object{{"Messages", json::array{message_of("a")}}} : all_done(ask);
  };
  EXPECT_EQ(queue_.dead_letters(context_, 100)->size(), 1U);
}

// The first call ends only when all others wait, so that they must share the next ones.
class SqsReceiptCalls : public testing::Test {
 protected:
  static constexpr int kThreads = 12;

  void hold_the_first() {
    if (!is_first_.exchange(false)) return;
    while (calls_.waiting() < kThreads - 1) std::this_thread::yield();
  }

  FakeClock clock_;
  AnsweringSqs sqs_;
  sqs::ReceiptCalls calls_{sqs_, clock_, "https://sqs.example/1/q", "DeleteMessageBatch"};
  std::atomic<bool> is_first_{true};
};

TEST_F(SqsReceiptCalls, ThreadsShareACallAndEachHasItsOwnEnd) {
  sqs_.answer = [&](const std::string& operation, const json::object& ask) -> Result<json::object> {
    EXPECT_EQ(operation, "DeleteMessageBatch");
    hold_the_first();
    json::array done;
    json::array gone;
    for (const json::value& entry : ask.at("Entries").as_array()) {
      if (entry.at("ReceiptHandle").as_string().ends_with("-odd"))
        gone.push_back({{"Id", entry.at("Id")}, {"Code", "InternalError"}, {"Message", ""}, {"SenderFault", false}});
      else
        done.push_back(json::object{{"Id", entry.at("Id")}});
    }
    return json::object{{"Successful", done}, {"Failed", gone}};
  };
  run_together(kThreads, [&](int i) {
    const auto end = calls_.submit(CallContext{}, {"r" + std::to_string(i) + (i % 2 == 1 ? "-odd" : ""), {}});
    EXPECT_EQ(end.failed_with(ErrorCode::kUnavailable), i % 2 == 1);
    EXPECT_EQ(end.ok(), i % 2 == 0);
  });
  std::vector<std::size_t> sizes;
  for (const json::object& ask : sqs_.asks) sizes.push_back(ask.at("Entries").as_array().size());
  EXPECT_EQ(sizes, (std::vector<std::size_t>{1, 10, 1}));
}

TEST_F(SqsReceiptCalls, ThreadsDoNotInheritTheErrorOfTheOneWhoCalled) {
  std::atomic<int> failures{2};  // the first call, and the first that is shared
  sqs_.answer = [&](const std::string&, const json::object& ask) -> Result<json::object> {
    hold_the_first();
    if (failures-- > 0) return Error(ErrorCode::kTimeout, "the caller's deadline");
    return all_done(ask);
  };
  std::atomic<int> failed_submits{0};
  run_together(kThreads, [&](int i) {
    if (!calls_.submit(CallContext{}, {"r" + std::to_string(i), {}}).ok()) ++failed_submits;
  });
  EXPECT_EQ(failed_submits, 2) << "the callers' own, nobody else's";
  EXPECT_EQ(calls_.waiting(), 0U);
}

TEST_F(SqsReceiptCalls, ThreadsWithOneReceiptAreNotInOneCall) {
  sqs_.answer = [&](const std::string&, const json::object& ask) -> Result<json::object> {
    hold_the_first();
    EXPECT_EQ(ask.at("Entries").as_array().size(), 1U);
    return all_done(ask);
  };
  run_together(kThreads, [&](int) { EXPECT_DONE(calls_.submit(CallContext{}, {"the same", {}})); });
  EXPECT_EQ(sqs_.calls.size(), static_cast<std::size_t>(kThreads));
}

}  // namespace
}  // namespace scalper::aws
