#include "hosts/local_slots.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace scalper {
namespace {

TEST(SlotsThreads, NeverMoreAtOnceThanThereArePlaces) {
  Slots slots(3);
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::atomic<int> done{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 12; ++i)
      threads.emplace_back([&] {
        for (int round = 0; round < 200; ++round) {
          const auto held = slots.take({});
          ASSERT_TRUE(held.is_held());
          const int now = ++inside;
          for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
          }
          std::this_thread::yield();
          --inside;
          ++done;
        }
      });
  }
  EXPECT_EQ(done, 12 * 200);
  EXPECT_LE(most, 3);
}

TEST(SlotsThreads, StopEndsTheWaitWithoutAPlace) {
  Slots slots(1);
  const auto only = slots.take({});
  ASSERT_TRUE(only.is_held());
  std::stop_source stop;
  bool got = true;
  {
    std::jthread waiting([&] { got = slots.take(stop.get_token()).is_held(); });
    stop.request_stop();
  }
  EXPECT_FALSE(got);
}

TEST(Slots, APlaceIsFreeAgainOnceItsHolderIsGone) {
  Slots slots(1);
  {
    auto held = slots.take({});
    const auto moved = std::move(held);
    EXPECT_TRUE(moved.is_held());
  }
  std::stop_source over;
  over.request_stop();
  EXPECT_TRUE(slots.take(over.get_token()).is_held());  // does not wait
}

}  // namespace
}  // namespace scalper
