#include "adapters/aws/client/aws_errors.h"

#include <gtest/gtest.h>

#include "adapters/aws/client/error_codes.h"

namespace scalper::aws {
namespace {

const WallTime kNow = *parse_rfc3339("2026-11-22T08:00:00Z");
const std::string kDate = "Sun, 22 Nov 2026 08:00:10 GMT";
const std::string kFarDate = "Sun, 22 Nov 2026 08:10:00 GMT";

struct Case {
  const char* name;
  int status;
  Fields headers;
  std::string body;
  ErrorCode ours;
  Remedy remedy;
  std::string code;
  std::string message;
  std::string request_id;
};

std::string s3(const std::string& code, const std::string& message = "m", const std::string& more = "") {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + code + "</Code><Message>" + message +
         "</Message>" + more + "<RequestId>R1</RequestId><HostId>h</HostId></Error>";
}

std::string json(const std::string& type, const std::string& message = "m") {
  return R"({"__type":")" + type + R"(","message":")" + message + "\"}";
}

const std::vector<Case>& cases() {
  using E = ErrorCode;
  using R = Remedy;
  static const std::vector<Case> all = {
      // Shapes
      {"S3", 404, {}, s3("NoSuchKey"), E::kNotFound, R::kNone, "NoSuchKey", "m", "R1"},
      {"S3's id in the header",
       404,
       {{"x-amz-request-id", "H"}},
       s3("NoSuchKey"),
       E::kNotFound,
       R::kNone,
       "NoSuchKey",
       "m",
       "H"},
      {"query protocol",
       403,
       {},
       "<ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error><Type>Sender</Type>"
       "<Code>AuthorizationError</Code><Message>no</Message></Error><RequestId>R2</RequestId></ErrorResponse>",
       E::kPermissionDenied,
       R::kNone,
       "AuthorizationError",
       "no",
       "R2"},
      {"old query protocol",
       400,
       {},
       "<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>x</Message></Error></Errors>"
       "<RequestID>R3</RequestID></Response>",
       E::kThrottled,
       R::kSlowDown,
       "RequestLimitExceeded",
       "x",
       "R3"},
      {"JSON with a namespace",
       400,
       {{"x-amzn-requestid", "J"}},
       json("com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"),
       E::kPreconditionFailed,
       R::kNone,
       "ConditionalCheckFailedException",
       "m",
       "J"},
      {"JSON, other names",
       400,
       {},
       R"({"code":"ThrottlingException","Message":"slow"})",
       E::kThrottled,
       R::kSlowDown,
       "ThrottlingException",
       "slow",
       ""},
      {"JSON within an Error",
       404,
       {},
       R"({"Error":{"Code":"NoSuchKey","Message":"x"}})",
       E::kNotFound,
       R::kNone,
       "NoSuchKey",
       "x",
       ""},
      {"JSON of another shape",
       403,
       {},
       R"({"message":"Forbidden"})",
       E::kPermissionDenied,
       R::kNone,
       "",
       "Forbidden",
       ""},
      {"JSON that is an array", 500, {}, "[1]", E::kUnavailable, R::kWait, "", "", ""},
      {"JSON with wrong types", 400, {}, R"({"__type":5,"message":{}})", E::kInvalidArgument, R::kNone, "", "", ""},
      {"cut JSON", 400, {}, R"({"__type":"Thro)", E::kInvalidArgument, R::kNone, "", "", ""},
      {"cut XML", 503, {}, "<Error><Code>SlowDown</Co", E::kUnavailable, R::kWait, "", "", ""},
      {"code in the header",
       400,
       {{"x-amzn-errortype", "ResourceNotFoundException:http://internal.amazon.com/x"}},
       R"({"message":"x"})",
       E::kNotFound,
       R::kNone,
       "ResourceNotFoundException",
       "x",
       ""},
      {"code in the query's header",
       400,
       {{"x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender"}},
       "",
       E::kNotFound,
       R::kNone,
       "AWS.SimpleQueueService.NonExistentQueue",
       "",
       ""},
      {"SQS by JSON",
       400,
       {{"x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender"}},
       json("com.amazonaws.sqs#QueueDoesNotExist"),
       E::kNotFound,
       R::kNone,
       "QueueDoesNotExist",
       "m",
       ""},
      {"a page of HTML",
       502,
       {{"content-type", "text/html"}},
       "<html><body>502 Bad Gateway<br></body></html>",
       E::kUnavailable,
       R::kWait,
       "",
       "",
       ""},
      {"a DOCTYPE", 503, {}, "<!DOCTYPE html><html></html>", E::kUnavailable, R::kWait, "", "", ""},
      {"text", 503, {}, "Service Unavailable", E::kUnavailable, R::kWait, "", "", ""},
      {"hostile text",
       400,
       {},
       json("Bad\\u001b[31m", "\\u001b[2J\\u202eabc"),
       E::kInvalidArgument,
       R::kNone,
       "Bad\\x1B[31m",
       "\\x1B[2J\\u{202E}abc",
       ""},
      {"an error in a 200", 200, {}, s3("InternalError"), E::kUnavailable, R::kWait, "InternalError", "m", "R1"},
      {"an unknown error in a 200", 200, {}, s3("Odd"), E::kUnavailable, R::kWait, "Odd", "m", "R1"},
      {"a throttle in a 200", 200, {}, s3("SlowDown"), E::kThrottled, R::kSlowDown, "SlowDown", "m", "R1"},
      // Statuses without a word
      {"304", 304, {}, "", E::kPreconditionFailed, R::kNone, "", "", ""},
      {"401", 401, {}, "", E::kPermissionDenied, R::kNone, "", "", ""},
      {"403", 403, {}, "", E::kPermissionDenied, R::kNone, "", "", ""},
      {"404", 404, {}, "", E::kNotFound, R::kNone, "", "", ""},
      {"405", 405, {}, "", E::kInvalidArgument, R::kNone, "", "", ""},
      {"409", 409, {}, "", E::kUnavailable, R::kNone, "", "", ""},
      {"412", 412, {}, "", E::kPreconditionFailed, R::kNone, "", "", ""},
      {"416", 416, {}, "", E::kInvalidArgument, R::kNone, "", "", ""},
      {"429", 429, {}, "", E::kThrottled, R::kSlowDown, "", "", ""},
      {"TooManyRequestsException",
       400,
       {},
       s3("TooManyRequestsException"),
       E::kThrottled,
       R::kSlowDown,
       "TooManyRequestsException",
       "m",
       "R1"},
      {"500", 500, {}, "", E::kUnavailable, R::kWait, "", "", ""},
      {"501", 501, {}, "", E::kUnsupported, R::kNone, "", "", ""},
      {"504", 504, {}, "", E::kUnavailable, R::kWait, "", "", ""},
      {"no status of HTTP", 0, {}, "", E::kCorrupt, R::kNone, "", "", ""},
      // Words that beat their status
      {"SlowDown", 503, {}, s3("SlowDown"), E::kThrottled, R::kSlowDown, "SlowDown", "m", "R1"},
      {"a conflict",
       409,
       {},
       s3("ConditionalRequestConflict"),
       E::kUnavailable,
       R::kNone,
       "ConditionalRequestConflict",
       "m",
       "R1"},
      {"another conflict",
       409,
       {},
       s3("InvalidBucketState"),
       E::kInvalidArgument,
       R::kNone,
       "InvalidBucketState",
       "m",
       "R1"},
      {"an upload that is gone", 404, {}, s3("NoSuchUpload"), E::kNotFound, R::kNone, "NoSuchUpload", "m", "R1"},
      {"a slow sender", 400, {}, s3("RequestTimeout"), E::kUnavailable, R::kWait, "RequestTimeout", "m", "R1"},
      {"too many in flight", 403, {}, json("OverLimit"), E::kThrottled, R::kSlowDown, "OverLimit", "m", ""},
      {"a throttle of KMS",
       400,
       {},
       json("KMS.ThrottlingException"),
       E::kThrottled,
       R::kSlowDown,
       "KMS.ThrottlingException",
       "m",
       ""},
      {"a wrong checksum", 400, {}, s3("BadDigest"), E::kCorrupt, R::kWait, "BadDigest", "m", "R1"},
      {"no such feature", 501, {}, s3("NotImplemented"), E::kUnsupported, R::kNone, "NotImplemented", "m", "R1"},
      {"an unknown word",
       400,
       {},
       json("ValidationException"),
       E::kInvalidArgument,
       R::kNone,
       "ValidationException",
       "m",
       ""},
      {"another region",
       301,
       {{"x-amz-bucket-region", "eu-west-1"}},
       s3("PermanentRedirect"),
       E::kInvalidArgument,
       R::kNone,
       "PermanentRedirect",
       "m (the bucket is in eu-west-1)",
       "R1"},
      {"another region by its signature",
       400,
       {},
       s3("AuthorizationHeaderMalformed", "m", "<Region>eu-west-1</Region>"),
       E::kInvalidArgument,
       R::kNone,
       "AuthorizationHeaderMalformed",
       "m (the bucket is in eu-west-1)",
       "R1"},
      // Transactions
      {"a condition in a transaction",
       400,
       {},
       json("TransactionCanceledException", "for specific reasons [None, ConditionalCheckFailed]"),
       E::kPreconditionFailed,
       R::kNone,
       "TransactionCanceledException",
       "for specific reasons [None, ConditionalCheckFailed]",
       ""},
      {"a conflict of transactions",
       400,
       {},
       json("TransactionCanceledException", "[TransactionConflict]"),
       E::kUnavailable,
       R::kWait,
       "TransactionCanceledException",
       "[TransactionConflict]",
       ""},
      {"a throttled transaction",
       400,
       {},
       json("TransactionCanceledException", "[ThrottlingError]"),
       E::kThrottled,
       R::kSlowDown,
       "TransactionCanceledException",
       "[ThrottlingError]",
       ""},
      {"a wrong transaction",
       400,
       {},
       json("TransactionCanceledException", "[ValidationError]"),
       E::kInvalidArgument,
       R::kNone,
       "TransactionCanceledException",
       "[ValidationError]",
       ""},
      // 403: who, or when
      {"denied", 403, {{"date", kDate}}, s3("AccessDenied"), E::kPermissionDenied, R::kNone, "AccessDenied", "m", "R1"},
      {"denied, and the clock is wrong",
       403,
       {{"date", kFarDate}},
       s3("AccessDenied"),
       E::kPermissionDenied,
       R::kNone,
       "AccessDenied",
       "m",
       "R1"},
      {"expired", 400, {}, s3("ExpiredToken"), E::kPermissionDenied, R::kCredentials, "ExpiredToken", "m", "R1"},
      {"expired, JSON",
       400,
       {},
       json("com.amazon.coral.service#ExpiredTokenException"),
       E::kPermissionDenied,
       R::kCredentials,
       "ExpiredTokenException",
       "m",
       ""},
      {"skewed",
       403,
       {},
       s3("RequestTimeTooSkewed"),
       E::kPermissionDenied,
       R::kClock,
       "RequestTimeTooSkewed",
       "m",
       "R1"},
      {"a wrong secret",
       403,
       {{"date", kDate}},
       s3("SignatureDoesNotMatch"),
       E::kPermissionDenied,
       R::kNone,
       "SignatureDoesNotMatch",
       "m",
       "R1"},
      {"a wrong secret or the time",
       403,
       {{"date", kFarDate}},
       s3("SignatureDoesNotMatch"),
       E::kPermissionDenied,
       R::kClock,
       "SignatureDoesNotMatch",
       "m",
       "R1"},
      {"a signature too old",
       400,
       {{"date", kDate}},
       json("InvalidSignatureException", "Signature expired: 20261122T074000Z is now earlier than"),
       E::kPermissionDenied,
       R::kClock,
       "InvalidSignatureException",
       "Signature expired: 20261122T074000Z is now earlier than",
       ""},
      {"a signature too old, nobody knows the time",
       400,
       {},
       json("InvalidSignatureException", "Signature expired"),
       E::kPermissionDenied,
       R::kNone,
       "InvalidSignatureException",
       "Signature expired",
       ""},
      {"nothing quoted of a signature",
       403,
       {{"date", kDate}},
       json("InvalidSignatureException", "No match. The Canonical String is 'x-amz-security-token:SECRET'"),
       E::kPermissionDenied,
       R::kNone,
       "InvalidSignatureException",
       "No match. ",
       ""},
      {"nothing of the next line",
       403,
       {{"date", kDate}},
       json("InvalidSignatureException", "No match.\\n\\nSECRET"),
       E::kPermissionDenied,
       R::kNone,
       "InvalidSignatureException",
       "No match.",
       ""},
  };
  return all;
}

TEST(AwsErrors, SayWhatAnAnswerMeans) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.name);
    const AwsFailure failure = read_failure({c.status, c.headers, c.body}, "GET", kNow);
    EXPECT_EQ(to_string(failure.code), to_string(c.ours));
    EXPECT_EQ(static_cast<int>(failure.remedy), static_cast<int>(c.remedy));
    EXPECT_EQ(failure.refusal.status, c.status);
    EXPECT_EQ(failure.refusal.code, c.code);
    EXPECT_EQ(failure.refusal.body, c.body);
    EXPECT_EQ(failure.message, c.message);
    EXPECT_EQ(failure.request_id, c.request_id);
  }
}

TEST(AwsErrors, ReadWhatAHeadCannotSay) {
  const auto remedy = [](int status, const std::string& date, const char* method) {
    return read_failure({status, {{"date", date}}, ""}, method, kNow).remedy;
  };
  EXPECT_EQ(remedy(400, kDate, "HEAD"), Remedy::kCredentials);
  EXPECT_EQ(remedy(400, kDate, "GET"), Remedy::kNone);
  EXPECT_EQ(remedy(403, kFarDate, "HEAD"), Remedy::kClock);
  EXPECT_EQ(remedy(403, kDate, "HEAD"), Remedy::kNone);
}

TEST(AwsErrors, KnowEachWordOnce) {
  std::string_view last;
  for (const CodeMeaning& known : known_codes()) {
    EXPECT_LT(last, known.aws);
    last = known.aws;
    EXPECT_EQ(meaning_of_code(known.aws)->code, known.meaning.code) << known.aws;
    EXPECT_EQ(known.meaning.remedy == Remedy::kSlowDown, known.meaning.code == ErrorCode::kThrottled) << known.aws;
  }
  EXPECT_FALSE(meaning_of_code("").has_value());
  EXPECT_FALSE(meaning_of_code("ValidationException").has_value());
}

TEST(AwsErrors, TakeNamespacesOff) {
  EXPECT_EQ(plain_code("a.b#C"), "C");
  EXPECT_EQ(plain_code("C:http://x/"), "C");
  EXPECT_EQ(plain_code("a.b#C:http://x/#y"), "C");
  EXPECT_EQ(plain_code("AWS.SimpleQueueService.NonExistentQueue"), "AWS.SimpleQueueService.NonExistentQueue");
  EXPECT_EQ(plain_code(""), "");
}

TEST(AwsErrors, ReadDates) {
  EXPECT_EQ(parse_http_date("Sun, 22 Nov 2026 08:00:00 GMT"), kNow);
  EXPECT_EQ(format_rfc3339(*parse_http_date("Thu, 29 Feb 2024 23:59:59 GMT")), "2024-02-29T23:59:59.000Z");
  for (const char* text : {"", "Sun, 22 Nov 2026 08:00:00 CET", "Sunday, 22-Nov-26 08:00:00 GMT",
                           "Sun Nov 22 08:00:00 2026", "Sun, 31 Feb 2026 08:00:00 GMT", "Sun, 22 Nox 2026 08:00:00 GMT",
                           "Sun, 22 Nov 2026 25:00:00 GMT", "Sun, 22 Nov 2026T08:00:00 GMT", "2026-11-22T08:00:00Z"})
    EXPECT_FALSE(parse_http_date(text).has_value()) << text;
}

}  // namespace
}  // namespace scalper::aws
