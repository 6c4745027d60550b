#include "adapters/aws/s3_text.h"

#include <gtest/gtest.h>

#include "base/form_encoding.h"
#include "contract/subject.h"
#include "digest/crc64nvme.h"

namespace scalper::aws {
namespace {

TEST(S3Text, TakesQuotesOffAndPutsThemOn) {
  EXPECT_EQ(quoted(ETag{"abc-2"}), "\"abc-2\"");
  EXPECT_EQ(unquoted("\"abc-2\"").value(), "abc-2");
  EXPECT_EQ(unquoted("abc").value(), "abc") << "some stores give none";
  EXPECT_EQ(unquoted("\"").value(), "\"");
  EXPECT_EQ(unquoted("").value(), "");
}

TEST(S3Text, DecodesListedKeys) {
  EXPECT_EQ(form_decoded("a+b%2Bc/%C3%BC%25.csv"), "a b+c/\xc3\xbc%.csv");
  EXPECT_EQ(form_decoded("%01%1F%7f%00"), std::string("\x01\x1f\x7f\0", 4));
  EXPECT_EQ(form_decoded(""), "");
  for (const char* const wrong : {"%", "%2", "a%", "%zz", "%2g", "%%41"}) EXPECT_FALSE(form_decoded(wrong)) << wrong;
}

TEST(S3Text, StatesChecksumsAsS3Does) {
  EXPECT_EQ(format_crc64nvme(crc64nvme(as_bytes("hello"))), "M3eFcAZSQlc=") << "as two stores say";
  EXPECT_EQ(format_crc64nvme(0), "AAAAAAAAAAA=");
  EXPECT_EQ(format_crc64nvme(UINT64_MAX), "//////////8=");
  std::uint64_t crc = 0x9E3779B97F4A7C15;
  for (int i = 0; i < 1000; ++i, crc = crc * 6364136223846793005ULL + 1442695040888963407ULL)
    EXPECT_EQ(parse_crc64nvme(format_crc64nvme(crc)), crc);
}

TEST(S3Text, TakesNoCompositeForAChecksum) {
  for (const char* const other : {"", "M3eFcAZSQlc", "M3eFcAZSQlc=-1", "M3eFcAZSQlc=-2",
                                  "M3eFcAZSQl==", "M3eFcAZSQl*=", "M3eFcAZSQld=", "3yZ9ZQ==", " M3eFcAZSQlc="})
    EXPECT_FALSE(parse_crc64nvme(other)) << other;
}

TEST(S3Text, ReadsListedTimesInWholeSeconds) {
  EXPECT_EQ(parse_listed_time("2026-11-25T22:04:02.999Z"), parse_rfc3339("2026-11-25T22:04:02Z"));
  EXPECT_FALSE(parse_listed_time("yesterday"));
}

TEST(S3Text, NamesNullVersionsByWhatTheyShow) {
  const WallTime time = *parse_rfc3339("2026-11-25T22:04:02Z");
  const VersionId id = null_version_id(ETag{"abc-2"}, time);
  EXPECT_EQ(id.value(), "null:abc-2:2026-11-25T22:04:02.000Z");
  EXPECT_EQ(wire_version(id), "null");
  EXPECT_EQ(wire_version(VersionId{"v1"}), "v1");
  const auto null = parse_null_version(id);
  ASSERT_TRUE(null);
  EXPECT_EQ(null->etag.value(), "abc-2");
  EXPECT_EQ(null->last_modified, time);
  EXPECT_FALSE(parse_null_version(VersionId{"nullable"}));
  // Of none of ours, and of no version that there is.
  EXPECT_EQ(parse_null_version(VersionId{"null:abc:0"})->last_modified, WallTime::max());
  EXPECT_TRUE(parse_null_version(VersionId{"null:"}));
}

TEST(S3Text, SendsNoVersionIdThatWouldBeAnotherUrl) {
  for (const char* const id :
       {"L4kqtJlcpXroDTDmpUMLUo", "3/L4kqt", "a?b", "a#b", "a b", "a%00", "../../etc/passwd", "a\nb"})
    EXPECT_EQ(is_possible_version(VersionId{id}), std::string(id) == "L4kqtJlcpXroDTDmpUMLUo") << id;
  EXPECT_TRUE(is_possible_version(VersionId{}));
  EXPECT_FALSE(is_possible_version(VersionId{std::string(1025, 'v')}));
}

TEST(S3Text, RefusesWhatNoKeyOrHeaderCarries) {
  EXPECT_DONE(check_key(ObjectKey{std::string(1024, 'k')}));
  EXPECT_DONE(check_key(ObjectKey{std::string("nul\0in", 6)}));
  for (const std::string& key : {std::string(), std::string(1025, 'k'), std::string("bad\xff")})
    EXPECT_CODE(kInvalidArgument, check_key(ObjectKey{key}));
  EXPECT_DONE(check_metadata({{"a-name", "caf\xc3\xa9"}}));
  EXPECT_CODE(kInvalidArgument, check_metadata({{"n", std::string(2048, 'v')}}));
  for (const char* const name : {"", "a b", "a:b", "Upper", "\xc3\xa9", "a\r\nx"})
    EXPECT_CODE(kInvalidArgument, check_metadata({{name, "v"}})) << name;
  EXPECT_CODE(kInvalidArgument, check_metadata({{"n", "v\r\nx-amz-acl: public-read"}}));
  for (const char* const name : {"abc", "my.bucket-1", "1ab"}) EXPECT_TRUE(is_bucket_name(BucketName{name})) << name;
  for (const char* const name : {"", "ab", "../output", "Upper", "-ab", "ab-", "a/b", "a_b"})
    EXPECT_FALSE(is_bucket_name(BucketName{name})) << name;
  EXPECT_FALSE(is_bucket_name(BucketName{std::string(64, 'a')}));
}

}  // namespace
}  // namespace scalper::aws
