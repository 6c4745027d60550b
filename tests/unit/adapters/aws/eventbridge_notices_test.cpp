#include "adapters/aws/eventbridge_notices.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "contract/subject.h"
#include "model/notice_event.h"
#include "support/fake_clock.h"
#include "support/records.h"
#include "support/scripted_aws_client.h"

namespace scalper::aws {
namespace {

namespace json = boost::json;

constexpr const char* kTaken =
    R"({"FailedEntryCount":0,"Entries":[{"EventId":"11710aed-b79e-4468-a20b-bb3c0c3b4860"}]})";

class EventBridgeNoticesTest : public testing::Test {
 protected:
  FakeClock clock_;
  ScriptedAwsClient client_;
  EventBridgeNotices notices_{client_, clock_, {"told", "orders"}};
};

TEST_F(EventBridgeNoticesTest, PutsOneEventWithTheCloudEventAsDetail) {
  client_.answer(kTaken);
  const FileRecord record = final_record("a", "1", FileStatus::kInvalid, WallTime{Millis{1'700'000'000'123}});
  ASSERT_DONE(notices_.publish(CallContext{}, {"id.3", record}));
  const AwsRequest& request = client_.asked.at(0);
  EXPECT_EQ(request.service, "events");
  EXPECT_TRUE(request.repeatable);
  const Fields expected{{"content-type", "application/x-amz-json-1.1"}, {"x-amz-target", "AWSEvents.PutEvents"}};
  EXPECT_EQ(request.headers, expected);
  const json::value asked = json::parse(request.body);
  ASSERT_EQ(asked.at("Entries").as_array().size(), 1U);
  const json::value& entry = asked.at("Entries").at(0);
  EXPECT_EQ(entry.at("Source"), "silent-scalper");
  EXPECT_EQ(entry.at("DetailType"), "silentscalper.file.invalid");
  EXPECT_EQ(entry.at("EventBusName"), "told");
  EXPECT_EQ(entry.at("Time"), 1'700'000'000);
  EXPECT_EQ(entry.at("Detail").as_string(), notice_event("id.3", "orders", record).text);
}

TEST_F(EventBridgeNoticesTest, AnEntryThatWasRefusedIsAnError) {
  const Notice notice{"x", full_record()};
  EXPECT_CODE(kInvalidArgument, notices_.publish(CallContext{}, {"", full_record()}));
  struct Case {
    const char* code;
    ErrorCode expected;
  };
  for (const Case& one :
       {Case{"ThrottlingException", ErrorCode::kThrottled}, Case{"InternalFailure", ErrorCode::kUnavailable},
        Case{"NotAuthorizedForSourceException", ErrorCode::kPermissionDenied},
        Case{"MalformedDetail", ErrorCode::kInvalidArgument}}) {
    client_.answer(R"({"FailedEntryCount":1,"Entries":[{"ErrorCode":")" + std::string(one.code) +
                   R"(","ErrorMessage":"no\u001b"}]})");
    const auto told = notices_.publish(CallContext{}, notice);
    ASSERT_FALSE(told.ok());
    EXPECT_EQ(told.error().code(), one.expected) << one.code;
    EXPECT_NE(told.error().message().find(one.code), std::string::npos);
    EXPECT_EQ(told.error().message().find('\x1b'), std::string::npos);
  }
}

TEST_F(EventBridgeNoticesTest, PassesErrorsOnAndBelievesNoOtherAnswer) {
  const Notice notice{"x", full_record()};
  client_.refuse(ErrorCode::kNotFound, {400, "ResourceNotFoundException"});
  const auto no_bus = notices_.publish(CallContext{}, notice);
  EXPECT_CODE(kNotFound, no_bus);
  EXPECT_NE(no_bus.error().message().find("SCALPER_NOTICE_BUS"), std::string::npos);
  for (const char* const answer : {"", "{}", "[]", R"({"FailedEntryCount":0,"Entries":[]})", R"({"Entries":[1]})",
                                   R"({"Entries":[{"EventId":"a"},{"EventId":"b"}]})"}) {
    client_.answer(answer);
    EXPECT_CODE(kCorrupt, notices_.publish(CallContext{}, notice)) << answer;
  }
}

}  // namespace
}  // namespace scalper::aws
