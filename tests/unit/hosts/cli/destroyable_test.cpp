// What has to be gone before a gate on AWS may go.

#include "hosts/cli/destroyable.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "pipeline/sweep.h"
#include "support/memory_gate.h"
#include "support/scripted_aws_client.h"

namespace scalper::cli {
namespace {

namespace json = boost::json;
using std::string;

struct Destroyable : testing::Test {
  MemoryGate memory;
  Gate gate = memory.gate();
  aws::ScriptedAwsClient client;
  Diagnoses said;
  std::set<string> keys;
  Look look{client, said, keys};

  // "ok input: holds no file", a line each.
  [[nodiscard]] string lines() const {
    string all;
    for (const Diagnosis& one : said.all())
      all += (one.grade == Grade::kFail ? "fail " : "ok ") + one.subject + ": " + one.says + "\n";
    return all;
  }
  void queue_holds(json::object attributes) {
    client.answer(json::serialize(json::object{{"Attributes", std::move(attributes)}}));
    look_whether_empty(look, "https://sqs.example/1/q", "queue");
  }
  static json::object counts(const char* visible, const char* hidden, const char* delayed) {
    return {{"ApproximateNumberOfMessages", visible},
            {"ApproximateNumberOfMessagesNotVisible", hidden},
            {"ApproximateNumberOfMessagesDelayed", delayed}};
  }
};

TEST_F(Destroyable, IsAnEmptyQueue) {
  queue_holds(counts("0", "0", "0"));
  EXPECT_EQ(lines(), "ok queue: is empty\n");
}

TEST_F(Destroyable, IsNoQueueWithAMessageOfAnyKind) {
  queue_holds(counts("1", "0", "0"));
  queue_holds(counts("0", "2", "0"));
  queue_holds(counts("0", "0", "3"));
  EXPECT_EQ(lines(),
            "fail queue: 1 messages are in it\nfail queue: 2 messages are in it\nfail queue: 3 messages are in it\n");
}

TEST_F(Destroyable, IsNoQueueThatDoesNotSay) {
  queue_holds(counts("0", "", "0"));
  queue_holds(counts("0", "0", "-"));
  queue_holds({});
  client.refuse(ErrorCode::kPermissionDenied, {403, "AccessDenied"});
  look_whether_empty(look, "https://sqs.example/1/q", "queue");
  EXPECT_EQ(said.count(Grade::kFail), 4U) << lines();
}

TEST_F(Destroyable, IsAGateAtRest) {
  memory.announce(memory.upload("a.txt", "good"));
  memory.announce(memory.upload("b.txt", string("\x00\xff\xfe", 3)));
  memory.run_until_idle();
  look_for_open_work(gate, said);
  EXPECT_EQ(lines(), "ok input: holds no file\nok records: no file is on its way\n");
}

TEST_F(Destroyable, IsNoGateWithAFileInItsInput) {
  (void)memory.upload("orders/a\n.txt", "good");
  look_for_open_work(gate, said);
  EXPECT_EQ(lines(),
            "fail input: 1 files are in it, the first is orders/a\\n.txt\nok records: no file is on its way\n");
}

TEST_F(Destroyable, IsNoGateWithOpenWork) {
  (void)memory.upload("a.txt", "good");
  ASSERT_TRUE(sweep(gate, memory.context()).ok());  // makes a record, and a message
  look_for_open_work(gate, said);
  EXPECT_NE(lines().find("fail records: 1 files are on their way, the first is a.txt\n"), string::npos) << lines();
}

}  // namespace
}  // namespace scalper::cli
