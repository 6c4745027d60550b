#include "adapters/memory/memory_telemetry.h"

#include <gtest/gtest.h>

namespace scalper {
namespace {

TEST(MemoryTelemetry, KeepsWhatWasSaid) {
  MemoryTelemetry telemetry;
  telemetry.log({LogLevel::kInfo, "file_final", {{"bytes", std::int64_t{7}}}});
  telemetry.count("FilesValid", 1, "orders");
  telemetry.count("FilesValid", 2, "");
  telemetry.observe("ValidateDuration", 1.5, "orders");
  ASSERT_EQ(telemetry.events().size(), 1U);
  EXPECT_EQ(telemetry.events()[0].event, "file_final");
  EXPECT_EQ(telemetry.counted("FilesValid"), 3);
  EXPECT_EQ(telemetry.counted("FilesValid", "orders"), 1);
  EXPECT_EQ(telemetry.counted("FilesFailed"), 0);
  EXPECT_EQ(telemetry.observed("ValidateDuration"), std::vector<double>{1.5});
}

}  // namespace
}  // namespace scalper
