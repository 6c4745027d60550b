#include "hosts/cli/canary.h"

#include <gtest/gtest.h>

#include "pipeline/sweep.h"
#include "support/memory_gate.h"

namespace scalper::cli {
namespace {

struct CanaryFlight : testing::Test {
  MemoryGate memory;
  Gate gate = memory.gate();
  Diagnoses said;

  void fly(std::function<void()> pause) { send_canary(gate, said, {std::chrono::seconds{60}, std::move(pause)}); }
  void work() {
    ASSERT_TRUE(sweep(gate, memory.context()).ok());
    memory.run_until_idle();
  }
  [[nodiscard]] std::string text() const {
    std::string all;
    for (const Diagnosis& one : said.all()) all += one.says + "\n";
    return all;
  }
  void expect_nothing_left() {
    for (const BucketName& bucket : {gate.settings.input, gate.settings.output, gate.settings.quarantine})
      EXPECT_TRUE(memory.versions(bucket).empty()) << bucket.value();
  }
  [[nodiscard]] std::vector<FileRecord> final_records() {
    RecordQuery query;
    query.index = RecordQuery::Index::kTime;
    query.limit = 10;
    return memory.records.list(memory.context(), query).value().records;
  }
};

TEST_F(CanaryFlight, GoesThroughAndLeavesNothingButItsRecord) {
  fly([this] { work(); });
  EXPECT_EQ(said.count(Grade::kFail), 0U) << text();
  EXPECT_NE(text().find("is valid after "), std::string::npos) << text();
  expect_nothing_left();
  const auto records = final_records();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_TRUE(records[0].origin.key.value().starts_with(".scalper-canary/"));
  ASSERT_TRUE(records[0].expires_at);
  EXPECT_LE(*records[0].expires_at, memory.clock.wall_now() + Millis{std::chrono::hours{24}});
}

TEST_F(CanaryFlight, IsTakenBackWhereNobodyWorks) {
  fly([this] { memory.clock.advance(std::chrono::seconds{10}); });
  EXPECT_EQ(said.count(Grade::kFail), 1U) << text();
  EXPECT_NE(text().find("no event of it reached the gate within 60 s"), std::string::npos) << text();
  expect_nothing_left();
}

TEST_F(CanaryFlight, SaysWhereItHangs) {
  fly([this] {
    ASSERT_TRUE(sweep(gate, memory.context()).ok());  // queued, and nobody takes it
    memory.clock.advance(std::chrono::seconds{10});
  });
  EXPECT_EQ(said.count(Grade::kFail), 1U) << text();
  EXPECT_NE(text().find("has no verdict within 60 s"), std::string::npos) << text();
  expect_nothing_left();
}

TEST_F(CanaryFlight, SaysThatItMayNotBePut) {
  gate.settings.input = BucketName{"no-such-bucket"};
  fly([] { FAIL() << "nothing is waited for"; });
  ASSERT_EQ(said.all().size(), 1U) << text();
  EXPECT_EQ(said.all()[0].grade, Grade::kFail);
  EXPECT_NE(said.all()[0].remedy.find("s3:PutObject"), std::string::npos);
}

}  // namespace
}  // namespace scalper::cli
