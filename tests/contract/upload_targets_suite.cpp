#include "contract/upload_targets_suite.h"

#include "base/bytes.h"
#include "digest/sha256.h"

namespace scalper {
namespace {

using Kind = UploadTarget::Kind;

constexpr std::uint64_t kLong = (std::uint64_t{11} << 20U) + 5;  // two parts and a rest where a part has 5 MiB

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(UploadTargetsContract);

TEST_P(UploadTargetsContract, TakesExactlyTheFileThatWasOrdered) {
  const std::string bytes = "hello, gate";
  const auto target = targets->issue(context, order("in/a b+\xC3\xA4.txt", bytes.size()));
  ASSERT_DONE(target);
  EXPECT_NE(target->kind, Kind::kParts);
  EXPECT_TRUE(subject->send(*target, bytes));
  EXPECT_EQ(subject->arrived(ObjectKey{"in/a b+\xC3\xA4.txt"}), bytes);
}

TEST_P(UploadTargetsContract, TakesNoOtherLength) {
  const auto longer = targets->issue(context, order("longer", 5));
  const auto shorter = targets->issue(context, order("shorter", 5));
  ASSERT_DONE(longer);
  ASSERT_DONE(shorter);
  EXPECT_FALSE(subject->send(*longer, "123456"));
  EXPECT_FALSE(subject->send(*shorter, "1234"));
  EXPECT_EQ(subject->arrived(ObjectKey{"longer"}), std::nullopt);
  EXPECT_EQ(subject->arrived(ObjectKey{"shorter"}), std::nullopt);
}

TEST_P(UploadTargetsContract, HoldsTheBytesToTheirSha256) {
  UploadOrder right = order("right", 5);
  right.sha256 = to_hex(sha256(as_bytes("right")));
  const auto target = targets->issue(context, right);
  ASSERT_DONE(target);
  EXPECT_TRUE(subject->send(*target, "right"));
  EXPECT_EQ(subject->arrived(right.key), "right");
  if (!subject->compares_sha256()) return;
  UploadOrder wrong = right;
  wrong.key = ObjectKey{"wrong"};
  const auto other = targets->issue(context, wrong);
  ASSERT_DONE(other);
  EXPECT_FALSE(subject->send(*other, "wrong"));
  EXPECT_EQ(subject->arrived(wrong.key), std::nullopt);
}

TEST_P(UploadTargetsContract, RefusesKeysThatTheStoreDoesNotTake) {
  EXPECT_CODE(kInvalidArgument, targets->issue(context, order("", 5)));
  EXPECT_CODE(kInvalidArgument, targets->issue(context, order(std::string(1025, 'k'), 5)));
}

TEST_P(UploadTargetsContract, TakesPartsOfWhatIsLong) {
  const auto target = targets->issue(context, order("long", kLong));
  ASSERT_DONE(target);
  if (!subject->has_parts()) {
    EXPECT_EQ(target->kind, Kind::kPieces);
    EXPECT_CODE(kUnsupported, targets->sign_parts(context, target->id, 1, 1));
    EXPECT_CODE(kUnsupported, targets->complete(context, target->id));
    return;
  }
  ASSERT_EQ(target->kind, Kind::kParts);
  EXPECT_EQ(targets->key_of(context, target->id).value().value(), "long");
  std::string bytes(kLong, 'x');
  bytes.back() = 'y';
  const auto parts = targets->sign_parts(context, target->id, 1, 100);
  ASSERT_DONE(parts);
  ASSERT_EQ(parts->size(), target->parts);
  EXPECT_CODE(kInvalidArgument, targets->sign_parts(context, target->id, target->parts + 1, 1));
  EXPECT_CODE(kInvalidArgument, targets->sign_parts(context, target->id, 0, 1));
  std::uint64_t at = 0;
  for (const PartTarget& part : *parts) {
    EXPECT_CODE(kPreconditionFailed, targets->complete(context, target->id)) << "bytes are missing";
    EXPECT_TRUE(subject->send_part(part, bytes.substr(at, part.size))) << part.number;
    at += part.size;
  }
  EXPECT_EQ(at, kLong);
  EXPECT_EQ(subject->arrived(ObjectKey{"long"}), std::nullopt);
  const auto done = targets->complete(context, target->id);
  ASSERT_DONE(done);
  EXPECT_EQ(done->key.value(), "long");
  EXPECT_EQ(subject->arrived(ObjectKey{"long"}), bytes);
  EXPECT_CODE(kNotFound, targets->complete(context, target->id));
}

TEST_P(UploadTargetsContract, GivesUpParts) {
  if (!subject->has_parts()) {
    EXPECT_CODE(kUnsupported, targets->abort(context, "x"));
    return;
  }
  const auto target = targets->issue(context, order("given up", kLong));
  ASSERT_DONE(target);
  EXPECT_DONE(targets->abort(context, target->id));
  EXPECT_CODE(kNotFound, targets->complete(context, target->id));
  for (const std::string& altered : altered_cursors(target->id)) {
    const auto key = targets->key_of(context, altered);
    if (!key.ok()) continue;
    EXPECT_FALSE(targets->complete(context, altered).ok()) << altered.substr(0, 200);
  }
}

}  // namespace
}  // namespace scalper
