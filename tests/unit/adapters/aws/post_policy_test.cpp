#include "adapters/aws/client/post_policy.h"

#include <gtest/gtest.h>

#include <functional>

namespace scalper::aws {
namespace {

using std::chrono::seconds;

const Credentials kCredentials{"AKIDEXAMPLE", "SECRET", "", std::nullopt};
const WallTime kNow = parse_rfc3339("2015-08-30T12:36:00Z").value();

PostPolicy policy() { return {"in-put", "box/", true, 0, 1000, {{"x-amz-meta-a", "1"}}}; }

Result<Fields> form(const PostPolicy& policy, seconds valid_for = seconds(60), const Credentials& by = kCredentials) {
  return post_form(policy, {"eu-west-1", "s3", std::nullopt}, by, kNow, valid_for);
}

TEST(AwsPostPolicy, GivesTheFieldsInTheirOrder) {
  const auto names = [](const Fields& fields) {
    std::string all;
    for (const auto& [name, _] : fields) all += name + " ";
    return all;
  };
  const auto plain = form(policy());
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(names(*plain), "key x-amz-meta-a x-amz-algorithm x-amz-credential x-amz-date policy x-amz-signature ");
  EXPECT_EQ(plain->front().second, "box/${filename}");
  Credentials session = kCredentials;
  session.session_token = "T";
  EXPECT_EQ(
      names(*form(policy(), seconds(60), session)),
      "key x-amz-meta-a x-amz-algorithm x-amz-credential x-amz-date x-amz-security-token policy x-amz-signature ");
}

TEST(AwsPostPolicy, RefusesWhatS3WouldNotTakeOrWouldTakeOtherwise) {
  const auto refused = [](const std::function<void(PostPolicy&)>& change) {
    PostPolicy changed = policy();
    change(changed);
    return form(changed).failed_with(ErrorCode::kInvalidArgument);
  };
  EXPECT_FALSE(refused([](PostPolicy& p) { p.max_bytes = 5ULL << 30; }));
  EXPECT_TRUE(refused([](PostPolicy& p) { p.max_bytes = (5ULL << 30) + 1; }));
  EXPECT_TRUE(refused([](PostPolicy& p) { p.min_bytes = 1001; }));
  EXPECT_TRUE(refused([](PostPolicy& p) { p.key = "a${filename}"; }));
  EXPECT_TRUE(refused([](PostPolicy& p) { p.key = "\xFF"; }));
  EXPECT_FALSE(refused([](PostPolicy& p) { p.key = ""; }));
  EXPECT_TRUE(refused([](PostPolicy& p) {
    p.key = "";
    p.key_is_prefix = false;
  }));
  for (const char* const own : {"key", "Policy", "X-Amz-Signature", "x-amz-security-token", "file", "bucket"})
    EXPECT_TRUE(refused([own](PostPolicy& p) { p.fields.emplace_back(own, "1"); })) << own;
  for (const seconds bad : {seconds(0), seconds(604'801)})
    EXPECT_TRUE(form(policy(), bad).failed_with(ErrorCode::kInvalidArgument));
}

}  // namespace
}  // namespace scalper::aws
