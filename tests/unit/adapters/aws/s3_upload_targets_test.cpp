// What is ordered, signed and refused by the way a file may be sent to S3.

#include "adapters/aws/s3_upload_targets.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/base64.h"
#include "base/bytes.h"
#include "contract/subject.h"
#include "support/fake_clock.h"
#include "support/scripted_aws_client.h"

namespace scalper::aws {
namespace {

using Kind = UploadTarget::Kind;
using std::string;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20U;
constexpr std::uint64_t kLong = 11 * kMiB + 5;

class S3UploadTargetsTest : public testing::Test {
 protected:
  S3UploadTargets made(S3UploadTargetsOptions options) {
    return {client, clock,
            [this](const CallContext&, const PostPolicy& asked, std::chrono::seconds valid_for) -> Result<SignedForm> {
              policy = asked;
              return SignedForm{"https://s3.example/in", {{"key", asked.key}}, clock.wall_now() + valid_for / 2};
            },
            std::move(options)};
  }
  static UploadOrder order(const string& key, std::uint64_t size) {
    UploadOrder order;
    order.key = ObjectKey{key};
    order.size = size;
    return order;
  }
  string begun() {
    client.answer("<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>");
    const auto target = targets.issue(context, order("long", kLong));
    EXPECT_DONE(target);
    EXPECT_EQ(target->kind, Kind::kParts);
    EXPECT_EQ(target->parts, 3U);
    return target->id;
  }
  static string parts_list(const std::vector<std::uint64_t>& sizes) {
    string text = "<ListPartsResult>";
    for (std::size_t i = 0; i < sizes.size(); ++i)
      text += "<Part><PartNumber>" + std::to_string(i + 1) + "</PartNumber><ETag>\"e\"</ETag><Size>" +
              std::to_string(sizes[i]) + "</Size></Part>";
    return text + "<IsTruncated>false</IsTruncated></ListPartsResult>";
  }
  static string parameter(const AwsRequest& request, std::string_view name) {
    const auto found = std::ranges::find(request.query, name, &Fields::value_type::first);
    return found == request.query.end() ? "-" : found->second;
  }

  FakeClock clock;
  ScriptedAwsClient client;
  CallContext context;
  PostPolicy policy;
  S3UploadTargets targets = made({.input = BucketName{"in"}, .largest_form = 6 * kMiB, .least_part = 5 * kMiB});
};

TEST_F(S3UploadTargetsTest, SignAFormForExactlyTheFileThatWasOrdered) {
  UploadOrder wanted = order("mine/a", 7);
  wanted.content_type = "text/csv";
  wanted.sha256 = string(64, 'a');
  wanted.traceparent = "00-1-2-00";
  const auto target = targets.issue(context, wanted);
  ASSERT_DONE(target);
  EXPECT_EQ(target->kind, Kind::kForm);
  EXPECT_EQ(target->url, "https://s3.example/in");
  EXPECT_EQ(policy.bucket, "in");
  EXPECT_EQ(policy.key, "mine/a");
  EXPECT_FALSE(policy.key_is_prefix);
  EXPECT_EQ(policy.min_bytes, 7U);
  EXPECT_EQ(policy.max_bytes, 7U);
  const Fields fields{{"content-type", "text/csv"},
                      {"x-amz-meta-traceparent", "00-1-2-00"},
                      {"x-amz-meta-ordered-sha256", string(64, 'a')},
                      {"x-amz-meta-sha256", string(64, 'a')},
                      {"x-amz-checksum-sha256", to_base64(as_bytes(string(32, '\xAA')))}};
  EXPECT_EQ(policy.fields, fields);
  EXPECT_EQ(target->expires, clock.wall_now() + kTargetValid / 2) << "as the signer said";
}

TEST_F(S3UploadTargetsTest, TurnToPartsAboveWhatOneRequestTakes) {
  const auto longest = targets.issue(context, order("k", 6 * kMiB));
  ASSERT_DONE(longest);
  EXPECT_EQ(longest->kind, Kind::kForm);
  client.answer("<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>");
  const auto longer = targets.issue(context, order("k", 6 * kMiB + 1));
  ASSERT_DONE(longer);
  EXPECT_EQ(longer->kind, Kind::kParts);
  EXPECT_EQ(longer->parts, 2U);
  EXPECT_CODE(kInvalidArgument, targets.issue(context, order("k", (std::uint64_t{5} << 40U) + 1)));
}

// 5 TiB in at most 10,000 parts, each of at most 5 GiB.
TEST_F(S3UploadTargetsTest, NoFormHoldsADollarSign) {
  for (const auto& [key, type] :
       std::vector<std::pair<string, string>>{{"a$$.csv", ""}, {"a.csv", "text/${filename}"}}) {
    UploadOrder wanted = order(key, 5);
    wanted.content_type = type;
    client.answer("<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>");
    const auto target = targets.issue(context, wanted);
    ASSERT_DONE(target);
    EXPECT_EQ(target->kind, Kind::kParts);
    EXPECT_EQ(target->parts, 1U);
    wanted.size = 0;
    EXPECT_EQ(targets.issue(context, wanted).error().code(), ErrorCode::kInvalidArgument);
  }
}

TEST_F(S3UploadTargetsTest, HasPartsThatS3TakesForEverySize) {
  for (const std::uint64_t size : {std::uint64_t{6} << 30U, std::uint64_t{1} << 40U, std::uint64_t{5} << 40U}) {
    S3UploadTargets real = made({.input = BucketName{"in"}});
    client.answer("<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>");
    const auto target = real.issue(context, order("k", size));
    ASSERT_DONE(target);
    EXPECT_LE(target->parts, 10000U);
    EXPECT_GE(target->part_size, 5 * kMiB);
    EXPECT_LE(target->part_size, std::uint64_t{5} << 30U);
    const auto last = real.sign_parts(context, target->id, target->parts, 1);
    ASSERT_DONE(last);
    EXPECT_EQ((target->parts - 1) * target->part_size + last->front().size, size);
  }
}

TEST_F(S3UploadTargetsTest, SignsTheLengthOfEachPart) {
  const string id = begun();
  const auto parts = targets.sign_parts(context, id, 2, 100);
  ASSERT_DONE(parts);
  ASSERT_EQ(parts->size(), 2U);
  EXPECT_EQ(parts->front().size, 5 * kMiB);
  EXPECT_EQ(parts->back().size, kMiB + 5);
  const AwsRequest& asked = client.asked.back();
  EXPECT_EQ(asked.method, "PUT");
  EXPECT_EQ(parameter(asked, "partNumber"), "3");
  EXPECT_EQ(parameter(asked, "uploadId"), "u1");
  EXPECT_EQ(asked.headers, (Fields{{"content-length", std::to_string(kMiB + 5)}}));
}

TEST_F(S3UploadTargetsTest, SaysUntilWhenAPartsUrlIsReallyGood) {
  const string id = begun();
  const WallTime signed_at = parse_rfc3339("2026-11-25T22:04:02Z").value();
  const auto parts = targets.sign_parts(context, id, 1, 1);
  ASSERT_DONE(parts);
  EXPECT_EQ(parts->front().expires, signed_at + kTargetValid);
  client.signs_for = std::chrono::seconds(90);
  const auto shorter = targets.sign_parts(context, id, 1, 1);
  ASSERT_DONE(shorter);
  EXPECT_EQ(shorter->front().expires, signed_at + std::chrono::seconds(90)) << "with the credentials it was signed by";
}

TEST_F(S3UploadTargetsTest, CompletesNothingButWhatWasOrdered) {
  const string id = begun();
  for (const auto& sizes : std::vector<std::vector<std::uint64_t>>{{},
                                                                   {5 * kMiB, 5 * kMiB},
                                                                   {5 * kMiB, 5 * kMiB, kMiB + 4},
                                                                   {5 * kMiB, 5 * kMiB + 1, kMiB + 4},
                                                                   {5 * kMiB, 5 * kMiB, kMiB + 5, 1},
                                                                   {5 * kMiB, 5 * kMiB, kMiB + 5, 0}}) {
    client.answer(parts_list(sizes));
    EXPECT_CODE(kPreconditionFailed, targets.complete(context, id)) << sizes.size();
  }
  client.answer(parts_list({5 * kMiB, 5 * kMiB, kMiB + 5}));
  client.answer("<CompleteMultipartUploadResult><ETag>\"e-3\"</ETag></CompleteMultipartUploadResult>",
                {{"x-amz-version-id", "v7"}});
  const auto done = targets.complete(context, id);
  ASSERT_DONE(done);
  EXPECT_EQ(done->version.value(), "v7");
  EXPECT_EQ(client.asked.back().path, "/long");
}

TEST_F(S3UploadTargetsTest, BelievesNoIdThatSaysTheImpossible) {
  const auto id = [](const string& text) {
    string made = to_base64(as_bytes(text));
    std::ranges::replace(made, '+', '-');
    std::ranges::replace(made, '/', '_');
    std::ranges::replace(made, '=', '.');
    return made;
  };
  const string nul(1, '\0');
  const std::vector<string> made_up{"",
                                    "no base64",
                                    id("k"),
                                    id("k" + nul + "u"),
                                    id("k" + nul + "u" + nul),
                                    id("k" + nul + "u" + nul + "0"),
                                    id("k" + nul + "u" + nul + "-1"),
                                    id("k" + nul + "u" + nul + "99999999999999999999"),
                                    id("k" + nul + "u" + nul + "5497558138881"),
                                    id(nul + "u" + nul + "5"),
                                    id("k" + nul + nul + "5"),
                                    id(string(1025, 'k') + nul + "u" + nul + "5")};
  for (const string& text : made_up) {
    EXPECT_CODE(kNotFound, targets.key_of(context, text)) << text;
    EXPECT_CODE(kNotFound, targets.sign_parts(context, text, 1, 1)) << text;
    EXPECT_CODE(kNotFound, targets.complete(context, text)) << text;
    EXPECT_CODE(kNotFound, targets.abort(context, text)) << text;
  }
  EXPECT_TRUE(client.asked.empty());
  EXPECT_DONE(targets.key_of(context, id("k" + nul + "u" + nul + "5497558138880")));
}

}  // namespace
}  // namespace scalper::aws
