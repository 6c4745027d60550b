#include "adapters/aws/s3_notification.h"

#include <gtest/gtest.h>

#include "support/scripted_aws_client.h"

namespace scalper::aws {
namespace {

constexpr const char* kHead = R"(<?xml version="1.0" encoding="UTF-8"?>
<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">)";
constexpr const char* kEnd = "</NotificationConfiguration>";
constexpr const char* kQueue =
    "<QueueConfiguration><Id>to-queue</Id><Queue>arn:aws:sqs:eu-central-1:1:q</Queue><Event>s3:ObjectCreated:*</Event>"
    "<Filter><S3Key><FilterRule><Name>prefix</Name><Value>a&amp;b/ </Value></FilterRule></S3Key></Filter>"
    "</QueueConfiguration>";
constexpr const char* kFunction =
    "<CloudFunctionConfiguration><Id>f</Id><CloudFunction>arn:aws:lambda:eu-central-1:1:function:f</CloudFunction>"
    "<Event>s3:ObjectRemoved:*</Event><Event>s3:ObjectRestore:Post</Event></CloudFunctionConfiguration>";
constexpr const char* kUnknown = R"(<Future kind="x"><!-- theirs --><Deep>1 &lt; 2</Deep></Future>)";

std::string document(const std::string& inside) { return kHead + inside + kEnd; }

std::string switched_on(const std::string& text) {
  const auto stands = read_notification(text);
  if (!stands.ok()) return "refused: " + stands.error().message();
  const auto wanted = with_event_bridge(*stands);
  return wanted.ok() ? wanted->text : "refused: " + wanted.error().message();
}

TEST(S3Notification, AddsOneElementAndChangesNoOtherByte) {
  for (const std::string& inside :
       {std::string(), std::string("\n  "), std::string(kQueue), std::string(kFunction) + kQueue + kQueue,
        "<TopicConfiguration><Topic>t</Topic><Event>s3:ObjectCreated:Put</Event></TopicConfiguration>\n" +
            std::string(kUnknown),
        std::string("<!-- </NotificationConfiguration> -->") + kQueue})
    EXPECT_EQ(switched_on(document(inside)), document(inside + "<EventBridgeConfiguration/>"));
  EXPECT_EQ(switched_on(document(kQueue) + "\n"), document(std::string(kQueue) + "<EventBridgeConfiguration/>"));
}

TEST(S3Notification, OpensAnEmptyDocument) {
  EXPECT_EQ(switched_on(R"(<NotificationConfiguration xmlns="urn:x"/>)"),
            R"(<NotificationConfiguration xmlns="urn:x"><EventBridgeConfiguration/></NotificationConfiguration>)");
  EXPECT_EQ(switched_on("<NotificationConfiguration />"),
            "<NotificationConfiguration ><EventBridgeConfiguration/></NotificationConfiguration>");
}

TEST(S3Notification, LeavesOneThatHasItAlready) {
  for (const char* on : {"<EventBridgeConfiguration/>", "<EventBridgeConfiguration></EventBridgeConfiguration>"})
    EXPECT_EQ(switched_on(document(std::string(on) + kQueue)), document(std::string(on) + kQueue));
}

TEST(S3Notification, RefusesWhatItDoesNotUnderstand) {
  for (const std::string& text :
       {std::string(), std::string("no xml"), std::string("<Other/>"), std::string("<NotificationConfiguration>"),
        document(kQueue) + "<!-- </NotificationConfiguration> -->", document(kQueue) + "<!-- later -->",
        std::string(R"(<s:NotificationConfiguration xmlns:s="urn:x"><s:A/></s:NotificationConfiguration>)"),
        std::string(R"(<s:NotificationConfiguration xmlns:s="urn:x"/>)"),
        std::string("<!DOCTYPE x><NotificationConfiguration/>")})
    EXPECT_TRUE(switched_on(text).starts_with("refused: ")) << text;
}

TEST(S3Notification, ComparesWithoutOrder) {
  const auto read = [](const std::string& inside) { return read_notification(document(inside)).value(); };
  EXPECT_TRUE(say_the_same(read(std::string(kQueue) + kFunction), read(std::string(kFunction) + "\n" + kQueue)));
  EXPECT_FALSE(say_the_same(read(std::string(kQueue) + kQueue), read(kQueue)));
  EXPECT_FALSE(say_the_same(read("<A><B>1</B></A>"), read("<A><B>2</B></A>")));
  EXPECT_FALSE(say_the_same(read("<A><B/></A><C/>"), read("<A/><C><B/></C>")));
}

TEST(S3Notification, WritesWithoutTestMessagesToOthers) {
  ScriptedAwsClient client;
  client.answer("");
  const auto wanted = read_notification(document(kQueue)).value();
  ASSERT_TRUE(put_notification(client, {}, BucketName{"partner"}, wanted).ok());
  ASSERT_EQ(client.asked.size(), 1U);
  EXPECT_EQ(client.asked[0].method, "PUT");
  EXPECT_EQ(client.asked[0].bucket, "partner");
  EXPECT_EQ(client.asked[0].query, (Fields{{"notification", ""}}));
  EXPECT_EQ(client.asked[0].body, document(kQueue));
  EXPECT_NE(std::find(client.asked[0].headers.begin(), client.asked[0].headers.end(),
                      std::pair<std::string, std::string>("x-amz-skip-destination-validation", "true")),
            client.asked[0].headers.end());
}

}  // namespace
}  // namespace scalper::aws
