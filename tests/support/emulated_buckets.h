#pragma once
// Buckets of an emulated S3, each new for a test and gone after it: some servers keep traces of what was in one.

#include <atomic>
#include <random>
#include <string>

#include "adapters/aws/s3_object_store.h"
#include "contract/subject.h"
#include "support/emulated_aws.h"

namespace scalper::aws {

class EmulatedBucket {
 public:
  EmulatedBucket(EmulatedAws& aws, const std::string& kind)
      : aws_(aws), store_(aws.client, aws.clock), name_(fresh_name(kind)) {
    AwsRequest request = of_bucket("PUT");
    EXPECT_DONE(aws_.client.call(CallContext{}, request));
    request.query = {{"versioning", ""}};
    request.body = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    EXPECT_DONE(aws_.client.call(CallContext{}, request));
  }
  ~EmulatedBucket() {
    empty();
    AwsRefusal refusal;
    const auto removed = aws_.client.call(CallContext{}, of_bucket("DELETE"), &refusal);
    EXPECT_TRUE(removed.ok() || refusal.code == "BucketNotEmpty") << removed.error().message();
  }
  EmulatedBucket(const EmulatedBucket&) = delete;
  EmulatedBucket& operator=(const EmulatedBucket&) = delete;

  [[nodiscard]] BucketName name() const { return BucketName{name_}; }

  // A DELETE without a version, as consumers do it.
  void take(const ObjectKey& key) {
    AwsRequest request = of_bucket("DELETE");
    request.path = "/" + key.value();
    EXPECT_DONE(aws_.client.call(CallContext{}, request));
  }

 private:
  [[nodiscard]] AwsRequest of_bucket(const char* method) const {
    AwsRequest request;
    request.service = "s3";
    request.method = method;
    request.bucket = name_;
    return request;
  }
  // As far as the server can tell what is in it: some cannot list every key that they take.
  void empty() {
    for (;;) {
      const auto page = store_.list_versions(CallContext{}, name(), "", 1000, "");
      if (!page.ok()) return;
      for (const ObjectInfo& info : page->versions) EXPECT_DONE(store_.remove_version(CallContext{}, info.ref, Seal{}));
      if (page->next_cursor.empty()) return;
    }
  }
  static std::string fresh_name(const std::string& kind) {
    static std::atomic<int> count{0};
    return "contract-" + kind + "-" + std::to_string(std::random_device{}()) + "-" + std::to_string(++count);
  }

  EmulatedAws& aws_;
  S3ObjectStore store_;
  const std::string name_;
};

}  // namespace scalper::aws
