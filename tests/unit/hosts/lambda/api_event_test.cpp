#include "hosts/lambda/api_event.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/base64.h"
#include "hosts/lambda/runtime_client.h"

namespace scalper::lambda {
namespace {

// Requests as HTTP APIs (2.0) and REST APIs (1.0) send them; what is not of interest is left out.
std::string format_2(const std::string& path, const std::string& query, const std::string& stage = "$default",
                     const std::string& more = {}) {
  return R"({"version":"2.0","routeKey":"$default","rawPath":")" + path + R"(","rawQueryString":")" + query +
         R"(","headers":{"Accept":"*/*"},"requestContext":{"stage":")" + stage +
         R"(","http":{"method":"GET","path":")" + path + R"("}},"isBase64Encoded":false)" + more + "}";
}

std::string format_1(const std::string& path, const std::string& members) {
  return R"({"resource":"/{proxy+}","path":")" + path + R"(","httpMethod":"GET",)" + members +
         R"("requestContext":{"stage":"prod","path":"/prod)" + path + R"("},"body":null,"isBase64Encoded":false})";
}

TEST(ApiEvent, PathsAndQueriesBecomeOneEncodedTarget) {
  struct Case {
    std::string payload;
    const char* target;
  };
  for (const Case& c : {
           Case{format_2("/v1/files", ""), "/v1/files"},
           Case{format_2("/v1/files", "status=valid&prefix=a%2Fb+c"), "/v1/files?status=valid&prefix=a%2Fb+c"},
           Case{format_2("/v1/files", "prefix=a b\\u00fc"), "/v1/files?prefix=a%20b%C3%BC"},  // an emulator's
           Case{format_2("/v1/contracts/a b?c#d%", ""), "/v1/contracts/a%20b%3Fc%23d%25"},    // decoded
           Case{format_2("/v1/contracts/a%20b%3Fc", ""), "/v1/contracts/a%20b%3Fc"},          // encoded
           Case{format_2("/v1/contracts/\\u00fc\\u0001", ""), "/v1/contracts/%C3%BC%01"},     //
           Case{format_2("/prod/v1/files", "", "prod"), "/v1/files"},                         // a stage
           Case{format_2("/v1/v1/files", "", "v1"), "/v1/files"},                             // of that name
           Case{format_2("/v1/files", "", "v1"), "/v1/files"},                                // on its own domain
           Case{format_2("/prod/metrics", "", "prod"), "/metrics"},                           //
           Case{format_2("/gate/a/v1/health", ""), "/v1/health"},                             // a base path
           Case{format_2("/elsewhere", ""), "/elsewhere"},                                    //
           Case{format_1("/v1/files", R"("queryStringParameters":null,)"), "/v1/files"},
           Case{format_1("/v1/files", R"("queryStringParameters":{"prefix":"a/b c+d&e=f%"},)"),
                "/v1/files?prefix=a%2Fb%20c%2Bd%26e%3Df%25"},
           Case{format_1("/v1/files", R"("queryStringParameters":{"limit":"2"},)"
                                      R"("multiValueQueryStringParameters":{"limit":["1","2"]},)"),
                "/v1/files?limit=1&limit=2"},
           Case{format_1("/v1/contracts/a%2Fb", ""), "/v1/contracts/a%2Fb"},
       }) {
    const auto request = read_api_request(c.payload);
    ASSERT_TRUE(request.ok()) << c.payload << request.error().message();
    EXPECT_EQ(request->head.target, c.target) << c.payload;
    EXPECT_EQ(request->head.method, "GET");
  }
}

TEST(ApiEvent, HeadersAreInLowerCaseAndCookiesTogether) {
  const auto second = read_api_request(format_2("/v1/files", "", "$default", R"(,"cookies":["a=1","b=2"])"));
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->head.headers, (api::Headers{{"accept", "*/*"}, {"cookie", "a=1; b=2"}}));
  const auto first = read_api_request(
      format_1("/v1/files", R"("headers":{"X-A":"2"},"multiValueHeaders":{"X-A":["1","2"],"Cookie":["c=3"]},)"));
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->head.headers, (api::Headers{{"x-a", "1, 2"}, {"cookie", "c=3"}}));
}

TEST(ApiEvent, BodiesAreDecoded) {
  const auto request = read_api_request(
      R"({"rawPath":"/v1/files/process","requestContext":{"http":{"method":"POST"}},"body":"eyJrZXkiOiAiYSJ9",)"
      R"("isBase64Encoded":true})");
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->body, R"({"key": "a"})");
  EXPECT_EQ(request->head.method, "POST");
  for (const char* body : {"a", "ab=c", "====", "YQ=a", "Y===", "YR==", "YWI", "Y Q="})
    EXPECT_FALSE(from_base64(body)) << body;
  for (const std::string& bytes :
       {std::string(), std::string("a"), std::string("ab"), std::string("abc"), std::string("\0\xFF\xFE\0", 4)})
    EXPECT_EQ(from_base64(to_base64(as_bytes(bytes))), bytes);
}

TEST(ApiEvent, WhoCallsIsWhatTheGatewayHasChecked) {
  struct Case {
    const char* context;
    api::Role role;
    const char* caller;
  };
  const auto nobody = api::Role::kNone;
  const auto reader = api::Role::kViewer;
  const auto owner = api::Role::kOperator;
  const auto sender = api::Role::kUploader;
  for (const Case& c : {
           Case{R"("x":1)", nobody, ""},
           Case{R"("authorizer":{"iam":{"userArn":"arn:aws:iam::1:user/a"}})", owner, "arn:aws:iam::1:user/a"},
           Case{R"("identity":{"userArn":"arn:aws:iam::1:user/b","sourceIp":"1.2.3.4"})", owner,
                "arn:aws:iam::1:user/b"},
           Case{R"("identity":{"userArn":null,"sourceIp":"1.2.3.4"})", nobody, ""},
           Case{R"("authorizer":{"jwt":{"claims":{"sub":"u1"},"scopes":null}})", nobody, "u1"},
           // What the route asks for, not what the caller has.
           Case{R"("authorizer":{"jwt":{"claims":{"sub":"u1"},"scopes":["scalper/operator"]}})", nobody, "u1"},
           Case{R"("authorizer":{"jwt":{"claims":{"sub":"u1","scope":"scalper/viewer"},)"
                R"("scopes":["scalper/viewer","scalper/operator"]}})",
                reader, "u1"},
           Case{R"("authorizer":{"jwt":{"claims":{"sub":"u1","scope":"scalper/operator"},"scopes":null}})", owner,
                "u1"},
           Case{R"("authorizer":{"jwt":{"claims":{"sub":"u1","scope":["scalper/operator"]}}})", nobody, "u1"},
           Case{R"("authorizer":{"jwt":{"claims":{"sub":"u1","scope":"a scalper/operator b"}}})", owner, "u1"},
           Case{R"("authorizer":{"jwt":{"claims":{"sub":"u1","scope":"not-scalper/operator"}}})", nobody, "u1"},
           Case{R"("authorizer":{"jwt":{"claims":{"sub":"u1","scope":"scalper/none scalper/"}}})", nobody, "u1"},
           Case{R"("authorizer":{"jwt":{"claims":{"sub":"u1","scope":"scalper/viewer scalper/uploader"}}})", sender,
                "u1"},
           Case{R"("authorizer":{"lambda":{"principalId":"t","role":"root"}})", nobody, "t"},
           Case{R"("authorizer":{"lambda":{"principalId":"t"}})", nobody, "t"},
           Case{R"("authorizer":{"lambda":{"principalId":"t","role":"uploader","prefixes":"a/"}})", nobody, "t"},
           Case{R"("authorizer":{"lambda":{"principalId":"t","role":"uploader","prefixes":"[1]"}})", nobody, "t"},
           Case{R"("authorizer":{"lambda":{"principalId":"t","role":"uploader","prefixes":[""]}})", nobody, "t"},
           Case{R"("authorizer":{"lambda":{"principalId":"t","role":"operator"}})", owner, "t"},
           Case{R"("authorizer":{"principalId":"t","role":"viewer"})", reader, "t"},
           Case{R"("authorizer":{})", nobody, ""},
       }) {
    const auto request = read_api_request(
        std::string(R"({"rawPath":"/v1/files","requestContext":{"http":{"method":"GET"},)") + c.context + "}}");
    ASSERT_TRUE(request.ok()) << c.context;
    EXPECT_EQ(request->head.role, c.role) << c.context;
    EXPECT_EQ(request->head.caller, c.caller) << c.context;
  }
}

TEST(ApiEvent, AnUploaderIsBoundToItsPrefixes) {
  using Prefixes = std::vector<std::string>;
  const std::vector<std::pair<std::string, Prefixes>> cases = {
      {R"("lambda":{"principalId":"t","role":"uploader","prefixes":"[\"a/\",\"b c/\"]"})", {"a/", "b c/"}},
      {R"("lambda":{"principalId":"t","role":"uploader","prefixes":["a/"]})", {"a/"}},
      {R"("lambda":{"principalId":"t","role":"uploader","prefixes":"[]"})", {}},
      {R"("lambda":{"principalId":"t","role":"operator","prefixes":"[\"a/\"]"})", {}},
      {R"("principalId":"t","role":"uploader","prefixes":"[\"a/\"]")", {"a/"}},
      {R"("jwt":{"claims":{"sub":"u","scope":"scalper/uploader","scalper_prefixes":"[\"a/\"]"}})", {"a/"}},
  };
  for (const auto& [authorizer, prefixes] : cases) {
    const auto request = read_api_request(
        R"({"rawPath":"/v1/files","requestContext":{"http":{"method":"GET"},"authorizer":{)" + authorizer + "}}}");
    ASSERT_TRUE(request.ok()) << authorizer;
    EXPECT_NE(request->head.role, api::Role::kNone) << authorizer;
    EXPECT_EQ(request->head.prefixes, prefixes) << authorizer;
  }
}

TEST(ApiEvent, WhatIsNoRequestIsRefused) {
  for (const char* payload :
       {"", "[]", "{}", R"({"rawPath":"/v1"})", R"({"rawPath":"v1","requestContext":{"http":{"method":"GET"}}})",
        R"({"rawPath":"/v1","requestContext":{"http":{}}})", R"({"path":"/v1","requestContext":{}})",
        R"({"Records":[{"eventSource":"aws:sqs"}]})",
        R"({"rawPath":"/v1","requestContext":{"http":{"method":"PUT"}},"body":"%","isBase64Encoded":true})"})
    EXPECT_TRUE(read_api_request(payload).failed_with(ErrorCode::kInvalidArgument)) << payload;
}

TEST(ApiEvent, AnswersAreTextOrBase64AndNeverTooLong) {
  api::Complete reply;
  reply.status = 404;
  reply.body = "{\"a\":\"\xC3\xBC\"}";
  reply.headers.emplace_back("Allow", "GET");
  EXPECT_EQ(write_api_answer(reply, "r-1", false),
            R"({"statusCode":404,"headers":{"content-type":"application/json","cache-control":"no-store",)"
            R"("x-content-type-options":"nosniff","x-request-id":"r-1","allow":"GET"},"isBase64Encoded":false,)"
            R"("body":"{\"a\":\"\u00fc\"}"})");
  reply.body = std::string("\xFF\x00", 2);
  const auto binary = boost::json::parse(write_api_answer(reply, "r", false)).as_object();
  EXPECT_EQ(binary.at("isBase64Encoded").as_bool(), true);
  EXPECT_EQ(binary.at("body").as_string(), "/wA=");
  EXPECT_FALSE(boost::json::parse(write_api_answer(reply, "r", true)).as_object().contains("body"));
  reply.body.assign(2U << 20U, '\x01');  // each becomes six
  const std::string answer = write_api_answer(reply, "r", false);
  EXPECT_LE(answer.size(), kMaxAnswer);
  EXPECT_EQ(boost::json::parse(answer).as_object().at("statusCode").as_int64(), 501);
}

}  // namespace
}  // namespace scalper::lambda
