#include "adapters/local/shared_rounds.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

#include "contract/subject.h"

namespace scalper {
namespace {

TEST(SharedRounds, OneAloneRunsItsOwn) {
  SharedRounds<int> rounds;
  for (int n = 1; n <= 3; ++n) EXPECT_EQ(rounds.take_part([] {}, [] {}, [&] { return n; }), n);
}

// Everybody's contribution is in a round that began after it was made, and its answer is that round's.
TEST(SharedRoundsThreads, EachIsServedByARoundThatBeganAfterItCame) {
  constexpr int kThreads = 8;
  constexpr int kTimes = 2000;
  SharedRounds<std::uint64_t> rounds;
  std::uint64_t brought = 0;    // under the lock
  std::uint64_t collected = 0;  // of the round that runs
  std::uint64_t served = 0;     // by rounds that are over
  std::uint64_t runs = 0;
  std::atomic<int> running{0};
  run_together(kThreads, [&](int) {
    for (int i = 0; i < kTimes; ++i) {
      std::uint64_t mine = 0;
      const auto answer = rounds.take_part([&] { mine = ++brought; }, [&] { collected = brought; },
                                           [&] {
                                             EXPECT_EQ(++running, 1);
                                             served = collected;
                                             ++runs;
                                             --running;
                                             return served;
                                           });
      EXPECT_GE(answer, mine);
    }
  });
  EXPECT_EQ(served, std::uint64_t{kThreads} * kTimes);
  EXPECT_LE(runs, std::uint64_t{kThreads} * kTimes);
  EXPECT_GT(runs, 0U);
}

// An error is that of those whose contribution the failed round had, and of nobody else.
TEST(SharedRoundsThreads, AFailedRoundFailsForThoseWhoWereInIt) {
  struct Answer {
    std::uint64_t behind = 0;  // contributions of earlier rounds
    std::uint64_t until = 0;   // and with this one's
    bool failed = false;
  };
  constexpr int kThreads = 8;
  constexpr int kTimes = 2000;
  SharedRounds<Answer> rounds;
  std::uint64_t brought = 0;    // under the lock
  std::uint64_t collected = 0;  // of the round that runs
  std::uint64_t behind = 0;
  std::uint64_t runs = 0;
  std::atomic<std::uint64_t> failed{0};
  std::atomic<std::uint64_t> done{0};
  run_together(kThreads, [&](int) {
    for (int i = 0; i < kTimes; ++i) {
      std::uint64_t mine = 0;
      const auto answer = rounds.take_part([&] { mine = ++brought; }, [&] { collected = brought; },
                                           [&] {
                                             const Answer told{behind, collected, ++runs % 3 == 0};
                                             behind = collected;
                                             return told;
                                           });
      EXPECT_GT(mine, answer.behind) << "an earlier round had it";
      EXPECT_LE(mine, answer.until) << "this round did not have it";
      ++(answer.failed ? failed : done);
    }
  });
  EXPECT_GT(failed, 0U);
  EXPECT_GT(done, 0U);
  EXPECT_EQ(failed + done, std::uint64_t{kThreads} * kTimes);
}

}  // namespace
}  // namespace scalper
