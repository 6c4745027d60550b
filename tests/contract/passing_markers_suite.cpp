#include "contract/passing_markers_suite.h"

namespace scalper {

TEST_P(PassingMarkersContract, KeepsAValueUntilItsTimeIsOver) {
  const std::string value("any\0bytes\xff", 10);
  ASSERT_DONE(markers->put(context, "n", value, in(60), 0));
  const auto found = markers->get(context, "n");
  ASSERT_DONE(found);
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->value, value);
  EXPECT_EQ((*found)->revision, 1U);
  EXPECT_EQ((*found)->forget_at, in(60));
  EXPECT_FALSE(markers->get(context, "m")->has_value());
  subject->clock().advance(Millis{59'999});
  EXPECT_TRUE(markers->get(context, "n")->has_value());
  subject->clock().advance(Millis{1});
  EXPECT_FALSE(markers->get(context, "n")->has_value());
}

TEST_P(PassingMarkersContract, ReplacesOnlyTheExpectedRevision) {
  ASSERT_DONE(markers->put(context, "n", "a", in(60), 0));
  EXPECT_CODE(kPreconditionFailed, markers->put(context, "n", "b", in(60), 0));
  EXPECT_CODE(kPreconditionFailed, markers->put(context, "n", "b", in(60), 2));
  EXPECT_EQ((*markers->get(context, "n"))->value, "a");
  ASSERT_DONE(markers->put(context, "n", "", in(90), 1));
  EXPECT_EQ((*markers->get(context, "n"))->value, "");
  EXPECT_EQ((*markers->get(context, "n"))->revision, 2U);
  EXPECT_EQ((*markers->get(context, "n"))->forget_at, in(90));
  EXPECT_CODE(kPreconditionFailed, markers->put(context, "m", "b", in(60), 1));
}

TEST_P(PassingMarkersContract, OneWhoseTimeIsOverIsAbsentForWriters) {
  ASSERT_DONE(markers->put(context, "n", "a", in(10), 0));
  subject->clock().advance(Millis{10'000});
  EXPECT_CODE(kPreconditionFailed, markers->put(context, "n", "late", in(10), 1));
  ASSERT_DONE(markers->put(context, "n", "b", in(10), 0));
  EXPECT_EQ((*markers->get(context, "n"))->value, "b");
  EXPECT_EQ((*markers->get(context, "n"))->revision, 1U);
}

TEST_P(PassingMarkersContract, ATimeThatIsPastForgetsAtOnce) {
  ASSERT_DONE(markers->put(context, "n", "a", in(10), 0));
  ASSERT_DONE(markers->put(context, "n", "", in(0), 1));
  EXPECT_FALSE(markers->get(context, "n")->has_value());
  ASSERT_DONE(markers->put(context, "n", "b", in(10), 0));
  EXPECT_TRUE(markers->get(context, "n")->has_value());
}

TEST_P(PassingMarkersContract, RefusesWhatIsTooLong) {
  EXPECT_CODE(kInvalidArgument, markers->put(context, "", "a", in(10), 0));
  EXPECT_CODE(kInvalidArgument, markers->put(context, std::string(kMaxPassingName + 1, 'n'), "a", in(10), 0));
  EXPECT_CODE(kInvalidArgument, markers->put(context, "n", std::string(kMaxPassingValue + 1, 'v'), in(10), 0));
  EXPECT_FALSE(markers->get(context, "n")->has_value());
  ASSERT_DONE(
      markers->put(context, std::string(kMaxPassingName, '\xff'), std::string(kMaxPassingValue, 'v'), in(10), 0));
  EXPECT_EQ((*markers->get(context, std::string(kMaxPassingName, '\xff')))->value.size(), kMaxPassingValue);
}

TEST_P(PassingMarkersContract, OfManyWhoTakeANameOneHasIt) {
  std::atomic<int> taken{0};
  run_together(8, [&](int thread) {
    const auto put = markers->put(context, "n", std::to_string(thread), in(60), 0);
    if (put.ok())
      ++taken;
    else
      EXPECT_CODE(kPreconditionFailed, put);
  });
  EXPECT_EQ(taken, 1);
}

}  // namespace scalper
