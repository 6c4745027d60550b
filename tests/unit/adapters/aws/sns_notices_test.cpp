#include "adapters/aws/sns_notices.h"

#include <gtest/gtest.h>

#include <map>

#include "contract/subject.h"
#include "model/notice_event.h"
#include "support/fake_clock.h"
#include "support/records.h"
#include "support/scripted_aws_client.h"

namespace scalper::aws {
namespace {

constexpr const char* kPublished =
    "<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult>"
    "<MessageId>94f20ce6-13c5-43a0-9a9e-ca52d816e90b</MessageId></PublishResult></PublishResponse>";

int digit(char c) { return c <= '9' ? c - '0' : c - 'A' + 10; }

std::map<std::string, std::string> form_of(const std::string& body) {
  std::map<std::string, std::string> form;
  std::string name;
  std::string text;
  for (std::size_t at = 0; at <= body.size(); ++at) {
    if (at == body.size() || body[at] == '&') {
      form[name] = text;
      text.clear();
    } else if (body[at] == '=') {
      name = std::exchange(text, {});
    } else if (body[at] == '%') {
      text += static_cast<char>(digit(body[at + 1]) * 16 + digit(body[at + 2]));
      at += 2;
    } else {
      text += body[at];
    }
  }
  return form;
}

class SnsNoticesTest : public testing::Test {
 protected:
  std::map<std::string, std::string> asked() { return form_of(client_.asked.back().body); }
  // The attributes by their names.
  std::map<std::string, std::string> attributes() {
    std::map<std::string, std::string> found;
    auto form = asked();
    for (int i = 1; form.contains("MessageAttributes.entry." + std::to_string(i) + ".Name"); ++i) {
      const std::string at = "MessageAttributes.entry." + std::to_string(i) + ".";
      EXPECT_EQ(form[at + "Value.DataType"], "String");
      found[form[at + "Name"]] = form[at + "Value.StringValue"];
    }
    return found;
  }

  FakeClock clock_;
  ScriptedAwsClient client_;
  SnsNotices notices_{client_, clock_, {"arn:aws:sns:eu-central-1:111122223333:told", "orders"}};
};

TEST_F(SnsNoticesTest, PublishTheRecordWithAttributesToFilterBy) {
  client_.answer(kPublished);
  FileRecord record = full_record();
  ASSERT_TRUE(record.decision.has_value());
  record.decision->verdict.contract.name = "orders-v1";
  ASSERT_DONE(notices_.publish(CallContext{}, {"id.3", record}));
  const AwsRequest& request = client_.asked.at(0);
  EXPECT_EQ(request.service, "sns");
  EXPECT_EQ(request.path, "/");
  EXPECT_TRUE(request.repeatable);
  EXPECT_EQ(asked()["Action"], "Publish");
  EXPECT_EQ(asked()["TopicArn"], "arn:aws:sns:eu-central-1:111122223333:told");
  EXPECT_EQ(asked()["Message"], notice_event("id.3", "orders", record).text);
  const std::map<std::string, std::string> expected{{"notice_id", "id.3"},
                                                    {"pipeline", "orders"},
                                                    {"status", std::string(to_string(record.status))},
                                                    {"verdict", std::string(to_string(record.decision->verdict.kind))},
                                                    {"contract", "orders-v1"}};
  EXPECT_EQ(attributes(), expected);
}

TEST_F(SnsNoticesTest, LeavesOutWhatARecordHasNot) {
  client_.answer(kPublished);
  FileRecord record = final_record("a", "1", FileStatus::kFailed, WallTime{Millis{1}});
  record.decision.reset();
  ASSERT_DONE(notices_.publish(CallContext{}, {"x", record}));
  const std::map<std::string, std::string> expected{{"notice_id", "x"}, {"pipeline", "orders"}, {"status", "failed"}};
  EXPECT_EQ(attributes(), expected);
}

TEST_F(SnsNoticesTest, CutsWhatSnsDoesNotTake) {
  FileRecord record = full_record();
  ASSERT_TRUE(record.decision.has_value());
  HistoryEntry entry;
  entry.codes = std::string(50000, 'c');
  record.history.assign(6, entry);
  client_.answer(kPublished);
  ASSERT_DONE(notices_.publish(CallContext{}, {"x", record}));
  EXPECT_LE(asked()["Message"].size(), 256U * 1024 - 4096);
  EXPECT_EQ(attributes()["cut"], "history");

  Finding finding;
  finding.code = "csv.row_width";
  finding.message = std::string(300000, 'm');
  record.decision->verdict.findings = {finding};
  client_.answer(kPublished);
  ASSERT_DONE(notices_.publish(CallContext{}, {"x", record}));
  EXPECT_LE(asked()["Message"].size(), 256U * 1024 - 4096);
  EXPECT_EQ(attributes()["cut"], "findings");
}

TEST_F(SnsNoticesTest, PassesErrorsOnAndBelievesNoOtherAnswer) {
  const Notice notice{"x", full_record()};
  EXPECT_CODE(kInvalidArgument, notices_.publish(CallContext{}, {"", full_record()}));
  client_.refuse(ErrorCode::kNotFound, {404, "NotFound"});
  const auto no_topic = notices_.publish(CallContext{}, notice);
  EXPECT_CODE(kNotFound, no_topic);
  EXPECT_NE(no_topic.error().message().find("SCALPER_NOTICE_TOPIC_ARN"), std::string::npos);
  client_.refuse(ErrorCode::kThrottled, {400, "Throttled"});
  EXPECT_CODE(kThrottled, notices_.publish(CallContext{}, notice));
  for (const char* const answer : {"", "{}", "<html/>", "<PublishResponse><PublishResult/></PublishResponse>"}) {
    client_.answer(answer);
    EXPECT_CODE(kCorrupt, notices_.publish(CallContext{}, notice)) << answer;
  }
}

}  // namespace
}  // namespace scalper::aws
