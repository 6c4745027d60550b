#include "api/conditions.h"

#include <gtest/gtest.h>

#include "pipeline/review.h"
#include "support/api_client.h"

namespace scalper {
namespace {

using std::string;

FileRecord at_revision(std::uint64_t revision) {
  FileRecord record;
  record.revision = revision;
  return record;
}

api::RequestHead with(const string& name, const string& value) {
  api::RequestHead head;
  head.headers[name] = value;
  return head;
}

TEST(Conditions, NoneMatchComparesWeakly) {
  struct Case {
    string header;
    bool named;
  };
  const std::vector<Case> cases = {
      {R"("12")", true},
      {R"(W/"12")", true},
      {R"("11", W/"12")", true},
      {R"( , "12" ,)", true},
      {"*", true},
      {" * ", true},
      {R"("11","13")", false},
      {R"("1","2")", false},
      {"12", false},
      {R"(w/"12")", false},
      {R"("12)", false},
      {R"("12" "12")", false},
      {R"("12", *)", false},
      {R"("a b", "12")", false},
      {"", false},
  };
  for (const Case& c : cases)
    EXPECT_EQ(api::none_match_names(with("if-none-match", c.header), "\"12\""), c.named) << c.header;
  EXPECT_FALSE(api::none_match_names({}, "\"12\""));
}

TEST(Conditions, MatchComparesStronglyAndRefusesWhatIsNoList) {
  const FileRecord record = at_revision(12);
  const auto bound = [&](const string& header) { return api::bound_to(with("if-match", header), record); };
  EXPECT_EQ(bound(R"("12")")->revision, 12U);
  EXPECT_EQ(bound(R"("7", "12")")->revision, 12U);
  EXPECT_EQ(bound(R"("*", "12")")->revision, 12U) << "a star in quotes is an etag";
  EXPECT_TRUE(bound("*")->allowed);
  EXPECT_FALSE(bound("*")->revision);
  EXPECT_FALSE(bound(R"(W/"12")")->allowed) << "weak etags never allow a change";
  EXPECT_FALSE(bound(R"("11")")->allowed);
  for (const char* broken : {"12", "", ",", R"("12)", R"("12" "13")", R"(*, "12")"})
    EXPECT_TRUE(bound(broken).failed_with(ErrorCode::kInvalidArgument)) << broken;
  string many = "\"12\"";
  for (std::size_t i = 1; i < api::kMaxEtags; ++i) many += ",\"1\"";
  EXPECT_TRUE(bound(many)->allowed);
  EXPECT_TRUE(bound(many + ",\"1\"").failed_with(ErrorCode::kInvalidArgument));
  const auto none = api::bound_to({}, record);
  EXPECT_TRUE(none->allowed && !none->asked && !none->revision);
}

struct Conditional : testing::Test {
  MemoryGate gate;
  ApiClient client{gate};
};

TEST_F(Conditional, AFileThatIsUnchangedIsNotSentAgain) {
  const FileId id = arrive(gate, "bad.bin", bad_bytes());
  const string path = "/v1/files/" + id.value();
  const auto file = client.get(path);
  const string etag = client.answer_headers["ETag"];
  EXPECT_EQ(etag, "\"" + std::to_string(file.at("revision").to_number<std::uint64_t>()) + "\"");
  client.headers["if-none-match"] = "W/" + etag;
  EXPECT_TRUE(client.get(path).is_null());
  EXPECT_EQ(client.status, 304);
  EXPECT_EQ(client.answer_headers["ETag"], etag);
  client.headers.clear();
  client.json("POST", path + "/rerun");
  ASSERT_EQ(client.status, 202);
  EXPECT_NE(client.answer_headers["ETag"], etag) << "what a review answers is the new state";
  client.headers["if-none-match"] = etag;
  EXPECT_EQ(client.get(path).at("review").at("action").as_string(), "rerun");
  EXPECT_EQ(client.status, 200);
}

TEST_F(Conditional, OfTwoOperatorsOneWinsAndTheOtherIsTold) {
  const FileId id = arrive(gate, "bad.bin", bad_bytes());
  const string path = "/v1/files/" + id.value();
  client.get(path);
  const string seen = client.answer_headers["ETag"];
  client.headers["if-match"] = seen;
  client.json("POST", path + "/release", R"({"note":"the sender called"})");
  ASSERT_EQ(client.status, 202);
  const string now = client.answer_headers["ETag"];
  EXPECT_EQ(client.code("POST", path + "/reject", R"({"note":"no"})"), "changed_meanwhile");
  EXPECT_EQ(client.status, 412);
  EXPECT_EQ(client.answer_headers["ETag"], now) << "the state to look at";
  EXPECT_EQ(client.code("DELETE", path + "/intent"), "changed_meanwhile");
  EXPECT_EQ(gate.record(id)->review->action, ReviewAction::kRelease);
  client.headers["if-match"] = "nonsense";
  EXPECT_EQ(client.code("DELETE", path + "/intent"), "invalid_argument");
  client.headers["if-match"] = now;
  client.json("DELETE", path + "/intent");
  EXPECT_EQ(client.status, 200);
  EXPECT_FALSE(gate.record(id)->review);
}

// Both have looked at the same state, and both pass the check before either writes.
TEST_F(Conditional, TheOneWhoseWriteComesSecondIsToldToo) {
  const FileId id = arrive(gate, "bad.bin", bad_bytes());
  FileRecord changed = *gate.record(id);
  const auto seen = changed.revision;
  changed.revision += 1;
  ASSERT_TRUE(gate.records.put(gate.context(), changed, WriteGuard::if_revision(seen)).ok());
  Gate over = gate.gate();
  ReviewRequest request{id, ReviewAction::kRerun, "ann", "", seen};
  EXPECT_TRUE(accept_review(over, gate.context(), request).failed_with(ErrorCode::kPreconditionFailed));
  EXPECT_TRUE(withdraw_review(over, gate.context(), id, seen).failed_with(ErrorCode::kPreconditionFailed));
}

}  // namespace
}  // namespace scalper
