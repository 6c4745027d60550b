// S3ObjectStore on real servers, where the contract of the port does not go: large objects with a small "5 GB", cut
// connections, what a server honours, and where each of them is known to lie. A lie that is mended fails here, so that
// the tests that step around it come back.

#include <atomic>

#include "contract/subject.h"
#include "digest/crc64nvme.h"
#include "s3_servers.h"

namespace scalper::aws {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

std::string patterned(std::size_t size) {
  std::string text;
  text.reserve(size + 4);
  for (std::uint32_t word = 1; text.size() < size; word = word * 1664525U + 1013904223U)
    for (unsigned shift = 0; shift < 32; shift += 8) text += static_cast<char>(word >> shift);
  text.resize(size);
  return text;
}

// Carries everything, but cuts the body of each answer to a GET after so many bytes.
class CuttingTransport final : public HttpTransport {
 public:
  CuttingTransport(std::shared_ptr<HttpTransport> inner, std::uint64_t after)
      : inner_(std::move(inner)), after_(after) {}
  Result<AwsResponse> send(const CallContext& context, const HttpRequest& request) override {
    return inner_->send(context, request);
  }
  Result<AwsStream> open(const CallContext& context, const HttpRequest& request) override {
    ++opened;
    SCALPER_TRY_ASSIGN(AwsStream stream, inner_->open(context, request));
    stream.body = std::make_unique<Cut>(std::move(stream.body), after_);
    return stream;
  }
  std::atomic<int> opened{0};

 private:
  class Cut final : public ByteSource {
   public:
    Cut(std::unique_ptr<ByteSource> inner, std::uint64_t left) : inner_(std::move(inner)), left_(left) {}
    Result<std::size_t> read(const CallContext& context, MutableBytes into) override {
      if (left_ == 0) return Error(ErrorCode::kCorrupt, "the connection was cut");
      const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(left_, into.size()));
      SCALPER_TRY_ASSIGN(const std::size_t n, inner_->read(context, into.first(most)));
      left_ -= n;
      return n;
    }

   private:
    std::unique_ptr<ByteSource> inner_;
    std::uint64_t left_;
  };
  std::shared_ptr<HttpTransport> inner_;
  const std::uint64_t after_;
};

class S3Server : public testing::TestWithParam<const Server*> {
 protected:
  S3Settings small() {
    S3Settings settings;
    settings.copy_limit = 6 * kMiB;
    settings.copy_part = 5 * kMiB;
    settings.put_part = 5 * kMiB;
    settings.reads = {2 * kMiB, kMiB, 3};
    return settings;
  }
  Result<ObjectInfo> put(S3ObjectStore& store, const std::string& key, const std::string& bytes) {
    TextSource body(bytes);
    return store.put(context, input.name(), ObjectKey{key}, body, {{"sender", "s"}}, "text/csv", true);
  }
  CopyRequest request(const ObjectInfo& source, const std::string& key) {
    CopyRequest request;
    request.source = source.ref;
    request.source_etag = source.etag;
    request.bucket = output.name();
    request.key = ObjectKey{key};
    request.metadata = {{kMetaId, "id"}};
    return request;
  }
  std::string read(S3ObjectStore& store, const ObjectRef& ref, ByteRange range = {}) {
    auto opened = store.open(context, ref, ETag{}, range);
    EXPECT_DONE(opened);
    if (!opened.ok()) return {};
    auto text = drain(context, *opened->body, 100000);
    EXPECT_DONE(text);
    return text.ok() ? *text : "";
  }
  void tag(const ObjectRef& ref) {
    AwsRequest request;
    request.service = "s3";
    request.method = "PUT";
    request.bucket = ref.bucket.value();
    request.path = "/" + ref.key.value();
    request.query = {{"tagging", ""}, {"versionId", ref.version.value()}};
    request.body = "<Tagging><TagSet><Tag><Key>team</Key><Value>a b</Value></Tag></TagSet></Tagging>";
    EXPECT_DONE(aws.client.call(context, request));
  }
  // ministack forgets the tags of multipart uploads, and so of each copy there.
  void expect_tags(const ObjectRef& ref) {
    AwsRequest request;
    request.service = "s3";
    request.method = "GET";
    request.bucket = ref.bucket.value();
    request.path = "/" + ref.key.value();
    request.query = {{"tagging", ""}, {"versionId", ref.version.value()}};
    const auto answer = aws.client.call(context, request);
    ASSERT_DONE(answer);
    EXPECT_EQ(answer->body.find("<Value>a b</Value>") != std::string::npos, is_seaweed()) << answer->body;
  }
  [[nodiscard]] static bool is_seaweed() { return GetParam() == &kSeaweed; }

  CallContext context;
  EmulatedAws aws{GetParam()->endpoint};
  EmulatedBucket input{aws, "input"};
  EmulatedBucket output{aws, "output"};
};

INSTANTIATE_TEST_SUITE_P(S3, S3Server, testing::Values(&kSeaweed, &kMinistack),
                         [](const auto& info) { return std::string(info.param->name); });

TEST_P(S3Server, KeepsWhatIsLongAndCopiesItInParts) {
  S3ObjectStore store(aws.client, aws.clock, small());
  const std::string bytes = patterned(11 * kMiB + 1);
  const auto made = put(store, "long", bytes);
  ASSERT_DONE(made);
  EXPECT_EQ(made->size, bytes.size());
  EXPECT_TRUE(made->etag.value().ends_with("-3")) << made->etag.value();
  tag(made->ref);
  const auto answer = store.copy(context, request(*made, "t"));
  ASSERT_DONE(answer);
  EXPECT_TRUE(answer->etag.value().ends_with("-3")) << "three parts: " << answer->etag.value();
  EXPECT_EQ(answer->size, bytes.size());
  if (answer->crc64nvme) {
    EXPECT_EQ(*answer->crc64nvme, crc64nvme(as_bytes(bytes)));
  }
  const ObjectRef target{output.name(), ObjectKey{"t"}, answer->version};
  const auto info = store.head(context, target);
  ASSERT_DONE(info);
  EXPECT_EQ(info->metadata, (Metadata{{"sender", "s"}, {kMetaId, "id"}}));
  EXPECT_EQ(info->content_type, "text/csv");
  expect_tags(target);
  EXPECT_TRUE(read(store, target) == bytes);
  EXPECT_CODE(kAlreadyExists, store.copy(context, request(*made, "t")));
  EXPECT_EQ(store.uploads_are_checksummed(), is_seaweed()) << "ministack gives none";
}

TEST_P(S3Server, KeepsTheTagsOfAPlainCopy) {
  S3ObjectStore store(aws.client, aws.clock);
  const auto made = put(store, "tagged", "bytes");
  ASSERT_DONE(made);
  tag(made->ref);
  const auto answer = store.copy(context, request(*made, "t"));
  ASSERT_DONE(answer);
  expect_tags({output.name(), ObjectKey{"t"}, answer->version});
}

TEST_P(S3Server, ReplacesWithAnObjectOfManyParts) {
  S3ObjectStore store(aws.client, aws.clock, small());
  const std::string bytes = patterned(11 * kMiB + 1);
  const auto old = put(store, "old", "old");
  const auto made = put(store, "long", bytes);
  ASSERT_DONE(old);
  ASSERT_DONE(made);
  const auto standing = store.copy(context, request(*old, "t"));
  ASSERT_DONE(standing);
  const auto upload = store.begin_replace(context, request(*made, "t"));
  ASSERT_DONE(upload);
  S3ObjectStore another(aws.client, aws.clock, small());  // after a crash: it asks for the parts
  const auto answer = another.complete_replace(context, request(*made, "t"), *upload, standing->etag);
  ASSERT_DONE(answer);
  EXPECT_EQ(answer->size, bytes.size());
  if (answer->crc64nvme) {
    EXPECT_EQ(*answer->crc64nvme, crc64nvme(as_bytes(bytes)));
  }
  EXPECT_TRUE(read(store, {output.name(), ObjectKey{"t"}, answer->version}) == bytes);
}

TEST_P(S3Server, ReadsThroughCuts) {
  const auto cutting = std::make_shared<CuttingTransport>(aws.transport, 700000);
  HttpAwsClientParts parts = aws.parts(GetParam()->endpoint);
  parts.transport = cutting;
  HttpAwsClient client(parts, aws.clock, aws.telemetry);
  S3ObjectStore one(client, aws.clock, {.reads = {64 * kMiB, kMiB, 3}});
  S3ObjectStore many(client, aws.clock, small());
  const std::string bytes = patterned(5 * kMiB + 12345);
  const auto made = put(many, "long", bytes);
  ASSERT_DONE(made);
  if (!is_seaweed()) {  // it answers a range of a version with the whole: behind the cut nothing ever comes
    auto opened = one.open(context, made->ref, ETag{}, {});
    ASSERT_DONE(opened);
    EXPECT_CODE(kCorrupt, drain(context, *opened->body));
    return;
  }
  EXPECT_TRUE(read(one, made->ref) == bytes) << "by one connection";
  EXPECT_GE(cutting->opened, 8);
  EXPECT_TRUE(read(many, made->ref) == bytes) << "by ranges";
  EXPECT_TRUE(read(many, made->ref, {1234567, 3 * kMiB}) == bytes.substr(1234567, 3 * kMiB));
}

TEST_P(S3Server, IsAskedOnceWhatItHonours) {
  S3ObjectStore store(aws.client, aws.clock);
  const auto conditions = store.probe(context, output.name());
  ASSERT_DONE(conditions);
  EXPECT_EQ(*conditions, is_seaweed() ? CopyConditions::kCopy : CopyConditions::kComplete)
      << "ministack overwrites in spite of the condition of a copy";
  const auto left = store.list_versions(context, output.name(), "", 10, "");
  ASSERT_DONE(left);
  EXPECT_TRUE(left->versions.empty()) << "nothing is left of the question";
}

TEST_P(S3Server, RefusesAWrongChecksum) {
  for (const char* const checksum : {"AAAAAAAAAAA=", "not-a-checksum"}) {
    AwsRequest request;
    request.service = "s3";
    request.method = "PUT";
    request.bucket = input.name().value();
    request.path = "/wrong";
    request.headers = {{"x-amz-checksum-crc64nvme", checksum}};
    request.body = "bytes";
    EXPECT_FALSE(aws.client.call(context, request).ok()) << checksum;
  }
}

TEST_P(S3Server, TakesOnlyUtf8) {
  S3ObjectStore store(aws.client, aws.clock);
  EXPECT_CODE(kInvalidArgument, put(store, "bad\xff\xfe", "x"));
}

// Known lies.

TEST_P(S3Server, ListsNoKeysThatXmlCannotCarry) {
  S3ObjectStore store(aws.client, aws.clock);
  ASSERT_DONE(put(store, "\x01\x1f\x7f", "x"));
  const auto listed = store.list_versions(context, input.name(), "", 10, "");
  if (is_seaweed()) {  // it puts other bytes in their place
    ASSERT_DONE(listed);
    ASSERT_EQ(listed->versions.size(), 1U);
    EXPECT_NE(listed->versions[0].ref.key.value(), "\x01\x1f\x7f");
  } else {
    EXPECT_CODE(kCorrupt, listed);
  }
}

// seaweedfs keeps objects in folders.
TEST_P(S3Server, KeepsKeysThatAreNoPaths) {
  S3ObjectStore store(aws.client, aws.clock);
  if (!is_seaweed()) {
    for (const char* const key : {".", "..", "a/../b", "./here", "a/.", "a//b", "back\\slash", "folder/"})
      EXPECT_DONE(put(store, key, "x")) << key;
    EXPECT_CODE(kNotFound, store.head(context, {input.name(), ObjectKey{"a/b"}, VersionId{}}));
    return;
  }
  for (const char* const key : {".", "..", "a/../b", "./here", "a/."})
    EXPECT_CODE(kInvalidArgument, put(store, key, "x")) << key;
  ASSERT_DONE(put(store, "a//b", "x"));
  EXPECT_DONE(store.head(context, {input.name(), ObjectKey{"a/b"}, VersionId{}})) << "it joins slashes";
  ASSERT_DONE(put(store, "back\\slash", "x"));
  EXPECT_DONE(store.head(context, {input.name(), ObjectKey{"back/slash"}, VersionId{}}))
      << "it takes one for the other";
  const auto folder = put(store, "folder/", "x");
  ASSERT_DONE(folder);
  EXPECT_TRUE(folder->ref.version.value().starts_with("null:")) << "a folder has no versions";
}

// Nor does it page through them in the order of keys.
TEST_P(S3Server, LosesNoKeysBetweenPages) {
  S3ObjectStore store(aws.client, aws.clock);
  for (const char* const key : {"b", "b-", "b/x", "b0"}) ASSERT_DONE(put(store, key, "x"));
  std::size_t seen = 0;
  std::string cursor;
  do {
    const auto page = store.list_versions(context, input.name(), "", 1, cursor);
    ASSERT_DONE(page);
    seen += page->versions.size();
    cursor = page->next_cursor;
  } while (!cursor.empty());
  if (is_seaweed()) {
    EXPECT_LT(seen, 4U);
  } else {
    EXPECT_EQ(seen, 4U);
  }
  const auto whole = store.list_versions(context, input.name(), "", 1000, "");
  ASSERT_DONE(whole);
  EXPECT_EQ(whole->versions.size(), 4U);
}

}  // namespace
}  // namespace scalper::aws
