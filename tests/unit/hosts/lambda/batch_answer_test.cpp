#include "hosts/lambda/batch_answer.h"

#include <gtest/gtest.h>

namespace scalper::lambda {
namespace {

TEST(BatchAnswer, NamesEachFailureOnce) {
  EXPECT_EQ(*batch_answer({"a", "b", "c"}, {"c", "a", "c"}),
            R"({"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"c"}]})");
  EXPECT_EQ(*batch_answer({"a"}, {}), R"({"batchItemFailures":[]})");
  EXPECT_EQ(*batch_answer({}, {}), R"({"batchItemFailures":[]})");
  EXPECT_TRUE(batch_answer({"a"}, {"b"}).failed_with(ErrorCode::kInternal));
}

TEST(BatchAnswer, KnowsWhatLambdaWouldTakeForSuccess) {
  const std::vector<std::string> batch{"a", "b"};
  EXPECT_TRUE(check_batch_answer(R"({"batchItemFailures":[{"itemIdentifier":"a"}]})", batch, {"a"}).ok());
  for (const char* answer :
       {"", "null", "[]", "{}", R"({"batchItemFailures":null})", R"({"batchItemFailures":{}})",
        R"({"batchitemfailures":[{"itemIdentifier":"a"}]})", R"({"batchItemFailures":[{"ItemIdentifier":"a"}]})",
        R"({"batchItemFailures":[{"itemIdentifier":""}]})", R"({"batchItemFailures":[{"itemIdentifier":1}]})",
        R"({"batchItemFailures":["a"]})", R"({"batchItemFailures":[{"itemIdentifier":"x"}]})",
        R"({"batchItemFailures":[{"itemIdentifier":"b"}]})", R"({"batchItemFailures":[]})",
        R"({"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"a"}]})",
        R"({"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"b"}]})",
        R"({"batchItemFailures":[{"itemIdentifier":"a"}],"more":1})", R"({"batchItemFailures":[{"itemIdentifier":"a")"})
    EXPECT_TRUE(check_batch_answer(answer, batch, {"a"}).failed_with(ErrorCode::kInternal)) << answer;
}

}  // namespace
}  // namespace scalper::lambda
