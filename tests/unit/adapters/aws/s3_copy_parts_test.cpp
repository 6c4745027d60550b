#include "adapters/aws/s3_copy_parts.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>

#include "adapters/aws/s3_text.h"
#include "contract/subject.h"

namespace scalper::aws {
namespace {

// Answers every UploadPartCopy with an etag that names its part, and refuses one of them.
class PartServer final : public AwsClient {
 public:
  Result<AwsResponse> call(const CallContext&, const AwsRequest& request, AwsRefusal* refusal) override {
    std::map<std::string, std::string> query(request.query.begin(), request.query.end());
    std::map<std::string, std::string> headers(request.headers.begin(), request.headers.end());
    const std::string number = query["partNumber"];
    {
      const std::lock_guard lock(mutex_);
      ranges[*parse_number(number)] = headers["x-amz-copy-source-range"];
    }
    if (*parse_number(number) == refused) {
      *refusal = {412, "PreconditionFailed"};
      return Error(ErrorCode::kPreconditionFailed, "the source changed");
    }
    return AwsResponse{200, {}, "<CopyPartResult><ETag>\"p" + number + "\"</ETag></CopyPartResult>"};
  }
  Result<AwsStream> open(const CallContext&, const AwsRequest&, AwsRefusal*) override {
    return Error(ErrorCode::kInternal, "nothing is read here");
  }
  Result<std::string> presign(const CallContext&, const AwsRequest&, std::chrono::seconds) override {
    return std::string();
  }
  std::string region() const override { return "eu-central-1"; }

  std::uint64_t refused = 0;
  std::map<std::uint64_t, std::string> ranges;

 private:
  std::mutex mutex_;
};

PartsOfCopy plan(std::uint64_t size, std::uint64_t part, std::size_t lanes) {
  return {{BucketName{"out"}, ObjectKey{"t"}, VersionId{}}, "in/k?versionId=v", ETag{"e"}, size, 100, part, lanes};
}

TEST(S3CopyPartsThreads, CopyEveryByteOnceAndKeepTheOrder) {
  for (const std::size_t lanes : {1U, 4U, 500U}) {
    PartServer server;
    S3Uploads uploads(server);
    const auto parts = copy_parts(uploads, CallContext{}, plan(1001, 10, lanes), S3Upload{"u", true, {}});
    ASSERT_DONE(parts);
    ASSERT_EQ(parts->size(), 101U);
    for (std::size_t i = 0; i < parts->size(); ++i) {
      EXPECT_EQ((*parts)[i].number, i + 1);
      EXPECT_EQ((*parts)[i].etag, "p" + std::to_string(i + 1));
    }
    EXPECT_EQ(server.ranges[1], "bytes=0-9");
    EXPECT_EQ(server.ranges[100], "bytes=990-999");
    EXPECT_EQ(server.ranges[101], "bytes=1000-1000");
  }
}

// The hook is its caller's alone: it knows of no other thread.
TEST(S3CopyPartsThreads, AskTheirCallerOnItsOwnThread) {
  PartServer server;
  S3Uploads uploads(server);
  PartsOfCopy kept = plan(5000, 1, 4);
  const auto caller = std::this_thread::get_id();
  int asked = 0;
  kept.meanwhile = [&]() -> Result<void> {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    if (++asked > 3) return Error(ErrorCode::kPreconditionFailed, "the claim is lost");
    return {};
  };
  const auto lost = copy_parts(uploads, CallContext{}, kept, S3Upload{"u", true, {}});
  if (lost.ok()) {
    EXPECT_LE(asked, 3) << "the others were quicker";
  } else {
    EXPECT_EQ(lost.error().message(), "the claim is lost");
    EXPECT_LT(server.ranges.size(), 5000U);
  }
  kept.lanes = 1;
  asked = 0;
  EXPECT_CODE(kPreconditionFailed, copy_parts(uploads, CallContext{}, kept, S3Upload{"u", true, {}}));
}

// A stack that no address space holds: the system gives no thread.
TEST(S3CopyParts, AreCopiedByTheCallerAloneWhereThereAreNoThreads) {
  pthread_attr_t usual;
  pthread_attr_t huge;
  ASSERT_EQ(pthread_getattr_default_np(&usual), 0);
  ASSERT_EQ(pthread_attr_init(&huge), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&huge, std::size_t{1} << 60U), 0);
  ASSERT_EQ(pthread_setattr_default_np(&huge), 0);
  PartServer server;
  S3Uploads uploads(server);
  EXPECT_THROW(std::thread([] {}).join(), std::system_error) << "else this test shows nothing";
  const auto parts = copy_parts(uploads, CallContext{}, plan(1001, 10, 4), S3Upload{"u", true, {}});
  ASSERT_EQ(pthread_setattr_default_np(&usual), 0);
  pthread_attr_destroy(&huge);
  pthread_attr_destroy(&usual);
  ASSERT_DONE(parts);
  EXPECT_EQ(parts->size(), 101U);
}

TEST(S3CopyPartsThreads, MakeNoMorePartsThanAnUploadTakes) {
  PartServer server;
  S3Uploads uploads(server);
  const auto parts = copy_parts(uploads, CallContext{}, plan(20001, 1, 4), S3Upload{"u", true, {}});
  ASSERT_DONE(parts);
  EXPECT_EQ(parts->size(), 6667U) << "of three bytes each";
  EXPECT_LE(parts->size(), kMaxParts);
}

TEST(S3CopyPartsThreads, BeginNothingAfterAnError) {
  PartServer server;
  server.refused = 3;
  S3Uploads uploads(server);
  EXPECT_CODE(kPreconditionFailed, copy_parts(uploads, CallContext{}, plan(10000, 1, 2), S3Upload{"u", true, {}}));
  EXPECT_LT(server.ranges.size(), 10000U);
}

}  // namespace
}  // namespace scalper::aws
