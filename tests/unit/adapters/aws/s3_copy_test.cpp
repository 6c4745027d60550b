// S3ObjectStore: copies, and what a store is asked for before the first one.

#include "adapters/aws/client/xml.h"
#include "s3_script.h"

namespace scalper::aws {
namespace {

class S3Copy : public S3Script {
 protected:
  using S3Script::S3Script;

  [[nodiscard]] CopyRequest request(Metadata ours = {{"scalper-id", "id"}}) const {
    CopyRequest request;
    request.source = source;
    request.source_etag = ETag{"e1"};
    request.bucket = output;
    request.key = ObjectKey{"t"};
    request.metadata = std::move(ours);
    return request;
  }
  [[nodiscard]] static std::string copied(const std::string& bytes) {
    return "<CopyObjectResult><ETag>&quot;e2&quot;</ETag><ChecksumCRC64NVME>" + crc_of(bytes) +
           "</ChecksumCRC64NVME><ChecksumType>FULL_OBJECT</ChecksumType></CopyObjectResult>";
  }
  void answer_begin(const std::string& type = "FULL_OBJECT") {
    client.answer("<InitiateMultipartUploadResult><UploadId>u|1</UploadId></InitiateMultipartUploadResult>",
                  {{"x-amz-checksum-algorithm", "CRC64NVME"}, {"x-amz-checksum-type", type}});
  }
  void answer_part(const std::string& etag = "p1") {
    client.answer("<CopyPartResult><ETag>&quot;" + etag + "&quot;</ETag><ChecksumCRC64NVME>" + crc_of(etag) +
                  "</ChecksumCRC64NVME></CopyPartResult>");
  }
  void answer_complete(const std::string& bytes = "hello") {
    client.answer("<CompleteMultipartUploadResult><ETag>&quot;e2-1&quot;</ETag><ChecksumCRC64NVME>" + crc_of(bytes) +
                      "</ChecksumCRC64NVME><ChecksumType>FULL_OBJECT</ChecksumType></CompleteMultipartUploadResult>",
                  {{"x-amz-version-id", "v2"}});
  }
  void answer_no_tags() { client.answer("<Tagging><TagSet/></Tagging>"); }
  void answer_head(std::uint64_t size = 5, Fields more = {}) { client.answer("", object(size, std::move(more))); }
};

TEST_F(S3Copy, StatesAllAgainAndAsksForNothingTwice) {
  client.answer("hello", object(5, {{"x-amz-meta-sender", "s"},
                                    {"x-amz-meta-both", "theirs"},
                                    {"x-amz-meta-scalper-id", "forged"},
                                    {"content-encoding", "gzip"},
                                    {"cache-control", "no-store"},
                                    {"x-amz-storage-class", "STANDARD_IA"}}));
  ASSERT_DONE(store.open(context, source, ETag{}, {}));
  client.answer(copied("hello"), {{"x-amz-version-id", "v2"}});
  const auto answer = store.copy(context, request({{"both", "ours"}, {"scalper-id", "id"}}));
  ASSERT_DONE(answer);
  EXPECT_EQ(calls(), (Calls{"GET /" + source.key.value(), "PUT /t"})) << "one GET, one COPY";
  EXPECT_EQ(asked().bucket, "output");
  EXPECT_EQ(parameter("versionId"), "-");
  EXPECT_EQ(header("x-amz-copy-source"), "input/a%20b%2Bc/%C3%BC%25.csv?versionId=v1");
  EXPECT_EQ(header("x-amz-copy-source-if-match"), "\"e1\"");
  EXPECT_EQ(header("if-none-match"), "*");
  EXPECT_EQ(header("x-amz-metadata-directive"), "REPLACE");
  EXPECT_EQ(header("x-amz-checksum-algorithm"), "CRC64NVME");
  EXPECT_EQ(header("x-amz-meta-sender"), "s");
  EXPECT_EQ(header("x-amz-meta-both"), "ours");
  EXPECT_EQ(header("x-amz-meta-scalper-id"), "id");
  EXPECT_EQ(header("content-type"), "text/csv");
  EXPECT_EQ(header("content-encoding"), "gzip");
  EXPECT_EQ(header("cache-control"), "no-store");
  EXPECT_EQ(header("x-amz-storage-class"), "STANDARD_IA");
  EXPECT_EQ(header("x-amz-server-side-encryption"), "-") << "the target bucket's own";
  EXPECT_FALSE(asked().repeatable);
  EXPECT_TRUE(asked().error_in_200);
  EXPECT_EQ(answer->version.value(), "v2");
  EXPECT_EQ(answer->etag.value(), "e2");
  EXPECT_EQ(answer->size, 5U);
  EXPECT_EQ(answer->crc64nvme, crc64nvme(as_bytes("hello")));
}

TEST_F(S3Copy, PutsNoTargetIntoAnArchive) {
  answer_head(5, {{"x-amz-storage-class", "DEEP_ARCHIVE"}});
  client.answer(copied("hello"), {{"x-amz-version-id", "v2"}});
  ASSERT_DONE(store.copy(context, request()));
  EXPECT_EQ(header("x-amz-storage-class"), "-");
}

TEST_F(S3Copy, TellsTheTwoMeaningsOf412Apart) {
  struct Case {
    ErrorCode code;
    Fields source_now;
  };
  for (const Case& c :
       {Case{ErrorCode::kAlreadyExists, object(5)},
        Case{
            ErrorCode::kPreconditionFailed,
            Fields{{"etag", "\"e9\""}, {"content-length", "5"}, {"last-modified", "Wed, 25 Nov 2026 22:04:02 GMT"}}}}) {
    S3ObjectStore fresh(client, clock, {.conditions = CopyConditions::kCopy});
    answer_head();
    client.refuse(ErrorCode::kPreconditionFailed, {412, "PreconditionFailed"});
    client.answer("", c.source_now);
    EXPECT_TRUE(fails_with(c.code, fresh.copy(context, request())));
  }
  S3ObjectStore fresh(client, clock, {.conditions = CopyConditions::kCopy});
  answer_head();
  client.refuse(ErrorCode::kPreconditionFailed, {412, "PreconditionFailed"});
  client.refuse(ErrorCode::kNotFound, {404, ""});
  EXPECT_CODE(kNotFound, fresh.copy(context, request()));
  answer_head();  // the condition may also come as an error in a 200
  client.refuse(ErrorCode::kUnavailable, {200, "PreconditionFailed"});
  answer_head();
  EXPECT_CODE(kAlreadyExists, store.copy(context, request()));
}

TEST_F(S3Copy, TriesAConflictAgainAndNothingElse) {
  answer_head();
  client.refuse(ErrorCode::kUnavailable, {409, "ConditionalRequestConflict"});
  client.refuse(ErrorCode::kUnavailable, {409, "ConditionalRequestConflict"});
  client.answer(copied("hello"), {{"x-amz-version-id", "v2"}});
  ASSERT_DONE(store.copy(context, request()));
  for (int i = 0; i < 3; ++i) client.refuse(ErrorCode::kUnavailable, {409, "ConditionalRequestConflict"});
  EXPECT_CODE(kUnavailable, store.copy(context, request()));
  client.refuse(ErrorCode::kUnavailable, {200, "InternalError"});
  EXPECT_CODE(kUnavailable, store.copy(context, request())) << "an error in a 200 may have been a copy";
  client.refuse(ErrorCode::kTimeout, {});
  EXPECT_CODE(kTimeout, store.copy(context, request()));
  client.refuse(ErrorCode::kNotFound, {404, "NoSuchBucket"});
  EXPECT_CODE(kUnavailable, store.copy(context, request())) << "not found is said of the source alone";
  client.refuse(ErrorCode::kNotFound, {404, "NoSuchVersion"});
  EXPECT_CODE(kNotFound, store.copy(context, request()));
  client.refuse(ErrorCode::kNotFound, {404, ""});
  EXPECT_CODE(kNotFound, store.copy(context, request())) << "what was gone is asked for again";
}

TEST_F(S3Copy, RefusesWhatCannotBeCopied) {
  CopyRequest wrong = request();
  wrong.source.version = VersionId{};
  EXPECT_CODE(kInvalidArgument, store.copy(context, wrong));
  EXPECT_CODE(kInvalidArgument, store.begin_replace(context, wrong));
  wrong = request();
  wrong.key = ObjectKey{std::string(1025, 'k')};
  EXPECT_CODE(kInvalidArgument, store.copy(context, wrong));
  EXPECT_CODE(kInvalidArgument, store.copy(context, request({{"n", std::string(2048, 'v')}})));
  EXPECT_TRUE(client.asked.empty());
  answer_head();
  wrong = request();
  wrong.source_etag = ETag{"e9"};
  EXPECT_CODE(kPreconditionFailed, store.copy(context, wrong));
  wrong.source_etag = ETag{};
  EXPECT_CODE(kPreconditionFailed, store.copy(context, wrong));
  EXPECT_EQ(client.asked.size(), 1U);
}

// A store that says nothing of checksums in its answer: whoever asked has to look, and keeps a lease meanwhile.
TEST_F(S3Copy, StatesNoChecksumThatTheAnswerDoesNotCarry) {
  const std::string bare = "<CopyObjectResult><ETag>e2</ETag></CopyObjectResult>";
  answer_head();
  client.answer(bare, {{"x-amz-version-id", "v2"}});
  const auto copied_bare = store.copy(context, request());
  ASSERT_DONE(copied_bare);
  EXPECT_FALSE(copied_bare->crc64nvme);
  EXPECT_EQ(copied_bare->size, 5U);
  client.answer(bare);
  EXPECT_CODE(kUnavailable, store.copy(context, request())) << "a target bucket without versions";
  client.answer(copied("hello"), {{"x-amz-version-id", "null"}});
  EXPECT_CODE(kUnavailable, store.copy(context, request())) << "the same where versioning is suspended";
}

class S3CopyEncrypted : public S3Copy {
 protected:
  S3CopyEncrypted()
      : S3Copy({.conditions = CopyConditions::kCopy,
                .encryption = {{BucketName{"output"}, {"aws:kms", "arn:key", true}}},
                .copy_limit = 100,
                .copy_part = 60,
                .copy_lanes = 1}) {}
};

TEST_F(S3CopyEncrypted, UsesTheTargetsKeyInEveryWayOfCopying) {
  answer_head(100);
  client.answer(copied("hello"), {{"x-amz-version-id", "v2"}});
  ASSERT_DONE(store.copy(context, request()));
  const auto expect_key = [&](std::size_t n) {
    EXPECT_EQ(header("x-amz-server-side-encryption", n), "aws:kms");
    EXPECT_EQ(header("x-amz-server-side-encryption-aws-kms-key-id", n), "arn:key");
    EXPECT_EQ(header("x-amz-server-side-encryption-bucket-key-enabled", n), "true");
  };
  expect_key(1);
}

TEST_F(S3CopyEncrypted, CopiesWhatIsAboveTheLimitInPartsWithAllOfItStatedAgain) {
  answer_head(101, {{"x-amz-meta-sender", "s"},
                    {"content-language", "de"},
                    {"x-amz-storage-class", "INTELLIGENT_TIERING"},
                    {"x-amz-tagging-count", "2"}});
  client.answer(
      "<Tagging><TagSet><Tag><Key>team</Key><Value>a "
      "b</Value></Tag><Tag><Key>x</Key><Value/></Tag></TagSet></Tagging>");
  answer_begin();
  answer_part("p1");
  answer_part("p2");
  answer_complete();
  const auto answer = store.copy(context, request());
  ASSERT_DONE(answer);
  EXPECT_EQ(calls(), (Calls{"HEAD /" + source.key.value(), "GET /" + source.key.value() + " tagging", "POST /t uploads",
                            "PUT /t uploadId partNumber", "PUT /t uploadId partNumber", "POST /t uploadId"}));
  EXPECT_EQ(parameter("versionId", 1), "v1");
  EXPECT_EQ(header("x-amz-tagging", 2), "team=a%20b&x=");
  EXPECT_EQ(header("x-amz-meta-sender", 2), "s");
  EXPECT_EQ(header("x-amz-meta-scalper-id", 2), "id");
  EXPECT_EQ(header("content-type", 2), "text/csv");
  EXPECT_EQ(header("content-language", 2), "de");
  EXPECT_EQ(header("x-amz-storage-class", 2), "INTELLIGENT_TIERING");
  EXPECT_EQ(header("x-amz-server-side-encryption", 2), "aws:kms");
  EXPECT_EQ(header("x-amz-server-side-encryption-aws-kms-key-id", 2), "arn:key");
  EXPECT_EQ(header("x-amz-checksum-type", 2), "FULL_OBJECT");
  EXPECT_EQ(header("x-amz-copy-source-range", 3), "bytes=0-59");
  EXPECT_EQ(header("x-amz-copy-source-range", 4), "bytes=60-100");
  EXPECT_EQ(parameter("partNumber", 4), "2");
  EXPECT_EQ(header("x-amz-copy-source-if-match", 4), "\"e1\"");
  EXPECT_EQ(header("if-none-match", 5), "*");
  EXPECT_FALSE(asked(5).repeatable);
  EXPECT_TRUE(asked(5).error_in_200);
  const auto document = parse_xml(asked(5).body);
  ASSERT_DONE(document);
  ASSERT_EQ(document->children.size(), 2U);
  EXPECT_EQ(document->children[1].text_at({"PartNumber"}), "2");
  EXPECT_EQ(document->children[1].text_at({"ETag"}), "\"p2\"");
  EXPECT_EQ(document->children[1].text_at({"ChecksumCRC64NVME"}), crc_of("p2"));
  EXPECT_EQ(answer->size, 101U);
  EXPECT_EQ(answer->etag.value(), "e2-1");
}

TEST_F(S3CopyEncrypted, LosesNoTagsForWantOfPermission) {
  answer_head(101);
  client.refuse(ErrorCode::kPermissionDenied, {403, "AccessDenied"});
  EXPECT_CODE(kPermissionDenied, store.copy(context, request()));
  for (const AwsRefusal& none : {AwsRefusal{501, "NotImplemented"}, AwsRefusal{404, "NoSuchTagSet"}}) {
    client.refuse(ErrorCode::kNotFound, none);  // a store that knows no tags has none
    answer_begin();
    answer_part("p1");
    answer_part("p2");
    answer_complete();
    EXPECT_DONE(store.copy(context, request()));
  }
}

TEST_F(S3CopyEncrypted, AbortsWhatItCannotFinish) {
  answer_head(101, {{"x-amz-tagging-count", "0"}});
  answer_begin();
  answer_part("p1");
  client.refuse(ErrorCode::kPreconditionFailed, {412, "PreconditionFailed"});
  client.answer("", {}, 204);
  EXPECT_CODE(kPreconditionFailed, store.copy(context, request())) << "of a part it is the source's condition";
  EXPECT_EQ(asked().method, "DELETE");
  EXPECT_EQ(parameter("uploadId"), "u|1");
  answer_begin();
  client.refuse(ErrorCode::kNotFound, {404, "NoSuchUpload"});
  client.refuse(ErrorCode::kNotFound, {404, "NoSuchUpload"});
  EXPECT_CODE(kUnavailable, store.copy(context, request())) << "the source is not what is missing";
  answer_begin();
  client.refuse(ErrorCode::kNotFound, {404, "NoSuchKey"});
  client.answer("", {}, 204);
  EXPECT_CODE(kNotFound, store.copy(context, request()));
}

// Before each part and before what publishes; what cannot be kept up ends the copy, and the upload with it.
TEST_F(S3CopyEncrypted, LetsItsCallerKeepUpWhatItHolds) {
  answer_head(101, {{"x-amz-tagging-count", "0"}});
  std::vector<std::size_t> asked_before;
  CopyRequest kept = request();
  kept.meanwhile = [&]() -> Result<void> {
    asked_before.push_back(client.asked.size());
    return {};
  };
  answer_begin();
  answer_part("p1");
  answer_part("p2");
  answer_complete();
  ASSERT_DONE(store.copy(context, kept));
  EXPECT_EQ(asked_before, (std::vector<std::size_t>{2, 3, 4})) << "two parts, then the completion";
  for (const int lost_at : {1, 2, 3}) {
    int times = 0;
    kept.meanwhile = [&]() -> Result<void> {
      if (++times == lost_at) return Error(ErrorCode::kPreconditionFailed, "the claim is lost");
      return {};
    };
    answer_begin();
    for (int part = 1; part < lost_at; ++part) answer_part();
    client.answer("", {}, 204);
    const auto copied = store.copy(context, kept);
    EXPECT_CODE(kPreconditionFailed, copied);
    EXPECT_EQ(copied.error().message(), "the claim is lost");
    EXPECT_EQ(asked().method, "DELETE");
    EXPECT_EQ(times, lost_at);
  }
}

TEST_F(S3Copy, PublishesNothingForWhomCannotKeepUpWhatItHolds) {
  answer_head();
  CopyRequest kept = request();
  kept.meanwhile = [] { return Result<void>(Error(ErrorCode::kTimeout, "the lease is too short")); };
  EXPECT_CODE(kTimeout, store.copy(context, kept));
  EXPECT_EQ(asked().method, "HEAD");
}

class S3CopyByUpload : public S3Copy {
 protected:
  S3CopyByUpload() : S3Copy({.conditions = CopyConditions::kComplete, .copy_lanes = 1}) {}
};

TEST_F(S3CopyByUpload, CopiesInOnePartAndCompletesOnCondition) {
  answer_head();
  answer_no_tags();
  answer_begin();
  answer_part();
  answer_complete();
  const auto answer = store.copy(context, request());
  ASSERT_DONE(answer);
  EXPECT_EQ(header("x-amz-copy-source-range", 3), "-") << "all of it is no range, as of nothing there is none";
  EXPECT_EQ(header("if-none-match"), "*");
  EXPECT_EQ(answer->crc64nvme, crc64nvme(as_bytes("hello")));
  EXPECT_TRUE(store.uploads_are_checksummed());
}

TEST_F(S3CopyByUpload, SaysThatSomethingIsThereAndLeavesNoUpload) {
  answer_head(5, {{"x-amz-tagging-count", "0"}});
  answer_begin();
  answer_part();
  client.refuse(ErrorCode::kPreconditionFailed, {412, "PreconditionFailed"});
  client.answer("", {}, 204);
  EXPECT_CODE(kAlreadyExists, store.copy(context, request()));
  EXPECT_EQ(asked().method, "DELETE");
}

TEST_F(S3CopyByUpload, BeginsANewUploadAfterAConflict) {
  answer_head(5, {{"x-amz-tagging-count", "0"}});
  answer_begin();
  answer_part();
  client.refuse(ErrorCode::kUnavailable, {409, "ConditionalRequestConflict"});
  client.answer("", {}, 204);
  answer_begin();
  answer_part();
  answer_complete();
  EXPECT_DONE(store.copy(context, request()));
  for (int i = 0; i < 3; ++i) {
    answer_begin();
    answer_part();
    client.refuse(ErrorCode::kUnavailable, {409, "ConditionalRequestConflict"});
    client.answer("", {}, 204);
  }
  EXPECT_CODE(kUnavailable, store.copy(context, request()));
}

// After no answer it may have been completed: it must not be completed later on as well.
TEST_F(S3CopyByUpload, AbortsWhatWasNotAnswered) {
  answer_head(5, {{"x-amz-tagging-count", "0"}});
  answer_begin();
  answer_part();
  client.refuse(ErrorCode::kTimeout, {});
  client.answer("", {}, 204);
  EXPECT_CODE(kTimeout, store.copy(context, request()));
  EXPECT_EQ(asked().method, "DELETE");
  answer_begin();
  answer_part();
  client.refuse(ErrorCode::kNotFound, {404, "NoSuchUpload"});
  client.refuse(ErrorCode::kUnavailable, {503, "SlowDown"});
  EXPECT_CODE(kUnavailable, store.copy(context, request())) << "somebody ended the upload; the source is there";
  answer_begin();
  answer_part();
  client.refuse(ErrorCode::kNotFound, {404, "NoSuchKey"});
  client.answer("", {}, 204);
  EXPECT_CODE(kUnavailable, store.copy(context, request())) << "nothing there is what was asked for";
}

TEST_F(S3CopyByUpload, AsksForNoChecksumsTwiceWhereThereAreNone) {
  answer_head(5, {{"x-amz-tagging-count", "0"}});
  client.refuse(ErrorCode::kInvalidArgument, {400, "InvalidRequest"});
  client.answer("<R><UploadId>u</UploadId></R>");
  answer_part();
  client.answer("<R><ETag>e2-1</ETag></R>", {{"x-amz-version-id", "v2"}});
  const auto answer = store.copy(context, request());
  ASSERT_DONE(answer);
  EXPECT_FALSE(answer->crc64nvme);
  EXPECT_FALSE(store.uploads_are_checksummed());
  EXPECT_EQ(header("x-amz-checksum-algorithm", 2), "-");
  EXPECT_EQ(header("x-amz-checksum-type", 4), "-");
  const std::size_t before = client.asked.size();
  client.answer("<R><UploadId>u</UploadId></R>");
  answer_part();
  client.answer("<R><ETag>e2-1</ETag></R>", {{"x-amz-version-id", "v2"}});
  EXPECT_DONE(store.copy(context, request()));
  EXPECT_EQ(header("x-amz-checksum-algorithm", before), "-") << "known by now";
}

TEST_F(S3CopyByUpload, TrustsNoCompositeOfParts) {
  answer_head(5, {{"x-amz-tagging-count", "0"}});
  answer_begin("COMPOSITE");
  answer_part();
  client.answer("<R><ETag>e2-1</ETag><ChecksumCRC64NVME>" + crc_of("x") +
                    "</ChecksumCRC64NVME><ChecksumType>COMPOSITE</ChecksumType></R>",
                {{"x-amz-version-id", "v2"}});
  const auto answer = store.copy(context, request());
  ASSERT_DONE(answer);
  EXPECT_FALSE(answer->crc64nvme);
  EXPECT_EQ(header("x-amz-checksum-type", 3), "-");
}

}  // namespace
}  // namespace scalper::aws
