#include <gtest/gtest.h>

#include "support/api_client.h"

namespace scalper {
namespace {

using std::string;

struct ReviewMany : testing::Test {
  MemoryGate gate;
  ApiClient client{gate};

  boost::json::value review(const string& body) { return client.json("POST", "/v1/review", body); }
  static std::uint64_t count(const boost::json::value& answer, const char* how) {
    const auto* found = answer.at("counts").as_object().if_contains(how);
    return found == nullptr ? 0 : found->to_number<std::uint64_t>();
  }
};

TEST_F(ReviewMany, ADryRunTellsOfEachAndDoesNothing) {
  const FileId bad = arrive(gate, "a/bad", bad_bytes());
  const FileId good = arrive(gate, "a/good", "text");
  const string ids = "\"" + bad.value() + "\",\"" + good.value() + "\",\"" + string(26, 'a') + "\"";
  const auto answer = review(R"({"ids":[)" + ids + R"(],"action":"release","note":"x","dry_run":true})");
  ASSERT_EQ(client.status, 200) << answer;
  const auto& results = answer.at("results").as_array();
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[0].at("result").as_string(), "would_be_accepted");
  EXPECT_EQ(results[1].at("result").as_string(), "refused");
  EXPECT_EQ(results[1].at("code").as_string(), "not_allowed_now");
  EXPECT_EQ(results[2].at("code").as_string(), "not_found");
  EXPECT_FALSE(gate.record(bad)->review);
}

TEST_F(ReviewMany, OneRefusalKeepsNoOtherFromBeingDone) {
  const FileId bad = arrive(gate, "a/bad", bad_bytes());
  const FileId good = arrive(gate, "a/good", "text");
  const FileId worse = arrive(gate, "a/worse", bad_bytes());
  const string ids = "\"" + bad.value() + "\",\"" + good.value() + "\",\"" + worse.value() + "\"";
  const auto answer = review(R"({"ids":[)" + ids + R"(],"action":"release","note":"agreed"})");
  EXPECT_EQ(count(answer, "accepted"), 2U);
  EXPECT_EQ(count(answer, "refused"), 1U);
  EXPECT_EQ(gate.record(bad)->review->note, "agreed");
  EXPECT_EQ(gate.record(worse)->review->who, "ann (uid 7)");
  EXPECT_EQ(answer.at("results").at(0).at("revision").to_number<std::uint64_t>(), gate.record(bad)->revision);
  gate.run_until_idle();
  EXPECT_EQ(gate.record(worse)->status, FileStatus::kReleased);
}

TEST_F(ReviewMany, AFilterMeansWhatLiesInQuarantineAndGoesOnWithItsCursor) {
  for (int i = 0; i < 40; ++i) arrive(gate, "a/bad" + std::to_string(i), bad_bytes());
  arrive(gate, "a/good", "text");
  arrive(gate, "b/bad", bad_bytes());
  std::uint64_t accepted = 0;
  string cursor;
  int calls = 0;
  do {
    const auto answer = review(R"({"filter":{"prefix":"a/"},"action":"rerun","limit":15)" +
                               (cursor.empty() ? string() : R"(,"cursor":")" + cursor + "\"") + "}");
    ASSERT_EQ(client.status, 200) << answer;
    EXPECT_LE(answer.at("results").as_array().size(), 15U);
    accepted += count(answer, "accepted");
    EXPECT_EQ(count(answer, "refused"), 0U) << "a valid file is not meant";
    const auto* next = answer.as_object().if_contains("next_cursor");
    cursor = next == nullptr ? string() : string(next->as_string());
    ++calls;
  } while (!cursor.empty() && calls < 20);
  EXPECT_EQ(accepted, 40U);
  const auto valid = review(R"({"filter":{"prefix":"a/","status":"valid"},"action":"rerun","dry_run":true})");
  EXPECT_EQ(count(valid, "would_be_accepted"), 1U) << "one that is named by its status is";
}

TEST_F(ReviewMany, EndsInTimeAndSaysWhatIsLeft) {
  const FileId bad = arrive(gate, "a/bad", bad_bytes());
  client.context().deadline = gate.clock.mono_now() + std::chrono::seconds{4};
  const auto answer = review(R"({"ids":[")" + bad.value() + R"("],"action":"rerun"})");
  ASSERT_EQ(client.status, 200) << answer;
  EXPECT_EQ(answer.at("unanswered").as_array().size(), 1U);
  EXPECT_FALSE(gate.record(bad)->review);
}

TEST_F(ReviewMany, RefusesByTable) {
  const string id = string(26, 'a');
  string many;
  for (int i = 0; i < 1001; ++i) many += (many.empty() ? "\"" : ",\"") + id + "\"";
  const std::vector<string> bodies = {
      "{}",
      R"({"action":"release","note":"x"})",
      R"({"ids":[],"action":"rerun"})",
      R"({"ids":["short"],"action":"rerun"})",
      R"({"ids":[")" + id + R"(",")" + id + R"("],"action":"rerun"})",
      R"({"ids":[)" + many + R"(],"action":"rerun"})",
      R"({"ids":[")" + id + R"("],"filter":{"prefix":"a"},"action":"rerun"})",
      R"({"ids":[")" + id + R"("],"action":"rerun","limit":1})",
      R"({"ids":[")" + id + R"("],"action":"eat"})",
      R"({"ids":[")" + id + R"("],"action":"release"})",
      R"({"ids":[")" + id + R"("],"action":"release","note":")" + string(1001, 'x') + R"("})",
      R"({"filter":{},"action":"rerun"})",
      R"({"filter":{"prefix":""},"action":"rerun"})",
      R"({"filter":{"limit":"1"},"action":"rerun"})",
      R"({"filter":{"status":"good"},"action":"rerun"})",
      R"({"filter":{"prefix":"a"},"action":"rerun","limit":0})",
      R"({"filter":{"prefix":"a"},"action":"rerun","limit":1001})",
      R"({"filter":{"prefix":"a"},"action":"rerun","cursor":"x"})",
  };
  for (const string& body : bodies) {
    review(body);
    EXPECT_EQ(client.status, 400) << body.substr(0, 100);
  }
}

}  // namespace
}  // namespace scalper
