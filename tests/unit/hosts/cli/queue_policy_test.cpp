#include "hosts/cli/queue_policy.h"

#include <gtest/gtest.h>

namespace scalper::cli {
namespace {

using std::string;
using Right = Sending::Right;

const string kSend = R"("Action":["sqs:GetQueueUrl","SQS:SendMessage"])";
constexpr const char* kBucketArn = "arn:aws:s3:::acme-in";
constexpr const char* kAccount = "111122223333";

string statement(const string& rest) { return R"({"Effect":"Allow",)" + rest + "," + kSend + "}"; }
string from_s3(const string& condition) {
  return statement(R"("Principal":{"Service":"s3.amazonaws.com"},"Condition":)" + condition);
}

Sending s3(const string& statements) {
  return may_send(R"({"Version":"2012-10-17","Statement":)" + statements + "}", "s3.amazonaws.com", kBucketArn,
                  kAccount);
}
Sending events(const string& statements) {
  return may_send(R"({"Statement":)" + statements + "}", "events.amazonaws.com", "", kAccount);
}

TEST(QueuePolicy, KnowsWhoIsMeant) {
  const string both = statement(R"("Principal":{"Service":["events.amazonaws.com","s3.amazonaws.com"]})");
  EXPECT_EQ(s3(both).right, Right::kAnybody);
  EXPECT_EQ(events(both).right, Right::kAnybody);
  EXPECT_EQ(s3("[" + statement(R"("Principal":{"AWS":"*"})") + "]").right, Right::kAnybody);
  EXPECT_EQ(s3(R"([{"Effect":"Allow","Principal":"*","Action":"sqs:*"}])").right, Right::kAnybody);
  EXPECT_EQ(s3(R"([{"Effect":"Deny","Principal":"*",)" + kSend + "}]").right, Right::kNone);
  EXPECT_EQ(s3(statement(R"("Principal":{"AWS":"arn:aws:iam::1:root"})")).right, Right::kNone);
  EXPECT_EQ(s3(R"([{"Effect":"Allow","Principal":"*","Action":"sqs:ReceiveMessage"}])").right, Right::kNone);
  for (const char* none : {"7", "[7]", "{}", "[]", "\"x\""}) EXPECT_EQ(s3(none).right, Right::kNone) << none;
  EXPECT_EQ(may_send("", "s3.amazonaws.com", kBucketArn, kAccount).right, Right::kNone);
}

struct ConditionCase {
  const char* condition;
  Right right;
  const char* why;
};

TEST(QueuePolicy, ReadsConditions) {
  const ConditionCase cases[] = {
      {R"({"ArnEquals":{"aws:SourceArn":"arn:aws:s3:::acme-in"}})", Right::kFor, ""},
      {R"({"ArnLike":{"AWS:sourcearn":["arn:aws:s3:*:*:other","arn:aws:s3:::acme-*"]}})", Right::kFor, ""},
      {R"({"StringEquals":{"aws:SourceAccount":"111122223333"},"Bool":{"aws:SecureTransport":"true"}})", Right::kFor,
       ""},
      {R"({})", Right::kAnybody, ""},
      {R"({"ArnLike":{"aws:SourceArn":"arn:aws:s3:::acme-out"}})", Right::kNone, "acme-out"},
      {R"({"StringEquals":{"aws:SourceArn":"arn:aws:s3:::acme-*"}})", Right::kNone, "acme-*"},
      {R"({"ArnLike":{"aws:SourceArn":"arn:aws:s3:::acme-in"},"StringEquals":{"aws:SourceAccount":"9"}})",
       Right::kPerhaps, "aws:SourceAccount names \"9\""},
      {R"({"ArnLike":{"aws:SourceArn":"arn:aws:s3:::x"},"StringEquals":{"aws:SourceAccount":"9"}})", Right::kNone,
       "SourceArn"},
      {R"({"StringEquals":{"aws:PrincipalOrgID":"o-1"}})", Right::kPerhaps, "aws:PrincipalOrgID"},
      {R"({"ArnNotLike":{"aws:SourceArn":"arn:aws:s3:::acme-in"}})", Right::kPerhaps, "ArnNotLike"},
      {R"({"ArnLike":7})", Right::kPerhaps, "not understood"},
      {R"(7)", Right::kPerhaps, "not understood"},
  };
  for (const ConditionCase& one : cases) {
    const Sending sending = s3(from_s3(one.condition));
    EXPECT_EQ(sending.right, one.right) << one.condition;
    EXPECT_NE(sending.why.find(one.why), string::npos) << one.condition << ": " << sending.why;
    EXPECT_EQ(sending.why.empty(), *one.why == '\0') << sending.why;
  }
}

TEST(QueuePolicy, TakesTheBestStatement) {
  const string no = from_s3(R"({"ArnLike":{"aws:SourceArn":"arn:aws:s3:::x"}})");
  const string yes = from_s3(R"({"ArnLike":{"aws:SourceArn":"arn:aws:s3:::acme-in"}})");
  EXPECT_EQ(s3("[" + no + "," + yes + "]").right, Right::kFor);
  EXPECT_EQ(s3("[" + yes + "," + no + "]").right, Right::kFor);
  EXPECT_NE(s3("[7," + no + "]").why, "");
}

TEST(QueuePolicy, OfARuleOnlyTheServiceIsKnown) {
  const auto by = [](const string& arn) {
    return events(statement(
                      R"("Principal":{"Service":"events.amazonaws.com"},"Condition":{"ArnEquals":{"aws:SourceArn":")" +
                      arn + R"("}})"))
        .right;
  };
  EXPECT_EQ(by("arn:aws:events:eu-central-1:111122223333:rule/new-objects"), Right::kFor);
  EXPECT_EQ(by("arn:aws:s3:::acme-in"), Right::kNone);
}

TEST(QueuePolicy, StarsCostNoMoreThanTheirLength) {
  string stars;
  for (int i = 0; i < 5000; ++i) stars += "*a";
  EXPECT_EQ(s3(from_s3(R"({"ArnLike":{"aws:SourceArn":")" + stars + R"("}})")).right, Right::kNone);
}

}  // namespace
}  // namespace scalper::cli
