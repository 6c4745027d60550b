#include "hosts/local_intake.h"

#include <gtest/gtest.h>

#include "adapters/memory/memory_telemetry.h"

namespace scalper {
namespace {

class LocalIntakeTest : public testing::Test {
 protected:
  Result<std::size_t> take_all() {
    return take_in(
        CallContext{}, {"a", "bad", "not now", "b", "bad too"},
        [this](const CallContext&, const std::string& path) -> Result<bool> {
          asked_.push_back(path);
          if (path == "bad") return bad_;
          if (path == "bad too") return Error(ErrorCode::kUnavailable, "it went away");
          return path != "not now";
        },
        telemetry_);
  }

  MemoryTelemetry telemetry_;
  std::vector<std::string> asked_;
  Error bad_{ErrorCode::kPermissionDenied, "it cannot be moved"};
};

TEST_F(LocalIntakeTest, WhatFailsKeepsNoOtherOutAndIsReportedAtTheEnd) {
  const auto done = take_all();
  EXPECT_EQ(asked_, (std::vector<std::string>{"a", "bad", "not now", "b", "bad too"}));
  ASSERT_TRUE(done.failed_with(ErrorCode::kPermissionDenied));
  EXPECT_EQ(done.error().message(), "2 of 5 files of the inbox could not be taken; the first: bad: it cannot be moved");
  std::size_t said = 0;
  for (const LogEvent& line : telemetry_.events()) said += line.event == "adopt_failed" ? 1 : 0;
  EXPECT_EQ(said, 2U);
}

TEST_F(LocalIntakeTest, AStopEndsIt) {
  bad_ = Error(ErrorCode::kCancelled, "the command was ended");
  EXPECT_TRUE(take_all().failed_with(ErrorCode::kCancelled));
  EXPECT_EQ(asked_.size(), 2U);
}

TEST_F(LocalIntakeTest, CountsWhatWasTaken) {
  const auto done = take_in(
      CallContext{}, {"a", "not now", "b"},
      [](const CallContext&, const std::string& path) -> Result<bool> { return path != "not now"; }, telemetry_);
  EXPECT_EQ(done.value(), 2U);
}

}  // namespace
}  // namespace scalper
