// S3ObjectStore: head, open, check_bucket, remove_version.

#include "adapters/aws/client/error_codes.h"
#include "s3_script.h"

namespace scalper::aws {
namespace {

using S3Read = S3Script;

constexpr const char* kNoSuchId =
    "<Error><Code>InvalidArgument</Code><Message>Invalid version id specified</Message>"
    "<ArgumentName>versionId</ArgumentName></Error>";

TEST_F(S3Read, TellsWhatHeadSays) {
  client.answer("", object(5, {{"x-amz-version-id", "v1"},
                               {"x-amz-meta-origin", "test"},
                               {"x-amz-checksum-crc64nvme", crc_of("hello")},
                               {"x-amz-checksum-type", "FULL_OBJECT"}}));
  const auto info = store.head(context, source);
  ASSERT_DONE(info);
  EXPECT_EQ(asked().method, "HEAD");
  EXPECT_EQ(asked().bucket, "input");
  EXPECT_EQ(asked().path, "/" + source.key.value()) << "raw: the client encodes";
  EXPECT_EQ(parameter("versionId"), "v1");
  EXPECT_EQ(header("x-amz-checksum-mode"), "ENABLED");
  EXPECT_EQ(info->ref, source);
  EXPECT_EQ(info->size, 5U);
  EXPECT_EQ(info->etag.value(), "e1");
  EXPECT_EQ(info->last_modified, parse_rfc3339("2026-11-25T22:04:02Z"));
  EXPECT_EQ(info->crc64nvme, crc64nvme(as_bytes("hello")));
  EXPECT_EQ(info->content_type, "text/csv");
  EXPECT_EQ(info->metadata, (Metadata{{"origin", "test"}}));
  EXPECT_FALSE(info->latest) << "it does not say so of a version";
}

TEST_F(S3Read, NamesTheCurrentVersion) {
  client.answer("", object(5, {{"x-amz-version-id", "v7"}}));
  const auto info = store.head(context, {input, source.key, VersionId{}});
  ASSERT_DONE(info);
  EXPECT_EQ(parameter("versionId"), "-");
  EXPECT_EQ(info->ref.version.value(), "v7");
  EXPECT_TRUE(info->latest);
  client.answer("", object(5));
  const auto unversioned = store.head(context, {input, source.key, VersionId{}});
  ASSERT_DONE(unversioned);
  EXPECT_EQ(unversioned->ref.version.value(), "null:e1:2026-11-25T22:04:02.000Z");
}

TEST_F(S3Read, TakesNoCompositeChecksumForOneOfTheObject) {
  for (const auto& [value, type] : {std::pair{crc_of("x") + "-2", "COMPOSITE"}, std::pair{crc_of("x"), "COMPOSITE"},
                                    std::pair{crc_of("x") + "-1", ""}}) {
    client.answer("", object(5, {{"x-amz-checksum-crc64nvme", value}, {"x-amz-checksum-type", type}}));
    const auto info = store.head(context, source);
    ASSERT_DONE(info);
    EXPECT_FALSE(info->crc64nvme) << value << type;
  }
}

TEST_F(S3Read, SaysWhyARefusedHeadWasRefused) {
  client.refuse(ErrorCode::kInvalidArgument, {405, ""});
  EXPECT_CODE(kNotFound, store.head(context, source)) << "a delete marker asked for by version";
  client.refuse(ErrorCode::kNotFound, {404, ""});
  EXPECT_CODE(kNotFound, store.head(context, source));
  client.refuse(ErrorCode::kPermissionDenied, {403, ""});
  const auto denied = store.head(context, source);
  EXPECT_CODE(kPermissionDenied, denied);
  for (const char* const action : {"s3:GetObjectVersion", "s3:ListBucket"})
    EXPECT_NE(denied.error().message().find(action), std::string::npos) << "an answer to HEAD has no words of its own";
  // HEAD has no body: a GET says why.
  client.refuse(ErrorCode::kInvalidArgument, {400, ""});
  client.refuse(ErrorCode::kInvalidArgument, {400, "InvalidArgument", kNoSuchId});
  EXPECT_CODE(kNotFound, store.head(context, source)) << "no version can have that id";
  EXPECT_EQ(asked().method, "GET");
  EXPECT_EQ(header("range"), "bytes=0-0");
  client.refuse(ErrorCode::kInvalidArgument, {400, ""});
  client.refuse(ErrorCode::kPermissionDenied, {400, "ExpiredToken"});
  EXPECT_CODE(kPermissionDenied, store.head(context, source));
  client.refuse(ErrorCode::kInvalidArgument, {400, ""});
  client.answer("x", object(1), 206);
  EXPECT_CODE(kInvalidArgument, store.head(context, source)) << "the first word stays where there is no better one";
}

TEST_F(S3Read, AsksForNothingThatCannotBe) {
  for (const ObjectRef& ref :
       {ObjectRef{BucketName{"../x"}, source.key, {}}, ObjectRef{input, ObjectKey{}, {}},
        ObjectRef{input, ObjectKey{"bad\xff"}, {}}, ObjectRef{input, source.key, VersionId{"../../etc/passwd"}}}) {
    EXPECT_CODE(kNotFound, store.head(context, ref));
    EXPECT_CODE(kNotFound, store.open(context, ref, ETag{}, {}));
  }
  EXPECT_TRUE(client.asked.empty());
}

TEST_F(S3Read, RefusesAnswersThatSayTooLittle) {
  for (const Fields& headers : {Fields{}, Fields{{"etag", "\"e\""}}, Fields{{"etag", "\"e\""}, {"content-length", "5"}},
                                Fields{{"etag", "\"e\""}, {"content-length", "-5"}, {"last-modified", "x"}}}) {
    client.answer("", headers);
    EXPECT_CODE(kCorrupt, store.head(context, source));
  }
}

TEST_F(S3Read, KnowsANullVersionByItsEtagAndTime) {
  const auto named = [&](const char* id) { return ObjectRef{input, source.key, VersionId{id}}; };
  client.answer("", object(5));
  const auto info = store.head(context, named("null:e1:2026-11-25T22:04:02.000Z"));
  ASSERT_DONE(info);
  EXPECT_EQ(parameter("versionId"), "null");
  EXPECT_EQ(info->ref.version.value(), "null:e1:2026-11-25T22:04:02.000Z");
  for (const char* const other :
       {"null:e2:2026-11-25T22:04:02.000Z", "null:e1:2026-11-25T22:04:03.000Z", "null:e1:0"}) {
    client.answer("", object(5));
    EXPECT_CODE(kNotFound, store.head(context, named(other))) << other;
    client.answer("hello", object(5));
    EXPECT_CODE(kNotFound, store.open(context, named(other), ETag{}, {})) << other;
  }
}

TEST_F(S3Read, OpensAllOfAVersionWithItsChecksum) {
  client.answer("hello", object(5, {{"x-amz-checksum-crc64nvme", crc_of("hello")}, {"x-amz-meta-a", "b"}}));
  const auto opened = store.open(context, source, ETag{"e1"}, {});
  ASSERT_DONE(opened);
  EXPECT_EQ(header("range"), "-") << "a ranged answer carries no checksum";
  EXPECT_EQ(header("if-match"), "\"e1\"");
  EXPECT_EQ(header("x-amz-checksum-mode"), "ENABLED");
  EXPECT_EQ(opened->info.crc64nvme, crc64nvme(as_bytes("hello")));
  EXPECT_EQ(opened->info.metadata, (Metadata{{"a", "b"}}));
  EXPECT_EQ(*drain(context, *opened->body), "hello");
  EXPECT_EQ(client.asked.size(), 1U);
}

TEST_F(S3Read, OpensRanges) {
  struct Case {
    ByteRange range;
    const char* asked;
    const char* answered;
    const char* bytes;
  };
  for (const Case& c :
       {Case{{3, 4}, "bytes=3-6", "bytes 3-6/10", "3456"}, Case{{9, 100}, "bytes=9-108", "bytes 9-9/10", "9"},
        Case{{4, UINT64_MAX}, "bytes=4-", "bytes 4-9/10", "456789"},
        Case{{0, 4}, "bytes=0-3", "bytes 0-3/10", "0123"}}) {
    client.answer(c.bytes, object(std::string(c.bytes).size(), {{"content-range", c.answered}}), 206);
    const auto opened = store.open(context, source, ETag{}, c.range);
    ASSERT_DONE(opened);
    EXPECT_EQ(header("range"), c.asked);
    EXPECT_EQ(opened->info.size, 10U);
    EXPECT_EQ(*drain(context, *opened->body), c.bytes);
  }
}

TEST_F(S3Read, PassesOverWhatAStoreSendsThatKnowsNoRanges) {
  client.answer("0123456789", object(10));
  client.answer("0123456789", object(10));
  const auto opened = store.open(context, source, ETag{}, {3, 4});
  ASSERT_DONE(opened);
  EXPECT_EQ(*drain(context, *opened->body), "3456");
}

TEST_F(S3Read, OpensRangesOfNothing) {
  client.answer("", object(10));
  auto opened = store.open(context, source, ETag{}, {0, 0});
  ASSERT_DONE(opened);
  EXPECT_EQ(*drain(context, *opened->body), "");
  client.refuse(ErrorCode::kInvalidArgument, {416, "InvalidRange"});
  client.answer("", object(10));
  EXPECT_DONE(store.open(context, source, ETag{}, {10, 5})) << "it begins at the end";
  client.refuse(ErrorCode::kInvalidArgument, {416, "InvalidRange"});
  client.answer("", object(10));
  EXPECT_CODE(kInvalidArgument, store.open(context, source, ETag{}, {11, 5}));
  client.answer("", object(10));
  EXPECT_CODE(kInvalidArgument, store.open(context, source, ETag{}, {UINT64_MAX, UINT64_MAX}));
  client.answer("", object(10));
  EXPECT_CODE(kPreconditionFailed, store.open(context, source, ETag{"e2"}, {0, 0}));
}

TEST_F(S3Read, SaysWhyARefusedGetWasRefused) {
  client.refuse(ErrorCode::kPreconditionFailed, {412, "PreconditionFailed"});
  EXPECT_CODE(kPreconditionFailed, store.open(context, source, ETag{"e2"}, {}));
  client.answer("hello", object(5));
  EXPECT_CODE(kPreconditionFailed, store.open(context, source, ETag{"e2"}, {})) << "a store that looks at no condition";
  client.refuse(ErrorCode::kNotFound, {404, "NoSuchVersion"});
  EXPECT_CODE(kNotFound, store.open(context, source, ETag{}, {}));
  client.refuse(ErrorCode::kInvalidArgument, {405, "MethodNotAllowed"});
  EXPECT_CODE(kNotFound, store.open(context, source, ETag{}, {}));
  client.refuse(ErrorCode::kInvalidArgument, {400, "InvalidArgument", kNoSuchId});
  EXPECT_CODE(kNotFound, store.open(context, source, ETag{}, {}));
  client.refuse(ErrorCode::kInvalidArgument,
                {400, "InvalidArgument", "<Error><Message>Requests specifying KMS need Signature Version 4</Message>"});
  EXPECT_CODE(kInvalidArgument, store.open(context, source, ETag{}, {})) << "it does not speak of the version";
}

// What is there and cannot be read, as the client tells it: by its table a refusal in 4xx is a wrong request.
TEST_F(S3Read, TellsWhatIsThereAndCannotBeRead) {
  const AwsRefusal archived{403, "InvalidObjectState", "<Error><StorageClass>GLACIER</StorageClass></Error>"};
  client.refuse(meaning_of_code(archived.code)->code, archived);
  const auto in_archive = store.open(context, source, ETag{}, {});
  EXPECT_CODE(kPermissionDenied, in_archive);
  EXPECT_EQ(in_archive.error().message().find("ListBucket"), std::string::npos);
  const AwsRefusal keyed{400, "InvalidRequest",
                         "<Error><Message>The object was stored using a form of Server Side Encryption. The correct "
                         "parameters must be provided to retrieve the object.</Message></Error>"};
  const ErrorCode code = meaning_of_status(keyed.status, true).code;
  client.refuse(code, keyed);
  EXPECT_CODE(kPermissionDenied, store.open(context, source, ETag{}, {}));
  client.refuse(ErrorCode::kInvalidArgument, {400, ""});
  client.refuse(code, keyed);
  EXPECT_CODE(kPermissionDenied, store.head(context, source)) << "HEAD has no body: the GET says it";
  client.refuse(code, {400, "InvalidRequest", "<Error><Message>Missing header</Message></Error>"});
  EXPECT_CODE(kInvalidArgument, store.open(context, source, ETag{}, {})) << "another wrong request";
}

TEST_F(S3Read, ChecksBuckets) {
  const std::string enabled = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
  client.answer(enabled);
  EXPECT_DONE(store.check_bucket(context, input));
  EXPECT_EQ(parameter("versioning"), "");
  for (const char* const body : {"<VersioningConfiguration/>",
                                 "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>"}) {
    client.answer(body);
    EXPECT_CODE(kInvalidArgument, store.check_bucket(context, input));
  }
  client.refuse(ErrorCode::kNotFound, {404, "NoSuchBucket"});
  EXPECT_CODE(kInvalidArgument, store.check_bucket(context, input));
  client.refuse(ErrorCode::kPermissionDenied, {403, "AccessDenied"});
  const auto denied = store.check_bucket(context, input);
  EXPECT_CODE(kPermissionDenied, denied);
  EXPECT_NE(denied.error().message().find("s3:GetBucketVersioning"), std::string::npos);
  client.refuse(ErrorCode::kUnavailable, {503, "ServiceUnavailable"});
  EXPECT_CODE(kUnavailable, store.check_bucket(context, input));
  const std::size_t before = client.asked.size();
  for (const char* const name : {"", "../output", "UPPER"})
    EXPECT_CODE(kInvalidArgument, store.check_bucket(context, BucketName{name}));
  EXPECT_EQ(client.asked.size(), before);
}

TEST_F(S3Read, RemovesByVersionAlone) {
  EXPECT_CODE(kInvalidArgument, store.remove_version(context, {input, source.key, VersionId{}}, Seal{}));
  EXPECT_TRUE(client.asked.empty());
  client.answer("", {}, 204);
  EXPECT_DONE(store.remove_version(context, source, Seal{}));
  EXPECT_EQ(asked().method, "DELETE");
  EXPECT_EQ(parameter("versionId"), "v1");
  for (const AwsRefusal& gone : {AwsRefusal{404, "NoSuchVersion"}, AwsRefusal{404, "NoSuchKey"}}) {
    client.refuse(ErrorCode::kNotFound, gone);
    EXPECT_DONE(store.remove_version(context, source, Seal{}));
  }
  client.refuse(ErrorCode::kInvalidArgument, {400, "InvalidArgument", kNoSuchId});
  EXPECT_DONE(store.remove_version(context, source, Seal{})) << "no version can have that id";
  client.refuse(ErrorCode::kInvalidArgument, {400, "InvalidArgument"});
  EXPECT_CODE(kInvalidArgument, store.remove_version(context, source, Seal{}));
  client.refuse(ErrorCode::kPermissionDenied, {403, "AccessDenied"});
  EXPECT_CODE(kPermissionDenied, store.remove_version(context, source, Seal{}));
  client.refuse(ErrorCode::kNotFound, {404, "NoSuchBucket"});
  EXPECT_CODE(kNotFound, store.remove_version(context, source, Seal{}));
}

// S3's own word names whatever is there without a version id.
TEST_F(S3Read, TakesABareNullForNoName) {
  const ObjectRef bare{input, source.key, VersionId{"null"}};
  client.answer("", object(5, {{"x-amz-version-id", "null"}}));
  const auto info = store.head(context, bare);
  ASSERT_DONE(info);
  EXPECT_EQ(parameter("versionId"), "null");
  EXPECT_EQ(info->ref.version.value(), "null:e1:2026-11-25T22:04:02.000Z");
  client.answer("hello", object(5, {{"x-amz-version-id", "null"}}));
  const auto opened = store.open(context, bare, ETag{}, {});
  ASSERT_DONE(opened);
  EXPECT_EQ(opened->info.ref.version.value(), "null:e1:2026-11-25T22:04:02.000Z");
  const std::size_t before = client.asked.size();
  EXPECT_CODE(kInvalidArgument, store.remove_version(context, bare, Seal{}));
  EXPECT_EQ(client.asked.size(), before);
}

TEST_F(S3Read, RemovesANullVersionOnlyWhileItShowsTheSame) {
  const ObjectRef null{input, source.key, VersionId{"null:e1:2026-11-25T22:04:02.000Z"}};
  client.answer("", object(5));
  client.answer("", {}, 204);
  EXPECT_DONE(store.remove_version(context, null, Seal{}));
  EXPECT_EQ(asked().method, "DELETE");
  EXPECT_EQ(parameter("versionId"), "null");
  client.answer("", object(5, {{"etag", "\"unused\""}}));
  EXPECT_DONE(
      store.remove_version(context, {input, source.key, VersionId{"null:e2:2026-11-25T22:04:02.000Z"}}, Seal{}));
  EXPECT_EQ(asked().method, "HEAD") << "another one is there: it stays";
  client.refuse(ErrorCode::kUnavailable, {503, ""});
  EXPECT_CODE(kUnavailable, store.remove_version(context, null, Seal{}));
}

TEST_F(S3Read, SealsAndConfirmsWithoutACall) {
  EXPECT_DONE(store.seal(context, source));
  EXPECT_DONE(store.confirm(context, source, Seal{}, std::string(64, '0')));
  EXPECT_TRUE(store.capabilities().immutable_versions);
  EXPECT_TRUE(store.capabilities().create_only_copy);
  EXPECT_FALSE(store.capabilities().copy_consumes_source);
}

}  // namespace
}  // namespace scalper::aws
