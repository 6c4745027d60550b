// S3ObjectStore: fenced replacements, uploads of new objects, and what a store is asked for.

#include "adapters/aws/client/xml.h"
#include "s3_script.h"

namespace scalper::aws {
namespace {

const std::string kBegun = "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>";
const Fields kChecksummed{{"x-amz-checksum-algorithm", "CRC64NVME"}, {"x-amz-checksum-type", "FULL_OBJECT"}};
const std::string kPart =
    "<CopyPartResult><ETag>&quot;p1&quot;</ETag><ChecksumCRC64NVME>AAAAAAAAAAA=</ChecksumCRC64NVME></CopyPartResult>";

TEST(S3UploadText, KeepsAllThatCompletingOneTakes) {
  for (const S3Upload& upload : {S3Upload{"id", true, {{1, "etag", "crc="}}},
                                 S3Upload{"i|d|", false, {{1, "etag", ""}}}, S3Upload{"id", true, {}}}) {
    const auto back = parse_upload(format_upload(upload));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->id, upload.id);
    EXPECT_EQ(back->checksummed, upload.checksummed);
    ASSERT_EQ(back->parts.size(), upload.parts.size());
    if (upload.parts.empty()) continue;
    EXPECT_EQ(back->parts[0].number, 1U);
    EXPECT_EQ(back->parts[0].etag, upload.parts[0].etag);
    EXPECT_EQ(back->parts[0].crc64nvme, upload.parts[0].crc64nvme);
  }
  const S3Upload many{"id", true, {{1, "a", ""}, {2, "b", ""}}};
  EXPECT_TRUE(parse_upload(format_upload(many))->parts.empty()) << "the store is asked for them";
  for (const char* const other : {"", "never-was", "../../t", "2|c|a|b|id", "1|x|a|b|id", "1|c|a|b|", "1|c|a|b"})
    EXPECT_FALSE(parse_upload(UploadId{other})) << other;
}

class S3Replace : public S3Script {
 protected:
  [[nodiscard]] CopyRequest request() const {
    CopyRequest request;
    request.source = source;
    request.source_etag = ETag{"e1"};
    request.bucket = output;
    request.key = ObjectKey{"t"};
    return request;
  }
  [[nodiscard]] static std::string completed() {
    return "<R><ETag>&quot;e2-1&quot;</ETag><ChecksumCRC64NVME>" + crc_of("hello") +
           "</ChecksumCRC64NVME><ChecksumType>FULL_OBJECT</ChecksumType></R>";
  }
  // What begin_replace() answers, after HEAD, Create, and UploadPartCopy.
  UploadId begun() {
    client.answer("", object(5, {{"x-amz-tagging-count", "0"}}));
    client.answer(kBegun, kChecksummed);
    client.answer(kPart);
    const auto upload = store.begin_replace(context, request());
    EXPECT_DONE(upload);
    return upload.ok() ? *upload : UploadId{};
  }
};

TEST_F(S3Replace, TakesThreeCallsForOne) {
  client.answer("hello", object(5, {{"x-amz-tagging-count", "0"}}));
  ASSERT_DONE(store.open(context, source, ETag{}, {}));
  client.answer(kBegun, kChecksummed);
  client.answer(kPart);
  const auto upload = store.begin_replace(context, request());
  ASSERT_DONE(upload);
  client.answer(completed(), {{"x-amz-version-id", "v2"}});
  const auto answer = store.complete_replace(context, request(), *upload, ETag{"old"});
  ASSERT_DONE(answer);
  EXPECT_EQ(client.asked.size(), 4U);
  EXPECT_EQ(header("if-match"), "\"old\"");
  EXPECT_EQ(header("if-none-match"), "-");
  EXPECT_EQ(header("x-amz-checksum-type"), "FULL_OBJECT");
  EXPECT_EQ(parameter("uploadId"), "u1");
  EXPECT_EQ(parse_xml(asked().body)->children.at(0).text_at({"ETag"}), "\"p1\"");
  EXPECT_EQ(answer->version.value(), "v2");
  EXPECT_EQ(answer->size, 5U);
}

TEST_F(S3Replace, WantsNothingThereWhereNoETagIsGiven) {
  const UploadId upload = begun();
  client.answer(completed(), {{"x-amz-version-id", "v2"}});
  ASSERT_DONE(store.complete_replace(context, request(), upload, ETag{}));
  EXPECT_EQ(header("if-none-match"), "*");
  EXPECT_EQ(header("if-match"), "-");
}

TEST_F(S3Replace, IsCompletedByWhoeverKnowsTheUpload) {
  const UploadId upload = begun();
  S3ObjectStore another(client, clock, {.conditions = CopyConditions::kCopy});
  client.answer(completed(), {{"x-amz-version-id", "v2"}});
  client.answer("", object(7));
  const auto answer = another.complete_replace(context, request(), upload, ETag{"old"});
  ASSERT_DONE(answer);
  EXPECT_EQ(answer->size, 7U) << "of what lies there: this process never saw the source";
}

TEST_F(S3Replace, PublishesNothingForWhomCannotKeepUpWhatItHolds) {
  const UploadId upload = begun();
  const std::size_t before = client.asked.size();
  CopyRequest kept = request();
  kept.meanwhile = [] { return Result<void>(Error(ErrorCode::kTimeout, "the lease is too short")); };
  EXPECT_CODE(kTimeout, store.complete_replace(context, kept, upload, ETag{"old"}));
  EXPECT_EQ(client.asked.size(), before);
  client.answer(kBegun, kChecksummed);
  client.answer("", {}, 204);
  EXPECT_CODE(kTimeout, store.begin_replace(context, kept));
  EXPECT_EQ(asked().method, "DELETE");
}

// Nothing is known of what a consumer took at once: a checksum beside a size of nought would be that of other bytes.
TEST_F(S3Replace, StatesNoChecksumOfWhatWasTakenBeforeItsSizeWasKnown) {
  const UploadId upload = begun();
  S3ObjectStore another(client, clock, {.conditions = CopyConditions::kCopy});
  client.answer(completed(), {{"x-amz-version-id", "v2"}});
  client.refuse(ErrorCode::kNotFound, {404, ""});
  const auto answer = another.complete_replace(context, request(), upload, ETag{"old"});
  ASSERT_DONE(answer);
  EXPECT_EQ(answer->version.value(), "v2");
  EXPECT_FALSE(answer->crc64nvme);
}

TEST_F(S3Replace, SaysWhatBecameOfAnUpload) {
  const UploadId upload = begun();
  struct Case {
    AwsRefusal refusal;
    ErrorCode told;
    ErrorCode expected;
  };
  for (const Case& c :
       {Case{{412, "PreconditionFailed"}, ErrorCode::kPreconditionFailed, ErrorCode::kPreconditionFailed},
        Case{{404, "NoSuchUpload"}, ErrorCode::kNotFound, ErrorCode::kNotFound},
        // If-Match where nothing is any more:
        Case{{404, "NoSuchKey"}, ErrorCode::kNotFound, ErrorCode::kPreconditionFailed},
        Case{{409, "ConditionalRequestConflict"}, ErrorCode::kUnavailable, ErrorCode::kPreconditionFailed},
        Case{{404, "NoSuchBucket"}, ErrorCode::kNotFound, ErrorCode::kUnavailable},
        Case{{200, "InternalError"}, ErrorCode::kUnavailable, ErrorCode::kUnavailable},
        Case{{0, ""}, ErrorCode::kTimeout, ErrorCode::kTimeout}}) {
    client.refuse(c.told, c.refusal);
    EXPECT_TRUE(fails_with(c.expected, store.complete_replace(context, request(), upload, ETag{"old"})))
        << c.refusal.code;
  }
  client.refuse(ErrorCode::kNotFound, {404, "NoSuchKey"});
  EXPECT_CODE(kUnavailable, store.complete_replace(context, request(), upload, ETag{})) << "that was the condition";
  client.answer(completed(), {{"x-amz-version-id", "null"}});
  EXPECT_CODE(kUnavailable, store.complete_replace(context, request(), upload, ETag{})) << "a bucket without versions";
  const std::size_t before = client.asked.size();
  EXPECT_CODE(kNotFound, store.complete_replace(context, request(), UploadId{"never-was"}, ETag{}));
  EXPECT_EQ(client.asked.size(), before);
}

TEST_F(S3Replace, AbortsForGood) {
  const UploadId upload = begun();
  client.answer("", {}, 204);
  EXPECT_DONE(store.abort_replace(context, output, ObjectKey{"t"}, upload));
  EXPECT_EQ(asked().method, "DELETE");
  EXPECT_EQ(asked().path, "/t");
  EXPECT_EQ(parameter("uploadId"), "u1");
  client.refuse(ErrorCode::kNotFound, {404, "NoSuchUpload"});
  EXPECT_DONE(store.abort_replace(context, output, ObjectKey{"t"}, upload));
  client.refuse(ErrorCode::kUnavailable, {503, ""});
  EXPECT_CODE(kUnavailable, store.abort_replace(context, output, ObjectKey{"t"}, upload)) << "it may still be there";
  EXPECT_DONE(store.abort_replace(context, output, ObjectKey{"t"}, UploadId{"never-was"}));
}

TEST_F(S3Replace, AsksForThePartsOfALargeOne) {
  const UploadId upload = format_upload({"u1", true, {}});
  const auto page = [](const char* parts, const char* more) {
    return "<ListPartsResult><IsTruncated>" + std::string(more) + "</IsTruncated>" + parts + "</ListPartsResult>";
  };
  client.answer(page("<Part><PartNumber>1</PartNumber><ETag>\"a\"</ETag></Part>", "true"));
  client.answer(page("<Part><PartNumber>2</PartNumber><ETag>\"b\"</ETag></Part>", "false"));
  client.answer(completed(), {{"x-amz-version-id", "v2"}});
  client.answer("", object(7));
  ASSERT_DONE(store.complete_replace(context, request(), upload, ETag{"old"}));
  EXPECT_EQ(parameter("part-number-marker", 0), "-");
  EXPECT_EQ(parameter("part-number-marker", 1), "1");
  EXPECT_EQ(parse_xml(asked(2).body)->children.size(), 2U);
  client.answer(page("<Part><PartNumber>1</PartNumber><ETag>\"a\"</ETag></Part>", "true"));
  client.answer(page("<Part><PartNumber>1</PartNumber><ETag>\"a\"</ETag></Part>", "true"));
  EXPECT_CODE(kCorrupt, store.complete_replace(context, request(), upload, ETag{"old"}));
  client.refuse(ErrorCode::kNotFound, {404, "NoSuchUpload"});
  EXPECT_CODE(kNotFound, store.complete_replace(context, request(), upload, ETag{"old"}));
}

class S3Put : public S3Script {
 protected:
  S3Put() : S3Script({.conditions = CopyConditions::kCopy, .put_part = 10}) {}
  Result<ObjectInfo> put(const std::string& bytes, bool create_only, std::optional<Error> failure = {}) {
    TextSource body(bytes, 3, std::move(failure));
    return store.put(context, output, ObjectKey{"p"}, body, {{"a", "b"}}, "text/csv", create_only);
  }
};

TEST_F(S3Put, SendsWhatIsShortInOneCall) {
  client.answer("", {{"x-amz-version-id", "v1"}, {"etag", "\"e1\""}});
  client.answer("", object(5));
  const auto made = put("hello", true);
  ASSERT_DONE(made);
  EXPECT_EQ(calls(), (Calls{"PUT /p", "HEAD /p"}));
  EXPECT_EQ(asked(0).body, "hello");
  EXPECT_EQ(header("x-amz-checksum-crc64nvme", 0), crc_of("hello"));
  EXPECT_EQ(header("if-none-match", 0), "*");
  EXPECT_EQ(header("x-amz-meta-a", 0), "b");
  EXPECT_EQ(header("content-type", 0), "text/csv");
  EXPECT_FALSE(asked(0).repeatable) << "twice would be two versions";
  EXPECT_EQ(parameter("versionId", 1), "v1");
  EXPECT_EQ(made->ref.version.value(), "v1");
  EXPECT_TRUE(made->latest);
}

TEST_F(S3Put, SaysWhenSomethingIsThere) {
  client.refuse(ErrorCode::kPreconditionFailed, {412, "PreconditionFailed"});
  EXPECT_CODE(kAlreadyExists, put("hello", true));
  client.refuse(ErrorCode::kUnavailable, {409, "ConditionalRequestConflict"});
  client.refuse(ErrorCode::kPreconditionFailed, {412, "PreconditionFailed"});
  EXPECT_CODE(kAlreadyExists, put("hello", true)) << "the other one won";
  client.refuse(ErrorCode::kUnavailable, {503, "SlowDown"});
  EXPECT_CODE(kUnavailable, put("hello", false));
  EXPECT_EQ(header("if-none-match"), "-");
}

TEST_F(S3Put, SendsWhatIsLongInPartsWithoutKnowingItsLength) {
  client.answer(kBegun, kChecksummed);
  for (int i = 0; i < 3; ++i) client.answer("", {{"etag", "\"p\""}});
  client.answer("<R><ETag>e-3</ETag></R>", {{"x-amz-version-id", "v1"}});
  client.answer("", object(25));
  ASSERT_DONE(put("0123456789abcdefghijKLMNO", true));
  EXPECT_EQ(asked(1).body, "0123456789");
  EXPECT_EQ(asked(2).body, "abcdefghij");
  EXPECT_EQ(asked(3).body, "KLMNO");
  EXPECT_EQ(header("x-amz-checksum-crc64nvme", 2), crc_of("abcdefghij"));
  EXPECT_EQ(header("x-amz-meta-a", 0), "b");
  EXPECT_EQ(header("if-none-match", 4), "*");
  EXPECT_EQ(header("x-amz-checksum-crc64nvme", 4), crc_of("0123456789abcdefghijKLMNO"));
  EXPECT_EQ(parse_xml(asked(4).body)->children.size(), 3U);
}

TEST_F(S3Put, EndsWithAWholePart) {
  client.answer(kBegun, kChecksummed);
  client.answer("", {{"etag", "\"p\""}});
  client.answer("<R><ETag>e-1</ETag></R>", {{"x-amz-version-id", "v1"}});
  client.answer("", object(10));
  ASSERT_DONE(put("0123456789", false));
  EXPECT_EQ(header("if-none-match", 2), "-");
}

TEST_F(S3Put, LeavesNothingOfAnUploadThatBreaks) {
  EXPECT_CODE(kCorrupt, put("hello", false, Error{ErrorCode::kCorrupt, "cut"}));
  EXPECT_TRUE(client.asked.empty());
  client.answer(kBegun, kChecksummed);
  client.answer("", {{"etag", "\"p\""}});
  client.answer("", {}, 204);
  EXPECT_CODE(kCorrupt, put("0123456789abc", false, Error{ErrorCode::kCorrupt, "cut"}));
  EXPECT_EQ(asked().method, "DELETE");
  client.answer(kBegun, kChecksummed);
  client.refuse(ErrorCode::kInvalidArgument, {400, "BadDigest"});
  client.answer("", {}, 204);
  EXPECT_CODE(kInvalidArgument, put("0123456789abc", false));
  EXPECT_EQ(asked().method, "DELETE");
  client.answer(kBegun, kChecksummed);
  client.answer("", {{"etag", "\"p\""}});
  client.refuse(ErrorCode::kPreconditionFailed, {412, "PreconditionFailed"});
  client.answer("", {}, 204);
  EXPECT_CODE(kAlreadyExists, put("0123456789", true));
  EXPECT_EQ(asked().method, "DELETE");
}

class S3Probe : public S3Script {
 protected:
  S3Probe() : S3Script({.probe_bucket = BucketName{"output"}, .copy_lanes = 1}) {}
  void answer_object() {
    client.answer("", {{"x-amz-version-id", "p1"}, {"etag", "\"e1\""}});
    client.answer("", object(1));
  }
};

TEST_F(S3Probe, KnowsAStoreThatHonoursTheConditionOfACopy) {
  answer_object();
  client.refuse(ErrorCode::kPreconditionFailed, {412, "PreconditionFailed"});
  client.answer("<ListVersionsResult/>");
  const auto conditions = store.probe(context, input);
  ASSERT_DONE(conditions);
  EXPECT_EQ(*conditions, CopyConditions::kCopy);
  EXPECT_EQ(asked(0).bucket, "output") << "where it was told to ask";
  EXPECT_TRUE(asked(0).path.starts_with("/.scalper-probe/"));
  EXPECT_EQ(header("if-none-match", 2), "*");
  EXPECT_EQ(asked(2).path, asked(0).path);
  const std::size_t before = client.asked.size();
  EXPECT_EQ(*store.probe(context, input), CopyConditions::kCopy);
  EXPECT_EQ(client.asked.size(), before) << "asked once";
}

TEST_F(S3Probe, KnowsAStoreThatHonoursOnlyThatOfACompletion) {
  answer_object();
  client.answer("<CopyObjectResult><ETag>e1</ETag></CopyObjectResult>");
  client.answer(kBegun, kChecksummed);
  client.answer(kPart);
  client.refuse(ErrorCode::kPreconditionFailed, {412, "PreconditionFailed"});
  client.answer("", {}, 204);
  client.answer("<ListVersionsResult/>");
  const auto conditions = store.probe(context, input);
  ASSERT_DONE(conditions);
  EXPECT_EQ(*conditions, CopyConditions::kComplete);
}

TEST_F(S3Probe, PublishesNothingWhereNoConditionIsHonoured) {
  answer_object();
  client.refuse(ErrorCode::kInvalidArgument, {501, "NotImplemented"});
  client.answer(kBegun, kChecksummed);
  client.answer(kPart);
  client.answer("<R><ETag>e-1</ETag></R>", {{"x-amz-version-id", "p3"}});
  client.answer("<ListVersionsResult/>");
  EXPECT_CODE(kUnsupported, store.probe(context, input));
}

TEST_F(S3Probe, TakesNoConflictForAnAnswer) {
  answer_object();
  client.refuse(ErrorCode::kUnavailable, {409, "ConditionalRequestConflict"});
  client.answer("<ListVersionsResult/>");
  EXPECT_CODE(kUnavailable, store.probe(context, input));
  answer_object();
  client.answer("<CopyObjectResult><ETag>e1</ETag></CopyObjectResult>");
  client.answer(kBegun, kChecksummed);
  client.answer(kPart);
  client.refuse(ErrorCode::kUnavailable, {409, "ConditionalRequestConflict"});
  client.answer("", {}, 204);
  client.answer("<ListVersionsResult/>");
  EXPECT_CODE(kUnavailable, store.probe(context, input)) << "somebody else was there, which says nothing of it";
}

TEST_F(S3Probe, TakesNoFailureForAnAnswer) {
  answer_object();
  client.refuse(ErrorCode::kUnavailable, {503, "SlowDown"});
  client.answer("<ListVersionsResult/>");
  EXPECT_CODE(kUnavailable, store.probe(context, input));
  client.refuse(ErrorCode::kPermissionDenied, {403, "AccessDenied"});
  EXPECT_CODE(kPermissionDenied, store.probe(context, input)) << "it asks again";
}

TEST_F(S3Probe, SaysWhatItCouldNotRemove) {
  S3ObjectStore fresh(client, clock);
  answer_object();
  client.refuse(ErrorCode::kPreconditionFailed, {412, "PreconditionFailed"});
  client.refuse(ErrorCode::kPermissionDenied, {403, "AccessDenied"});
  EXPECT_CODE(kPermissionDenied, fresh.probe(context, output));
  EXPECT_EQ(asked(0).bucket, "output") << "the target of the first copy";
}

}  // namespace
}  // namespace scalper::aws
