#include "adapters/aws/client/sigv4.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "adapters/aws/client/signing_key.h"
#include "adapters/aws/client/uri_encoding.h"

namespace scalper::aws {
namespace {

const Credentials kCredentials{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "", std::nullopt};
const WallTime kNow = parse_rfc3339("2015-08-30T12:36:00.999Z").value();

std::string_view value_of(const Fields& fields, std::string_view name) {
  for (const auto& [own, value] : fields)
    if (own == name) return value;
  return "(none)";
}

TEST(AwsUriEncoding, EncodesAllButUnreservedBytes) {
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encode(std::string_view("/ +%\0\n\xC3\xBC\xFF", 9)), "%2F%20%2B%25%00%0A%C3%BC%FF");
  EXPECT_EQ(encode_path("/a b//../%41"), "/a%20b//../%2541");
  EXPECT_EQ(encode_query({{"b", "2"}, {"a", ""}, {"b", "1"}, {"a&", "="}, {"a-", ""}}), "a=&a%26=%3D&a-=&b=1&b=2");
  EXPECT_EQ(encode_query({}), "");
}

TEST(AwsSigV4, WritesThePathAsTheServiceDemands) {
  SignableRequest request;
  request.path = "/a b/./..//c/";
  const auto path_in = [&](const std::string& service) {
    const std::string canonical = canonical_request(request, {"eu-west-1", service, std::nullopt});
    return canonical.substr(4, canonical.find('\n', 4) - 4);
  };
  EXPECT_EQ(path_in("s3"), "/a%20b/./..//c/");
  EXPECT_EQ(path_in("sqs"), "/c/");
  request.path = "/a b%/c";
  EXPECT_EQ(path_in("s3"), "/a%20b%25/c");
  EXPECT_EQ(path_in("sqs"), "/a%2520b%2525/c");
  request.path = "/../..";
  EXPECT_EQ(path_in("sqs"), "/");
}

TEST(AwsSigV4, SignsNoHeaderThatChangesOnTheWay) {
  SignableRequest request;
  request.host = "h.example";
  const std::string bare = canonical_request(request, {"eu-west-1", "sqs", std::nullopt});
  for (const char* const name : {"User-Agent", "expect", "X-Amzn-Trace-Id", "transfer-encoding", "te", "connection"})
    request.headers.emplace_back(name, "1");
  EXPECT_EQ(canonical_request(request, {"eu-west-1", "sqs", std::nullopt}), bare);
}

TEST(AwsSigV4, AddsTokenAndPayloadHashWhereTheyBelong) {
  SignableRequest request;
  request.host = "h.example";
  const Fields plain = sign_headers(request, {"eu-west-1", "sqs", std::nullopt}, kCredentials, kNow);
  EXPECT_EQ(plain.size(), 2U);
  EXPECT_EQ(value_of(plain, "x-amz-date"), "20150830T123600Z");
  Credentials session = kCredentials;
  session.session_token = "TOKEN";
  request.payload_hash = kUnsignedPayload;
  const Fields whole = sign_headers(request, {"eu-west-1", "s3", std::nullopt}, session, kNow);
  EXPECT_EQ(value_of(whole, "x-amz-security-token"), "TOKEN");
  EXPECT_EQ(value_of(whole, "x-amz-content-sha256"), kUnsignedPayload);
  EXPECT_NE(
      value_of(whole, "authorization").find("SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,"),
      std::string::npos);
}

TEST(AwsSigV4, PresignsForOneSecondToSevenDays) {
  using std::chrono::seconds;
  const SigningScope scope{"eu-west-1", "s3", std::nullopt};
  SignableRequest request;
  request.host = "h.example";
  for (const seconds bad : {seconds(0), seconds(-1), seconds(604801)})
    EXPECT_TRUE(presign_query(request, scope, kCredentials, kNow, bad).failed_with(ErrorCode::kInvalidArgument));
  for (const seconds good : {seconds(1), seconds(604800)}) {
    const auto query = presign_query(request, scope, kCredentials, kNow, good);
    ASSERT_TRUE(query.ok());
    EXPECT_NE(query->find("X-Amz-Expires=" + std::to_string(good.count()) + "&"), std::string::npos);
  }
}

TEST(AwsSigV4, KeepsTheKeysOfSomeScopesAndNeverMixesThem) {
  std::vector<std::string> first;
  for (int round = 0; round < 3; ++round) {
    std::vector<std::string> signatures;
    for (int i = 0; i < 20; ++i) {
      const std::string n = std::to_string(i % 5);
      signatures.push_back(SigningKey::of(i < 5 ? "s" + n : "s", i / 5 == 1 ? "d" + n : "d", i / 5 == 2 ? "r" + n : "r",
                                          i / 5 == 3 ? "v" + n : "v")
                               .sign("text"));
    }
    if (round == 0) first = signatures;
    EXPECT_EQ(signatures, first);
    std::sort(signatures.begin(), signatures.end());
    EXPECT_EQ(std::unique(signatures.begin(), signatures.end()), signatures.end());
  }
  for (int i = 0; i < 20; ++i) {
    const std::string n = std::to_string(i % 5);
    const SigningKey fresh(i < 5 ? "s" + n : "s", i / 5 == 1 ? "d" + n : "d", i / 5 == 2 ? "r" + n : "r",
                           i / 5 == 3 ? "v" + n : "v");
    EXPECT_EQ(fresh.sign("text"), first[static_cast<std::size_t>(i)]);
    EXPECT_EQ(fresh.sign("text"), first[static_cast<std::size_t>(i)]) << "a second time";
  }
}

}  // namespace
}  // namespace scalper::aws
