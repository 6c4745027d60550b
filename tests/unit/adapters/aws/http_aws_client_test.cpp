#include "adapters/aws/client/http_aws_client.h"

#include <gtest/gtest.h>

#include "adapters/aws/client/operation.h"
#include "support/aws_client_world.h"

namespace scalper::aws {
namespace {

constexpr auto npos = std::string::npos;

std::string error_xml(const std::string& code) {
  return "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>m</Message></Error>";
}
std::string error_json(const std::string& type) { return R"({"__type":"a.b#)" + type + R"(","message":"m"})"; }
std::string bytes_of_shape(const HttpRequest& request) { return request.method + " " + request.url; }

AwsRequest get_object(const std::string& key = "a b") {
  AwsRequest request;
  request.service = "s3";
  request.method = "GET";
  request.bucket = "bucket-name";
  request.path = "/" + key;
  return request;
}

struct Case {
  std::string name;
  std::deque<Happening> script;
  std::optional<ErrorCode> ends_with;  // nothing: well
  int asked;
  Millis slept{0};  // with a chance of 1: the longest waits
  double throttles = 0;
  bool repeatable = true;
  bool error_in_200 = false;
  std::string code = {};  // of the refusal
  int status = 0;
};

const Happening kOk = answers(200, "<r/>");
const Happening k500 = answers(500, error_xml("InternalError"));
const Happening kSlow = answers(503, error_xml("SlowDown"));

std::vector<Case> retry_cases() {
  using E = ErrorCode;
  const auto ms = [](int count) { return Millis{count}; };
  const Fields far_date = {{"date", "Sun, 22 Nov 2026 09:00:00 GMT"}};
  return {
      {"well at once", {kOk}, {}, 1},
      {"a fault that passes", {k500, kOk}, {}, 2, ms(100)},
      {"a fault that stays",
       {k500, k500, k500, k500},
       E::kUnavailable,
       4,
       ms(700),
       0,
       true,
       false,
       "InternalError",
       500},
      {"fewer requests were asked for", {kSlow, kSlow, kOk}, {}, 3, ms(3000), 2},
      {"a throttle of DynamoDB, of what may not be repeated",
       {answers(400, error_json("ProvisionedThroughputExceededException")), kOk},
       {},
       2,
       ms(1000),
       1,
       false},
      {"429 until the end",
       {answers(429), answers(429), answers(429), answers(429)},
       E::kThrottled,
       4,
       ms(7000),
       4,
       true,
       false,
       "",
       429},
      {"a time to wait was named", {answers(503, "", {{"retry-after", "3"}}), kOk}, {}, 2, ms(3000)},
      {"one as a date", {answers(503, "", {{"retry-after", "Sun, 22 Nov 2026 08:00:02 GMT"}}), kOk}, {}, 2, ms(2000)},
      {"a time that is too long", {answers(503, "", {{"retry-after", "86400"}}), kOk}, {}, 2, ms(20'000)},
      {"a time that is none", {answers(503, "", {{"retry-after", "soon"}}), kOk}, {}, 2, ms(100)},
      {"no answer", {fails(E::kUnavailable), kOk}, {}, 2, ms(100)},
      {"no answer in time", {fails(E::kTimeout), kOk}, {}, 2, ms(100)},
      {"an answer cut short", {fails(E::kCorrupt), kOk}, {}, 2, ms(100)},
      {"cancelled", {fails(E::kCancelled)}, E::kCancelled, 1},
      {"what cannot be sent", {fails(E::kInvalidArgument)}, E::kInvalidArgument, 1},
      {"no answer to what may not be repeated", {fails(E::kUnavailable)}, E::kUnavailable, 1, ms(0), 0, false},
      {"500 to what may not be repeated", {k500}, E::kUnavailable, 1, ms(0), 0, false, false, "InternalError", 500},
      {"what may not be repeated did not leave", {fails(E::kUnavailable, false), kOk}, {}, 2, ms(100), 0, false},
      {"not there", {answers(404, error_xml("NoSuchKey"))}, E::kNotFound, 1, ms(0), 0, true, false, "NoSuchKey", 404},
      {"a condition",
       {answers(412, error_xml("PreconditionFailed"))},
       E::kPreconditionFailed,
       1,
       ms(0),
       0,
       true,
       false,
       "PreconditionFailed",
       412},
      {"a conflict is the caller's",
       {answers(409, error_xml("ConditionalRequestConflict"))},
       E::kUnavailable,
       1,
       ms(0),
       0,
       true,
       false,
       "ConditionalRequestConflict",
       409},
      {"denied",
       {answers(403, error_xml("AccessDenied"))},
       E::kPermissionDenied,
       1,
       ms(0),
       0,
       true,
       false,
       "AccessDenied",
       403},
      {"an error in a 200", {answers(200, error_xml("InternalError")), kOk}, {}, 2, ms(100), 0, true, true},
      {"an error in a 200 to what may not be repeated",
       {answers(200, error_xml("SlowDown"))},
       E::kThrottled,
       1,
       ms(0),
       1,
       false,
       true,
       "SlowDown",
       200},
      {"blanks before it", {answers(200, "\n \n" + error_xml("InternalError")), kOk}, {}, 2, ms(100), 0, true, true},
      {"a 200 cut short", {answers(200, "<CopyObjectResult><ETag>"), kOk}, {}, 2, ms(100), 0, true, true},
      {"an empty 200",
       {answers(200, ""), answers(200, ""), answers(200, ""), answers(200, "")},
       E::kCorrupt,
       4,
       ms(700),
       0,
       true,
       true},
      {"an error's shape where none can be", {answers(200, error_xml("InternalError"))}, {}, 1},
      {"a clock that is wrong",
       {answers(403, error_xml("RequestTimeTooSkewed"), far_date), kOk},
       {},
       2,
       ms(0),
       0,
       false},
      {"a clock that stays wrong",
       {answers(403, error_xml("RequestTimeTooSkewed"), far_date),
        answers(403, error_xml("RequestTimeTooSkewed"), far_date)},
       E::kPermissionDenied,
       2,
       ms(0),
       0,
       true,
       false,
       "RequestTimeTooSkewed",
       403},
      {"a clock, and no date",
       {answers(403, error_xml("RequestTimeTooSkewed"))},
       E::kPermissionDenied,
       1,
       ms(0),
       0,
       true,
       false,
       "RequestTimeTooSkewed",
       403},
      {"expired", {answers(400, error_xml("ExpiredToken")), kOk}, {}, 2, ms(0), 0, false},
      {"expired twice",
       {answers(400, error_xml("ExpiredToken")), answers(400, error_xml("ExpiredToken"))},
       E::kPermissionDenied,
       2,
       ms(0),
       0,
       true,
       false,
       "ExpiredToken",
       400},
      {"all in one call",
       {answers(400, error_xml("ExpiredToken")), answers(403, error_xml("RequestTimeTooSkewed"), far_date), k500, kOk},
       {},
       4,
       ms(400)},
  };
}

TEST(HttpAwsClient, TriesAgainByItsRules) {
  for (const Case& c : retry_cases()) {
    for (const bool streamed : {false, true}) {
      if (streamed && c.error_in_200) continue;
      SCOPED_TRACE(c.name + (streamed ? ", streamed" : ""));
      ClientWorld world;
      world.transport->script = c.script;
      AwsRequest request = get_object();
      request.repeatable = c.repeatable;
      request.error_in_200 = c.error_in_200;
      AwsRefusal refusal;
      std::optional<Error> error;
      if (streamed) {
        if (auto got = world.client->open({}, request, &refusal); !got) error = got.error();
      } else if (auto got = world.client->call({}, request, &refusal); !got) {
        error = got.error();
      }
      EXPECT_EQ(error ? to_string(error->code()) : "well", c.ends_with ? to_string(*c.ends_with) : "well")
          << (error ? error->message() : "");
      EXPECT_EQ(world.transport->asked.size(), static_cast<std::size_t>(c.asked));
      EXPECT_EQ(world.clock.slept(), c.slept);
      EXPECT_EQ(world.telemetry.counted("Throttles"), c.throttles);
      EXPECT_EQ(refusal.code, c.code);
      EXPECT_EQ(refusal.status, c.status);
      EXPECT_TRUE(world.transport->script.empty());
    }
  }
}

TEST(HttpAwsClient, WaitsForARandomPart) {
  ClientWorld world(0.25);
  world.transport->script = {k500, k500, kOk};
  ASSERT_TRUE(world.client->call({}, get_object()).ok());
  EXPECT_EQ(world.clock.slept(), Millis{25 + 50});
  EXPECT_EQ(world.telemetry.counted("Retries"), 2);
}

TEST(HttpAwsClient, NeverWaitsBeyondTheDeadline) {
  ClientWorld world;
  world.transport->script = {k500, k500, k500};
  CallContext context;
  context.deadline = world.clock.mono_now() + Millis{300};  // 100 ms, then 200 ms would reach it
  const auto answer = world.client->call(context, get_object());
  EXPECT_TRUE(answer.failed_with(ErrorCode::kUnavailable)) << "the last answer, not a time-out";
  EXPECT_EQ(world.transport->asked.size(), 2u);
  EXPECT_EQ(world.clock.slept(), Millis{100});
}

TEST(HttpAwsClient, EndsItsWaitWhenStopped) {
  ClientWorld world;
  world.transport->script = {k500, kOk};
  std::stop_source stop;
  CallContext context;
  context.stop = stop.get_token();
  stop.request_stop();
  EXPECT_TRUE(world.client->call(context, get_object()).failed_with(ErrorCode::kCancelled));
  EXPECT_EQ(world.transport->asked.size(), 1u);
}

TEST(HttpAwsClient, KeepsABudgetOfRetriesForAllCalls) {
  RetryRules rules;
  rules.budget = 20;
  ClientWorld world(1, rules);
  const auto asked_by_one_call = [&](std::deque<Happening> script) {
    const std::size_t before = world.transport->asked.size();
    world.transport->script = std::move(script);
    (void)world.client->call({}, get_object());
    world.transport->script.clear();
    return world.transport->asked.size() - before;
  };
  EXPECT_EQ(asked_by_one_call({k500, k500, k500, k500}), 4u) << "15 of 20 spent";
  EXPECT_EQ(asked_by_one_call({fails(ErrorCode::kTimeout), kOk}), 1u) << "a time-out costs 10";
  EXPECT_EQ(asked_by_one_call({k500, k500}), 2u) << "the last 5";
  EXPECT_EQ(asked_by_one_call({k500, kOk}), 1u) << "none left";
  for (int i = 0; i < 5; ++i) EXPECT_EQ(asked_by_one_call({kOk}), 1u);
  EXPECT_EQ(asked_by_one_call({k500, kOk}), 2u) << "five calls that went well gave back one each";
  EXPECT_EQ(asked_by_one_call({k500, kOk}), 2u) << "and the retry that went well gave back its own";
}

TEST(HttpAwsClient, NeverSendsAStreamAgainThatWasReadFrom) {
  for (const std::size_t read : {0u, 1u}) {
    ClientWorld world;
    Happening first = fails(ErrorCode::kUnavailable, read > 0);
    first.reads_of_stream = read;
    world.transport->script = {first, kOk};
    TextSource source("hello");
    AwsRequest request = get_object();
    request.method = "PUT";
    request.stream = &source;
    request.stream_length = 5;
    EXPECT_EQ(world.client->call({}, request).ok(), read == 0);
    EXPECT_EQ(world.transport->asked.size(), read == 0 ? 2u : 1u);
    EXPECT_EQ(world.transport->asked[0].stream_length, 5u);
    EXPECT_EQ(world.transport->header(0, "x-amz-content-sha256"), "UNSIGNED-PAYLOAD");
  }
}

TEST(HttpAwsClient, AddressesAndSigns) {
  ClientWorld world;
  world.client->set_trace("Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0");
  world.transport->script = {kOk, kOk, kOk};
  AwsRequest request = get_object("a b+c/\xc3\xbc%/../x");
  request.query = {{"versionId", "v/1"}};
  request.headers = {{"range", "bytes=0-9"}};
  ASSERT_TRUE(world.client->call({}, request).ok());
  EXPECT_EQ(bytes_of_shape(world.transport->asked[0]),
            "GET https://bucket-name.s3.eu-central-1.amazonaws.com/a%20b%2Bc/%C3%BC%25/../x?versionId=v%2F1");
  EXPECT_EQ(world.transport->header(0, "x-amz-date"), "20261122T080000Z");
  EXPECT_EQ(world.transport->header(0, "x-amz-security-token"), "TOKEN");
  EXPECT_EQ(world.transport->header(0, "range"), "bytes=0-9");
  EXPECT_EQ(world.transport->header(0, "x-amzn-trace-id"), "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0");
  const std::string authorization = world.transport->header(0, "authorization");
  EXPECT_TRUE(authorization.starts_with(
      "AWS4-HMAC-SHA256 Credential=AKID1/20261122/eu-central-1/s3/aws4_request, SignedHeaders=host;range;"
      "x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature="))
      << authorization;

  AwsRequest put_item;
  put_item.service = "dynamodb";
  put_item.headers = {{"x-amz-target", "DynamoDB_20120810.PutItem"}, {"content-type", "application/x-amz-json-1.0"}};
  put_item.body = "{}";
  ASSERT_TRUE(world.client->call({}, put_item).ok());
  EXPECT_EQ(bytes_of_shape(world.transport->asked[1]), "POST https://dynamodb.eu-central-1.amazonaws.com/");
  EXPECT_EQ(world.transport->asked[1].body, "{}");
  EXPECT_EQ(world.transport->header(1, "x-amzn-trace-id"), "") << "DynamoDB is not part of a loop";

  world.client->set_trace("Root=1\r\nx: y");
  ASSERT_TRUE(world.client->call({}, get_object()).ok());
  EXPECT_EQ(world.transport->header(2, "x-amzn-trace-id"), "") << "no header can carry it";
}

TEST(HttpAwsClient, SignsAsTheServiceSeesTheTime) {
  ClientWorld world;
  world.transport->script = {answers(403, "", {{"date", "Sun, 22 Nov 2026 07:00:00 GMT"}}), kOk, kOk};
  AwsRequest head = get_object();
  head.method = "HEAD";
  ASSERT_TRUE(world.client->call({}, head).ok());
  world.clock.advance(std::chrono::seconds{5});
  ASSERT_TRUE(world.client->call({}, head).ok());
  EXPECT_EQ(world.transport->header(0, "x-amz-date"), "20261122T080000Z");
  EXPECT_EQ(world.transport->header(1, "x-amz-date"), "20261122T070000Z");
  EXPECT_EQ(world.transport->header(2, "x-amz-date"), "20261122T070005Z") << "also of the next call";
}

TEST(HttpAwsClient, FetchesExpiredCredentialsAnew) {
  ClientWorld world;
  world.transport->script = {answers(400, error_json("ExpiredTokenException")), kOk};
  ASSERT_TRUE(world.client->call({}, get_object()).ok());
  EXPECT_NE(world.transport->header(0, "authorization").find("AKID1"), npos);
  EXPECT_NE(world.transport->header(1, "authorization").find("AKID2"), npos);
}

TEST(HttpAwsClient, SaysWhatMendsExpiredCredentials) {
  ClientWorld world;
  world.transport->script = {answers(400, error_xml("ExpiredToken")), answers(400, error_xml("ExpiredToken"))};
  const auto answer = world.client->call({}, get_object());
  ASSERT_TRUE(answer.failed_with(ErrorCode::kPermissionDenied));
  EXPECT_NE(answer.error().message().find("sign in again"), npos) << answer.error().message();
}

TEST(HttpAwsClient, SaysWhoCannotCall) {
  ClientWorld world;
  world.credentials->failure = Error(ErrorCode::kNotFound, "environment: none; profile: none");
  auto answer = world.client->call({}, get_object());
  ASSERT_TRUE(answer.failed_with(ErrorCode::kPermissionDenied));
  EXPECT_EQ(answer.error().message(), "s3 GET: no credentials: environment: none; profile: none");
  world.credentials->failure = Error(ErrorCode::kUnavailable, "IMDS");
  answer = world.client->call({}, get_object());
  ASSERT_TRUE(answer.failed_with(ErrorCode::kUnavailable));
  EXPECT_EQ(answer.error().message(), "s3 GET: fetching credentials: IMDS, after 4 tries");
  EXPECT_TRUE(world.transport->asked.empty());
}

TEST(HttpAwsClient, NamesWhatItWasDoingAndNoSecret) {
  ClientWorld world;
  world.transport->script = {
      answers(400, error_json("ValidationException"), {{"x-amzn-requestid", "R-1"}}),
      answers(403, R"({"__type":"InvalidSignatureException","message":"no match\n\nThe Canonical String TOKEN"})"),
      fails(ErrorCode::kTimeout)};
  AwsRequest put_item;
  put_item.service = "dynamodb";
  put_item.headers = {{"x-amz-target", "DynamoDB_20120810.PutItem"}};
  EXPECT_EQ(world.client->call({}, put_item).error().message(),
            "dynamodb PutItem: ValidationException (400): m [request R-1]");
  EXPECT_EQ(world.client->call({}, put_item).error().message(),
            "dynamodb PutItem: InvalidSignatureException (403): no match");
  put_item.repeatable = false;
  EXPECT_EQ(world.client->call({}, put_item).error().message(), "dynamodb PutItem: scripted timeout");
}

TEST(HttpAwsClient, GivesAStreamOfTheBodyAndReadsARefusal) {
  ClientWorld world;
  world.transport->script = {answers(206, "the body", {{"content-range", "bytes 0-7/100"}}),
                             answers(404, error_xml("NoSuchVersion"))};
  auto stream = world.client->open({}, get_object());
  ASSERT_TRUE(stream.ok());
  EXPECT_EQ((*stream).head.status, 206);
  EXPECT_EQ((*stream).head.header("content-range"), "bytes 0-7/100");
  EXPECT_EQ(*drain({}, *(*stream).body, 3), "the body");
  AwsRefusal refusal;
  EXPECT_TRUE(world.client->open({}, get_object(), &refusal).failed_with(ErrorCode::kNotFound));
  EXPECT_EQ(refusal.code, "NoSuchVersion");
}

TEST(HttpAwsClient, PresignsNoLongerThanItsCredentialsLive) {
  ClientWorld world;
  world.credentials->expires = world.clock.wall_now() + std::chrono::minutes{10};
  const auto url = world.client->presign({}, get_object(), std::chrono::minutes{15});
  ASSERT_TRUE(url.ok()) << url.error().message();
  EXPECT_TRUE((*url).starts_with("https://bucket-name.s3.eu-central-1.amazonaws.com/a%20b?X-Amz-Algorithm=")) << *url;
  EXPECT_NE((*url).find("&X-Amz-Expires=600&"), npos) << *url;
  EXPECT_EQ((*url).find("SECRETKEY"), npos);
  EXPECT_TRUE(world.transport->asked.empty());
  EXPECT_TRUE(world.client->presign({}, get_object(), std::chrono::hours{24 * 8}).ok()) << "cut to what they live";
  world.credentials->expires.reset();
  EXPECT_TRUE(
      world.client->presign({}, get_object(), std::chrono::hours{24 * 8}).failed_with(ErrorCode::kInvalidArgument));
  EXPECT_EQ(world.client->region(), "eu-central-1");
}

TEST(AwsOperation, IsNamedAsPeopleKnowIt) {
  const auto named = [](const char* service, const char* method, Fields query, Fields headers, const char* body) {
    AwsRequest request;
    request.service = service;
    request.method = method;
    request.query = std::move(query);
    request.headers = std::move(headers);
    request.body = body;
    return operation_of(request);
  };
  EXPECT_EQ(named("s3", "GET", {}, {}, ""), "s3 GET");
  EXPECT_EQ(named("s3", "PUT", {{"partNumber", "1"}, {"uploadId", "u"}}, {}, ""), "s3 PUT ?uploadId");
  EXPECT_EQ(named("s3", "GET", {{"list-type", "2"}, {"prefix", "secret"}}, {}, ""), "s3 GET ?list-type");
  EXPECT_EQ(named("s3", "PUT", {}, {{"x-amz-copy-source", "b/k"}}, ""), "s3 PUT (copy)");
  EXPECT_EQ(named("sqs", "POST", {}, {{"x-amz-target", "AmazonSQS.SendMessage"}}, "{}"), "sqs SendMessage");
  EXPECT_EQ(named("sns", "POST", {}, {}, "Action=Publish&Version=1"), "sns Publish");
  EXPECT_EQ(named("sts", "POST", {}, {}, "Version=1&Action=GetCallerIdentity"), "sts GetCallerIdentity");
  EXPECT_EQ(named("s3", "PUT", {}, {}, "Action=Publish"), "s3 PUT") << "a file's bytes are no form";
}

}  // namespace
}  // namespace scalper::aws
