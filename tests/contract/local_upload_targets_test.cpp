// The contract of upload targets on a data folder, and what uploads in pieces promise beyond it.

#include "adapters/local/local_upload_targets.h"

#include <fstream>

#include "adapters/local/local_partial_uploads.h"
#include "base/bytes.h"
#include "contract/upload_targets_suite.h"
#include "digest/sha256.h"
#include "support/byte_sources.h"
#include "support/local_world.h"

namespace scalper {
namespace {

struct Pieces {
  LocalWorld world;
  std::unique_ptr<LocalPartialUploads> uploads =
      LocalPartialUploads::open(world.folder(), world.store(), world.clock, limits()).value();
  CallContext context;

  static PartialUploadLimits limits() { return {.most = 5, .most_of_one = 3, .kept_for = std::chrono::hours{1}}; }
  void restart() {
    uploads.reset();
    EXPECT_TRUE(world.reopen());
    uploads = LocalPartialUploads::open(world.folder(), world.store(), world.clock, limits()).value();
  }
  PartialUpload create(const std::string& key, std::uint64_t size, const std::string& owner = "ann") {
    PartialUpload upload;
    upload.owner = owner;
    upload.key = ObjectKey{key};
    upload.size = size;
    const auto made = uploads->create(context, upload);
    EXPECT_DONE(made);
    return made.ok() ? *made : upload;
  }
  Result<PartialUpload> add(const PartialUpload& upload, std::uint64_t at, const std::string& bytes,
                            std::optional<Error> then = std::nullopt, bool whole_only = false) {
    TextSource body(bytes, SIZE_MAX, std::move(then));
    return uploads->append(context, upload.id, at, body, whole_only);
  }
  std::optional<std::string> arrived(const ObjectKey& key, const VersionId& version = {}) {
    auto opened = world.store().open(context, {BucketName{"input"}, key, version}, ETag{}, ByteRange{});
    if (!opened.ok()) return std::nullopt;
    return drain(context, *opened->body).value();
  }
};

class LocalSubject final : public UploadTargetsSubject {
 public:
  UploadTargets& targets() override { return targets_; }
  bool send(const UploadTarget& target, const std::string& bytes) override {
    PartialUpload upload;
    upload.id = target.id;
    return pieces_.add(upload, 0, bytes).ok() && pieces_.uploads->complete(pieces_.context, target.id).ok();
  }
  bool send_part(const PartTarget&, const std::string&) override { return false; }
  std::optional<std::string> arrived(const ObjectKey& key) override { return pieces_.arrived(key); }
  bool has_parts() const override { return false; }
  bool compares_sha256() const override { return true; }

 private:
  Pieces pieces_;
  LocalUploadTargets targets_{*pieces_.uploads, pieces_.world.clock};
};

INSTANTIATE_TEST_SUITE_P(Local, UploadTargetsContract,
                         testing::Values(UploadTargetsCase{"Local", [] { return std::make_unique<LocalSubject>(); }}),
                         subject_name<UploadTargetsSubject>);

TEST(PartialUploads, GoOnAfterARestart) {
  Pieces pieces;
  const PartialUpload upload = pieces.create("a/b", 10);
  EXPECT_EQ(pieces.add(upload, 0, "0123").value().offset, 4U);
  pieces.restart();
  EXPECT_EQ(pieces.uploads->find(pieces.context, upload.id).value().offset, 4U);
  EXPECT_EQ(pieces.uploads->bytes(), 4U);
  EXPECT_CODE(kPreconditionFailed, pieces.add(upload, 0, "0123"));
  EXPECT_CODE(kPreconditionFailed, pieces.add(upload, 5, "5"));
  EXPECT_CODE(kPreconditionFailed, pieces.uploads->complete(pieces.context, upload.id));
  EXPECT_TRUE(pieces.add(upload, 4, "456789").value().is_whole());
  const auto info = pieces.uploads->complete(pieces.context, upload.id);
  ASSERT_DONE(info);
  EXPECT_EQ(pieces.uploads->complete(pieces.context, upload.id).value().ref, info->ref);
  EXPECT_EQ(pieces.arrived(upload.key), "0123456789");
  pieces.restart();
  EXPECT_EQ(pieces.uploads->find(pieces.context, upload.id).value().became, info->ref);
  EXPECT_EQ(pieces.arrived(upload.key, info->ref.version), "0123456789");
}

// What lies behind the offset that was told is nobody's: a crash came between the bytes and the line.
TEST(PartialUploads, CutOffWhatNobodyWasTold) {
  Pieces pieces;
  const PartialUpload upload = pieces.create("a", 6);
  EXPECT_DONE(pieces.add(upload, 0, "abc"));
  std::ofstream(pieces.world.path(".scalper/uploads/" + upload.id), std::ios::app) << "torn";
  std::ofstream(pieces.world.path(".scalper/uploads/" + upload.id + ".state"), std::ios::app) << "0123456789abcdef of";
  pieces.restart();
  EXPECT_EQ(pieces.uploads->find(pieces.context, upload.id).value().offset, 3U);
  EXPECT_DONE(pieces.add(upload, 3, "def"));
  EXPECT_DONE(pieces.uploads->complete(pieces.context, upload.id));
  EXPECT_EQ(pieces.arrived(upload.key), "abcdef");
}

TEST(PartialUploads, KeepWhatCameOfAPieceThatBrokeOff) {
  Pieces pieces;
  const PartialUpload upload = pieces.create("a", 10);
  EXPECT_CODE(kCorrupt, pieces.add(upload, 0, "0123", Error(ErrorCode::kCorrupt, "gone")));
  EXPECT_EQ(pieces.uploads->find(pieces.context, upload.id).value().offset, 4U);
  EXPECT_CODE(kCorrupt, pieces.add(upload, 4, "45", Error(ErrorCode::kCorrupt, "gone"), true));
  EXPECT_CODE(kInvalidArgument, pieces.add(upload, 4, "45", Error(ErrorCode::kInvalidArgument, "wrong bytes")));
  EXPECT_CODE(kInvalidArgument, pieces.add(upload, 4, "4567890"));
  EXPECT_EQ(pieces.uploads->find(pieces.context, upload.id).value().offset, 4U);
}

TEST(PartialUploads, AreSoManyAndExpire) {
  Pieces pieces;
  std::vector<PartialUpload> made;
  for (int i = 0; i < 3; ++i) made.push_back(pieces.create("a" + std::to_string(i), 10));
  PartialUpload more;
  more.owner = "ann";
  more.key = ObjectKey{"more"};
  EXPECT_CODE(kThrottled, pieces.uploads->create(pieces.context, more));
  (void)pieces.create("b", 10, "bob");
  (void)pieces.create("c", 10, "eve");
  more.owner = "dan";
  EXPECT_CODE(kThrottled, pieces.uploads->create(pieces.context, more));
  EXPECT_DONE(pieces.uploads->remove(pieces.context, made[0].id));
  EXPECT_CODE(kNotFound, pieces.uploads->find(pieces.context, made[0].id));
  pieces.world.clock.advance(std::chrono::minutes{59});
  EXPECT_DONE(pieces.add(made[1], 0, "0"));
  pieces.world.clock.advance(std::chrono::minutes{2});
  EXPECT_CODE(kNotFound, pieces.uploads->find(pieces.context, made[2].id));
  EXPECT_EQ(pieces.uploads->expire(pieces.context).value(), 3U);
  EXPECT_EQ(pieces.uploads->find(pieces.context, made[1].id).value().offset, 1U);
  pieces.restart();
  EXPECT_EQ(pieces.uploads->find(pieces.context, made[1].id).value().offset, 1U);
  EXPECT_CODE(kNotFound, pieces.uploads->find(pieces.context, made[2].id));
}

TEST(PartialUploads, WithOtherBytesThanStatedAreGone) {
  Pieces pieces;
  PartialUpload upload;
  upload.owner = "ann";
  upload.key = ObjectKey{"a"};
  upload.size = 3;
  upload.sha256 = to_hex(sha256(as_bytes("abc")));
  const auto made = pieces.uploads->create(pieces.context, upload);
  ASSERT_DONE(made);
  EXPECT_DONE(pieces.add(*made, 0, "abd"));
  EXPECT_CODE(kCorrupt, pieces.uploads->complete(pieces.context, made->id));
  EXPECT_CODE(kNotFound, pieces.uploads->find(pieces.context, made->id));
  EXPECT_EQ(pieces.arrived(upload.key), std::nullopt);
}

}  // namespace
}  // namespace scalper
