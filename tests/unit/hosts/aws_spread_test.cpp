#include "hosts/aws_spread.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>

namespace scalper::aws {
namespace {

TEST(ThreadsForMemory, TakeWhatAFileNeedsAndNoMore) {
  EXPECT_EQ(threads_for_memory(0), 1U);
  EXPECT_EQ(threads_for_memory(79), 1U);
  EXPECT_EQ(threads_for_memory(80), 2U);  // 32 for the process, 24 a file
  EXPECT_EQ(threads_for_memory(128), 4U);
  EXPECT_EQ(threads_for_memory(256), 9U);
  EXPECT_EQ(threads_for_memory(10'240), 10U);
}

TEST(SpreadThreads, DoEachPieceOnce) {
  for (const unsigned threads : {1U, 3U, 16U}) {
    std::array<std::atomic<int>, 10> done{};
    spread(done.size(), threads, [&](std::size_t i) { done.at(i) += 1; });
    for (const auto& times : done) EXPECT_EQ(times, 1);
  }
}

}  // namespace
}  // namespace scalper::aws
