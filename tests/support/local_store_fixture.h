#pragma once
// A store on a data folder, and files on their way to its buckets as the pipeline takes them.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "contract/subject.h"
#include "support/byte_sources.h"
#include "support/local_world.h"

namespace scalper {

inline const CallContext kContext;
inline const BucketName kOutput{"output"};
inline const BucketName kQuarantine{"quarantine"};
inline constexpr const char* kId = "abcdefghijklmnopqrstuvwxyz";

class LocalStoreFixture : public testing::Test {
 protected:
  LocalObjectStore& store() { return world.store(); }
  CopyRequest request(const std::string& name, const std::string& bytes, const BucketName& bucket,
                      const std::string& key) {
    world.drop(name, bytes);
    CopyRequest request;
    request.source = world.adopt(name);
    request.source_etag = ETag{request.source.version.value()};
    auto opened = store().open(kContext, request.source, ETag{}, {});
    EXPECT_DONE(opened);
    EXPECT_DONE(drain(kContext, *opened->body));
    const auto seal = store().seal(kContext, request.source);
    EXPECT_DONE(seal);
    request.seal = *seal;
    request.bucket = bucket;
    request.key = ObjectKey{key};
    request.metadata = {{kMetaId, kId}};
    return request;
  }
  CopyAnswer stand(const std::string& name, const std::string& bytes, const BucketName& bucket,
                   const std::string& key) {
    const auto answer = store().copy(kContext, request(name, bytes, bucket, key));
    EXPECT_DONE(answer) << key;
    return answer.ok() ? *answer : CopyAnswer{};
  }
  Result<std::string> read(const BucketName& bucket, const std::string& key) {
    SCALPER_TRY_ASSIGN(auto opened, store().open(kContext, {bucket, ObjectKey{key}, VersionId{}}, ETag{}, {}));
    return drain(kContext, *opened.body);
  }
  bool is_there(const std::string& path) const { return std::filesystem::exists(world.path(path)); }
  void put_file(const std::string& path, const std::string& bytes) const {
    std::filesystem::create_directories(world.path(path).parent_path());
    std::ofstream(world.path(path), std::ios::binary) << bytes;
  }

  LocalWorld world;
};

}  // namespace scalper
