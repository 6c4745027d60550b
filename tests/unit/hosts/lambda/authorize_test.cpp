#include "hosts/lambda/authorize.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "adapters/memory/memory_tokens.h"
#include "support/fake_clock.h"

namespace scalper::lambda {
namespace {

namespace json = boost::json;
using std::string;

constexpr const char* kArn = "arn:aws:execute-api:eu-central-1:111122223333:abcdef123/test/GET/v1/files";

struct AuthorizerOnMemory : testing::Test {
  string add(Role role, const string& name = "somebody", std::vector<string> prefixes = {},
             std::optional<WallTime> expires = std::nullopt) {
    string text = new_token_text().value();
    AccessToken token;
    token.hash = token_hash(text);
    token.name = name;
    token.role = role;
    token.prefixes = std::move(prefixes);
    token.expires = expires;
    EXPECT_TRUE(tokens.add({}, token).ok());
    return text;
  }
  json::object ask(const json::object& event) {
    const auto answer = authorizer.answer(json::serialize(event), {});
    EXPECT_TRUE(answer.ok());
    return answer.ok() ? json::parse(*answer).as_object() : json::object{};
  }
  static json::object event_2(const string& authorization) {
    return {{"version", "2.0"},
            {"type", "REQUEST"},
            {"routeArn", kArn},
            {"identitySource", json::array{authorization}},
            {"headers", json::object{{"authorization", authorization}}}};
  }
  bool lets_in(const json::object& event) { return ask(event).at("isAuthorized").as_bool(); }

  FakeClock clock;
  MemoryTokens tokens{clock};
  Authorizer authorizer{tokens, clock};
};

TEST_F(AuthorizerOnMemory, SaysWhoItIsInFormat2) {
  const string text = add(Role::kUploader, "partner", {"a/", "b\"/"});
  const auto answer = ask(event_2("Bearer " + text));
  EXPECT_TRUE(answer.at("isAuthorized").as_bool());
  const auto& context = answer.at("context").as_object();
  EXPECT_EQ(context.at("role").as_string(), "uploader");
  EXPECT_EQ(json::parse(context.at("prefixes").as_string()), (json::array{"a/", "b\"/"}));
  EXPECT_EQ(context.at("principalId").as_string(), "token " + token_hash(text).substr(0, 16) + " (partner)");
  EXPECT_EQ(json::serialize(answer).find(text), string::npos);
}

TEST_F(AuthorizerOnMemory, LetsNobodyElseIn) {
  const string text = add(Role::kOperator);
  const string other = new_token_text().value();
  for (const string& wrong :
       {string(), text, "Basic " + text, string("Bearer"), "Bearer " + other, "Bearer " + text + "x",
        "Bearer " + text + ", Bearer " + text, "Bearer " + text.substr(1)}) {
    const auto answer = ask(event_2(wrong));
    EXPECT_FALSE(answer.at("isAuthorized").as_bool()) << wrong;
    EXPECT_FALSE(answer.contains("context"));
  }
  json::object twice = event_2("Bearer " + text);
  twice["multiValueHeaders"] = json::object{{"Authorization", json::array{"Bearer " + text, "Bearer " + other}}};
  EXPECT_FALSE(lets_in(twice));
  json::object in_query = event_2("");
  in_query["queryStringParameters"] = json::object{{"token", text}, {"access_token", text}};
  EXPECT_FALSE(lets_in(in_query));
}

TEST_F(AuthorizerOnMemory, WritesAPolicyOfTheWholeApiInFormat1) {
  const string text = add(Role::kViewer, "v");
  const json::object request{{"type", "REQUEST"},
                             {"methodArn", kArn},
                             {"headers", json::object{{"Authorization", "Bearer " + text}}},
                             {"multiValueHeaders", json::object{{"Authorization", json::array{"Bearer " + text}}}}};
  const json::object token{{"type", "TOKEN"}, {"methodArn", kArn}, {"authorizationToken", "bearer " + text}};
  for (const auto& event : {request, token}) {
    const auto answer = ask(event);
    const auto& statement = answer.at("policyDocument").at("Statement").at(0).as_object();
    EXPECT_EQ(statement.at("Effect").as_string(), "Allow");
    EXPECT_EQ(statement.at("Resource").as_string(), "arn:aws:execute-api:eu-central-1:111122223333:abcdef123/test/*");
    EXPECT_EQ(answer.at("context").at("role").as_string(), "viewer");
    EXPECT_EQ(answer.at("context").at("prefixes").as_string(), "[]");
    EXPECT_TRUE(answer.at("principalId").as_string().starts_with("token "));
  }
  const auto denied = ask({{"type", "TOKEN"}, {"methodArn", kArn}, {"authorizationToken", "Bearer x"}});
  EXPECT_EQ(denied.at("policyDocument").at("Statement").at(0).at("Effect").as_string(), "Deny");
  EXPECT_EQ(denied.at("principalId").as_string(), "nobody");
  EXPECT_FALSE(denied.contains("context"));
}

TEST_F(AuthorizerOnMemory, ForgetsARevokedTokenWithinAMinuteAndAnExpiredOneAtOnce) {
  const auto expires = clock.wall_now() + std::chrono::seconds{10};
  const string brief = "Bearer " + add(Role::kViewer, "brief", {}, expires);
  const string revoked = add(Role::kViewer);
  EXPECT_TRUE(lets_in(event_2(brief)));
  EXPECT_TRUE(lets_in(event_2("Bearer " + revoked)));
  ASSERT_TRUE(tokens.revoke({}, token_hash(revoked), clock.wall_now()).ok());
  clock.advance(std::chrono::seconds{10});
  EXPECT_FALSE(lets_in(event_2(brief)));
  EXPECT_TRUE(lets_in(event_2("Bearer " + revoked))) << "remembered";
  clock.advance(Authorizer::kRemembered - std::chrono::seconds{10});
  EXPECT_FALSE(lets_in(event_2("Bearer " + revoked)));
}

TEST_F(AuthorizerOnMemory, DoesNotRememberWhatWasNotThere) {
  const string text = new_token_text().value();
  EXPECT_FALSE(lets_in(event_2("Bearer " + text)));
  AccessToken late;
  late.hash = token_hash(text);
  late.name = "n";
  ASSERT_TRUE(tokens.add({}, late).ok());
  EXPECT_TRUE(lets_in(event_2("Bearer " + text)));
}

TEST_F(AuthorizerOnMemory, AnswersNothingWhereTheStoreDoesNotOrTheEventIsNone) {
  const string text = add(Role::kViewer);
  std::stop_source stop;
  stop.request_stop();
  CallContext stopped;
  stopped.stop = stop.get_token();
  const auto failed = authorizer.answer(json::serialize(event_2("Bearer " + text)), stopped);
  EXPECT_TRUE(failed.failed_with(ErrorCode::kCancelled));
  EXPECT_EQ(failed.error().message().find(text), string::npos);
  for (const char* payload : {"", "[]", "{}", R"({"version":"1.0","methodArn":"arn"})", R"({"version":"3.0"})"})
    EXPECT_TRUE(authorizer.answer(payload, {}).failed_with(ErrorCode::kInvalidArgument)) << payload;
}

}  // namespace
}  // namespace scalper::lambda
