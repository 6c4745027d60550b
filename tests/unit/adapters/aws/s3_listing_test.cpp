#include "adapters/aws/s3_listing.h"

#include <gtest/gtest.h>

#include "adapters/aws/client/uri_encoding.h"
#include "adapters/aws/client/xml.h"
#include "adapters/aws/s3_object_store.h"
#include "contract/subject.h"
#include "support/fake_clock.h"
#include "support/scripted_aws_client.h"

namespace scalper::aws {
namespace {

const BucketName kBucket{"bucket"};

std::string version(const std::string& key, const std::string& id, bool latest = true,
                    const std::string& time = "2026-11-25T22:04:02.000Z") {
  return "<Version><Key>" + escape_xml(key) + "</Key><VersionId>" + id + "</VersionId><IsLatest>" +
         (latest ? "true" : "false") + "</IsLatest><LastModified>" + time + "</LastModified><ETag>&quot;e-" + id +
         "&quot;</ETag><Size>7</Size><StorageClass>STANDARD</StorageClass></Version>";
}

std::string marker(const std::string& key, const std::string& id, bool latest = true,
                   const std::string& time = "2026-11-25T22:04:02.000Z") {
  return "<DeleteMarker><Key>" + escape_xml(key) + "</Key><VersionId>" + id + "</VersionId><IsLatest>" +
         (latest ? "true" : "false") + "</IsLatest><LastModified>" + time + "</LastModified></DeleteMarker>";
}

std::string document(const std::string& inside, const std::string& next = "", bool encoded = true) {
  return "<?xml version=\"1.0\"?><ListVersionsResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" +
         std::string(encoded ? "<EncodingType>url</EncodingType>" : "") + "<IsTruncated>" +
         (next.empty() ? "false" : "true") + "</IsTruncated>" + next + inside + "</ListVersionsResult>";
}

std::string next(const std::string& key, const std::string& version) {
  return "<NextKeyMarker>" + escape_xml(key) + "</NextKeyMarker><NextVersionIdMarker>" + version +
         "</NextVersionIdMarker>";
}

std::vector<std::string> ids(const std::vector<ObjectInfo>& versions) {
  std::vector<std::string> ids;
  for (const ObjectInfo& info : versions) ids.push_back(info.ref.version.value());
  return ids;
}

using Ids = std::vector<std::string>;

TEST(S3Listing, ReadsVersionsAndMarkers) {
  const auto page = read_listing(kBucket, document(version("a%2Bb+c", "v1", false) + marker("z", "m1")));
  ASSERT_DONE(page);
  ASSERT_EQ(page->versions.size(), 2U);
  const ObjectInfo& first = page->versions[0];
  EXPECT_EQ(first.ref, (ObjectRef{kBucket, ObjectKey{"a+b c"}, VersionId{"v1"}}));
  EXPECT_EQ(first.size, 7U);
  EXPECT_EQ(first.etag.value(), "e-v1");
  EXPECT_FALSE(first.latest);
  EXPECT_FALSE(first.delete_marker);
  EXPECT_EQ(first.last_modified, parse_rfc3339("2026-11-25T22:04:02Z"));
  EXPECT_FALSE(first.crc64nvme);
  EXPECT_TRUE(page->versions[1].delete_marker);
  EXPECT_TRUE(page->versions[1].latest);
  EXPECT_FALSE(page->truncated);
}

TEST(S3Listing, DecodesEveryByteOfAKeyAndNothingThatIsNotEncoded) {
  std::string all;
  for (int c = 1; c < 128; ++c) all += static_cast<char>(c);
  all += std::string(1, '\0') + "\xc3\xbc\xf0\x9f\x90\x99";
  const auto encoded = read_listing(kBucket, document(version(percent_encode(all), "v1")));
  ASSERT_DONE(encoded);
  EXPECT_EQ(encoded->versions[0].ref.key.value(), all);
  const auto plain = read_listing(kBucket, document(version("a%2Bb+c %zz", "v1"), next("a%20", "v"), false));
  ASSERT_DONE(plain);
  EXPECT_EQ(plain->versions[0].ref.key.value(), "a%2Bb+c %zz");
  EXPECT_EQ(plain->next_key, "a%20");
}

TEST(S3Listing, NamesNullVersionsByWhatTheyShow) {
  const auto page = read_listing(kBucket, document(version("a", "null")));
  ASSERT_DONE(page);
  EXPECT_EQ(page->versions[0].ref.version.value(), "null:e-null:2026-11-25T22:04:02.000Z");
}

TEST(S3Listing, KeepsTheOrderThatS3Gives) {
  // v2 is a multipart upload that was begun before v1 was written, and completed after it.
  const std::string listed = version("a", "v3", true, "2026-11-25T22:04:09.000Z") +
                             version("a", "v2", false, "2026-11-25T22:04:01.000Z") +
                             version("a", "v1", false, "2026-11-25T22:04:05.000Z") + marker("b", "m1");
  const auto page = read_listing(kBucket, document(listed));
  ASSERT_DONE(page);
  EXPECT_EQ(ids(page->versions), (Ids{"v3", "v2", "v1", "m1"}));
}

TEST(S3Listing, SortsWhereMarkersComeBehindAllVersions) {
  const std::string listed =
      version("b", "b1", true, "2026-11-25T22:04:01.000Z") + version("a", "a1", false, "2026-11-25T22:04:01.000Z") +
      version("a", "a3", false, "2026-11-25T22:04:03.000Z") + marker("a", "a4", true, "2026-11-25T22:04:04.000Z") +
      marker("a", "a2", false, "2026-11-25T22:04:02.000Z");
  const auto page = read_listing(kBucket, document(listed));
  ASSERT_DONE(page);
  EXPECT_EQ(ids(page->versions), (Ids{"a4", "a3", "a2", "a1", "b1"}));
  const auto one_key = read_listing(kBucket, document(version("a", "a1", false) + marker("a", "a2", true)));
  ASSERT_DONE(one_key);
  EXPECT_EQ(ids(one_key->versions), (Ids{"a2", "a1"}));
}

TEST(S3Listing, RefusesWhatIsNoListing) {
  for (const std::string& wrong :
       {std::string(), std::string("<a/>"), std::string("<ListVersionsResult>"), document(version("%zz", "v1")),
        document(version("", "v1")), document(version("a", "")), document(version("a", "v1", true, "yesterday")),
        document(
            "<Version><Key>a</Key><VersionId>v</VersionId><LastModified>2026-11-25T22:04:02Z</LastModified></Version>"),
        document(version("a", "v1"), next("", "v1")), document(version("a", "v1"), next("%z", "v1"))})
    EXPECT_CODE(kCorrupt, read_listing(kBucket, wrong)) << wrong;
}

class S3Lists : public testing::Test {
 protected:
  FakeClock clock;
  ScriptedAwsClient client;
  S3ObjectStore store{client, clock};
  CallContext context;

  [[nodiscard]] std::string asked(const char* name) const {
    for (const auto& [own, value] : client.asked.back().query)
      if (own == name) return value;
    return "(not asked)";
  }
};

TEST_F(S3Lists, GoesOnWhereThePageEnded) {
  client.answer(document(version("a", "v1"), next("a%2Bb", "v1")));
  const auto first = store.list_versions(context, kBucket, "a b", 1, "");
  ASSERT_DONE(first);
  EXPECT_EQ(asked("prefix"), "a b");
  EXPECT_EQ(asked("encoding-type"), "url");
  EXPECT_EQ(asked("max-keys"), "1");
  EXPECT_EQ(asked("key-marker"), "(not asked)");
  client.answer(document(version("b", "v2")));
  const auto second = store.list_versions(context, kBucket, "a b", 3, first->next_cursor);
  ASSERT_DONE(second);
  EXPECT_EQ(asked("key-marker"), "a+b");
  EXPECT_EQ(asked("version-id-marker"), "v1");
  EXPECT_EQ(second->next_cursor, "");
}

TEST_F(S3Lists, TellsAStoreThatGoesInCircles) {
  client.answer(document(version("a", "v1"), next("a", "v1")));
  const auto first = store.list_versions(context, kBucket, "", 1, "");
  ASSERT_DONE(first);
  client.answer(document(version("a", "v1"), next("a", "v1")));
  EXPECT_CODE(kCorrupt, store.list_versions(context, kBucket, "", 1, first->next_cursor));
}

TEST_F(S3Lists, GivesTheVersionsOfOneKeyAlone) {
  client.answer(document(marker("k", "m1", true, "2026-11-25T22:04:09.000Z") +
                         version("k", "v3", false, "2026-11-25T22:04:02.000Z") +
                         version("k", "v2", false, "2026-11-25T22:04:09.000Z") +
                         version("k", "v1", false, "2026-11-25T22:04:01.000Z") + version("k/k", "w1")));
  const auto page =
      store.list_key_versions(context, kBucket, ObjectKey{"k"}, *parse_rfc3339("2026-11-25T22:04:02Z"), 10, "");
  ASSERT_DONE(page);
  EXPECT_EQ(ids(page->versions), (Ids{"v3", "v2"}));
  EXPECT_EQ(page->next_cursor, "");
}

TEST_F(S3Lists, AsksOnForOneKeyPastMarkersAndOlderVersions) {
  client.answer(document(marker("k", "m1"), next("k", "m1")));
  client.answer(document(version("k", "v2", false) + version("k", "v1", false), next("k", "v1")));
  const auto page = store.list_key_versions(context, kBucket, ObjectKey{"k"}, WallTime{}, 1, "");
  ASSERT_DONE(page);
  EXPECT_EQ(ids(page->versions), (Ids{"v2"}));
  EXPECT_EQ(asked("version-id-marker"), "m1");
  client.answer(document(version("k", "v1", false), next("k/k", "w1")));
  const auto rest = store.list_key_versions(context, kBucket, ObjectKey{"k"}, WallTime{}, 1, page->next_cursor);
  ASSERT_DONE(rest);
  EXPECT_EQ(asked("key-marker"), "k");
  EXPECT_EQ(asked("version-id-marker"), "v2") << "behind the last one that was given";
  EXPECT_EQ(ids(rest->versions), (Ids{"v1"}));
  EXPECT_EQ(rest->next_cursor, "") << "what follows is of another key";
}

TEST_F(S3Lists, RefusesForeignCursorsWithoutACall) {
  client.answer(document(version("a", "v1"), next("a", "v1")));
  const auto page = store.list_versions(context, kBucket, "", 1, "");
  ASSERT_DONE(page);
  for (const std::string& altered : altered_cursors(page->next_cursor))
    EXPECT_CODE(kInvalidArgument, store.list_versions(context, kBucket, "", 1, altered));
  EXPECT_CODE(kInvalidArgument, store.list_versions(context, BucketName{"other"}, "", 1, page->next_cursor));
  EXPECT_CODE(kInvalidArgument, store.list_versions(context, kBucket, "a", 1, page->next_cursor));
  EXPECT_CODE(kInvalidArgument, store.list_key_versions(context, kBucket, ObjectKey{"a"}, {}, 1, page->next_cursor));
  for (const std::size_t limit : {std::size_t{0}, std::size_t{1001}})
    EXPECT_CODE(kInvalidArgument, store.list_versions(context, kBucket, "", limit, ""));
  EXPECT_EQ(client.asked.size(), 1U);
}

TEST_F(S3Lists, AsksNoBucketThatCannotBe) {
  EXPECT_CODE(kNotFound, store.list_versions(context, BucketName{"../x"}, "", 1, ""));
  client.refuse(ErrorCode::kNotFound, {404, "NoSuchBucket"});
  EXPECT_CODE(kNotFound, store.list_versions(context, kBucket, "", 1, ""));
}

}  // namespace
}  // namespace scalper::aws
