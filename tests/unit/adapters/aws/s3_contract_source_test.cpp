#include "adapters/aws/s3_contract_source.h"

#include <gtest/gtest.h>

#include "contract/subject.h"
#include "digest/sha256.h"
#include "support/fake_clock.h"
#include "support/scripted_aws_client.h"

namespace scalper::aws {
namespace {

class S3Contracts : public testing::Test {
 protected:
  FakeClock clock;
  ScriptedAwsClient client;
  S3ContractSource source{client, clock, BucketName{"bucket"}, "gate"};
  CallContext context;
  const ContractSet set{"d1", {{"b.yaml", "two"}, {"a.yaml", "one"}}};

  void answer_nothing() { client.refuse(ErrorCode::kNotFound, {404, "NoSuchKey"}); }
  void refuse_condition() { client.refuse(ErrorCode::kPreconditionFailed, {412, "PreconditionFailed"}); }
  [[nodiscard]] static std::string list() {
    const auto entry = [](const char* path, const std::string& text) {
      return R"({"path":")" + std::string(path) + R"(","size":)" + std::to_string(text.size()) + R"(,"sha256":")" +
             to_hex(sha256(as_bytes(text))) + "\"}";
    };
    return R"({"files":[)" + entry("a.yaml", "one") + "," + entry("b.yaml", "two") + "]}\n";
  }
  [[nodiscard]] std::string asked(std::size_t n) const {
    std::string text = client.asked.at(n).method + " " + client.asked.at(n).path;
    for (const auto& [name, value] : client.asked.at(n).headers)
      if (name == "if-match" || name == "if-none-match") text += " " + name + " " + value;
    return text;
  }
};

TEST_F(S3Contracts, WritesTheFilesThenTheirListThenThePointer) {
  for (int i = 0; i < 1; ++i) answer_nothing();
  for (int i = 0; i < 3; ++i) client.answer("", {{"etag", "\"e\""}});
  answer_nothing();
  client.answer("", {{"etag", "\"e\""}});
  ASSERT_DONE(source.publish(context, set));
  EXPECT_EQ(asked(0), "GET /gate/sets/d1.json");
  EXPECT_EQ(asked(1), "PUT /gate/sets/d1/a.yaml if-none-match *");
  EXPECT_EQ(asked(2), "PUT /gate/sets/d1/b.yaml if-none-match *");
  EXPECT_EQ(asked(3), "PUT /gate/sets/d1.json if-none-match *");
  EXPECT_EQ(client.asked[3].body, list());
  EXPECT_EQ(asked(4), "GET /gate/current");
  EXPECT_EQ(asked(5), "PUT /gate/current if-none-match *");
  EXPECT_EQ(client.asked[5].body, "d1");
  EXPECT_EQ(*source.current_digest(context), "d1") << "known without a call";
}

TEST_F(S3Contracts, GoesOnWhereAnotherPublisherEndedAndTakesNothingOfAnotherSet) {
  answer_nothing();
  refuse_condition();
  client.answer("one");  // the same file is there
  client.answer("", {{"etag", "\"e\""}});
  refuse_condition();
  client.answer(list());
  client.answer("d0", {{"etag", "\"e0\""}});
  refuse_condition();  // somebody published meanwhile
  client.answer("d7", {{"etag", "\"e7\""}});
  client.answer("", {{"etag", "\"e\""}});
  ASSERT_DONE(source.publish(context, set));
  EXPECT_EQ(asked(7), "PUT /gate/current if-match \"e0\"");
  EXPECT_EQ(asked(9), "PUT /gate/current if-match \"e7\"");
  answer_nothing();
  refuse_condition();
  client.answer("other");
  EXPECT_CODE(kInvalidArgument, source.publish(context, set));
  client.answer("{\"files\":[]}\n");
  EXPECT_CODE(kInvalidArgument, source.publish(context, set));
  client.answer(list());  // stored as it is: only the pointer is looked at
  client.answer("d1", {{"etag", "\"e\""}});
  EXPECT_DONE(source.publish(context, set));
}

TEST_F(S3Contracts, LoadsOnlyWhatWasPublished) {
  client.answer(list());
  client.answer("one");
  client.answer("two");
  const auto loaded = source.load(context, "d1");
  ASSERT_DONE(loaded);
  ASSERT_EQ(loaded->files.size(), 2U);
  EXPECT_EQ(loaded->files[1].text, "two");
  client.answer(list());
  client.answer("changed");
  EXPECT_CODE(kCorrupt, source.load(context, "d1"));
  client.answer(list());
  client.answer("one");
  answer_nothing();
  EXPECT_CODE(kCorrupt, source.load(context, "d1")) << "a file is gone";
  for (const char* const wrong :
       {"", "{}", "{\"files\":7}", "{\"files\":[7]}", R"({"files":[{"path":"../x","sha256":""}]})"}) {
    client.answer(wrong);
    EXPECT_CODE(kCorrupt, source.load(context, "d1")) << wrong;
  }
  answer_nothing();
  EXPECT_CODE(kNotFound, source.load(context, "d1"));
  client.refuse(ErrorCode::kNotFound, {404, "NoSuchBucket"});
  EXPECT_CODE(kNotFound, source.load(context, "d1"));
  client.refuse(ErrorCode::kUnavailable, {503, ""});
  EXPECT_CODE(kUnavailable, source.load(context, "d1"));
}

TEST_F(S3Contracts, AsksForTheCurrentSetOnceInTenSeconds) {
  answer_nothing();
  EXPECT_CODE(kNotFound, source.current_digest(context));
  client.answer("d1");
  EXPECT_EQ(*source.current_digest(context), "d1");
  clock.advance(Millis{9999});
  EXPECT_EQ(*source.current_digest(context), "d1");
  clock.advance(Millis{1});
  client.answer("d2");
  EXPECT_EQ(*source.current_digest(context), "d2");
  clock.advance(Millis{10000});
  client.answer("../d3");
  EXPECT_CODE(kCorrupt, source.current_digest(context));
  client.refuse(ErrorCode::kPermissionDenied, {403, "AccessDenied"});
  const auto denied = source.current_digest(context);
  EXPECT_CODE(kPermissionDenied, denied) << "a failure is not remembered as a set";
  EXPECT_NE(denied.error().message().find("SCALPER_CONTRACTS"), std::string::npos);
}

}  // namespace
}  // namespace scalper::aws
