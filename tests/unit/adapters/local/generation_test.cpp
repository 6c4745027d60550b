#include "adapters/local/generation.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

namespace scalper {
namespace {

constexpr WallTime kNow{Millis{0x18C000000000}};

TEST(Generation, HasTheFormOfAVersion7Uuid) {
  Generations generations;
  const std::string text = generations.next(kNow);
  EXPECT_TRUE(is_generation(text)) << text;
  EXPECT_EQ(text.substr(0, 13), "18c00000-0000") << "milliseconds since 1970 come first";
}

TEST(Generation, RefusesWhatIsNone) {
  const std::string good = Generations().next(kNow);
  for (const std::string& bad : {std::string(), std::string("../../etc/passwd"), good + "0", good.substr(1),
                                 std::string(36, '0'), std::string(36, '-'), "A" + good.substr(1)})
    EXPECT_FALSE(is_generation(bad)) << bad;
  std::string version4 = good;
  version4[14] = '4';
  EXPECT_FALSE(is_generation(version4));
}

TEST(Generation, GrowsAlsoWhenTheClockStandsOrGoesBack) {
  Generations generations;
  std::string last;
  for (int i = 0; i < 10000; ++i) {
    std::string next = generations.next(i < 5000 ? kNow : kNow - std::chrono::hours{1});
    ASSERT_LT(last, next) << i;
    last = std::move(next);
  }
}

TEST(Generation, GoesOnAfterWhatWasSeen) {
  Generations before;
  const std::string seen = before.next(kNow + std::chrono::hours{1});
  Generations generations;
  generations.after(seen);
  EXPECT_GT(generations.next(kNow), seen);
}

TEST(Generation, TellsATimeThatGrowsWithItThoughTheClockWasSetBack) {
  Generations generations;
  EXPECT_EQ(time_of_generation(generations.next(kNow)), kNow);
  WallTime last = kNow;
  for (int i = 0; i < 5000; ++i) {
    const WallTime time = time_of_generation(generations.next(kNow - std::chrono::hours{1}));
    ASSERT_LT(last, time) << i;
    last = time;
  }
  const WallTime later = kNow + std::chrono::hours{1};
  EXPECT_EQ(time_of_generation(generations.next(later)), later);
}

TEST(GenerationThreads, NeverGiveOneTwice) {
  Generations generations;
  std::vector<std::vector<std::string>> given(4);
  std::vector<std::thread> threads;
  for (auto& mine : given)
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) mine.push_back(generations.next(kNow));
    });
  for (auto& thread : threads) thread.join();
  std::set<std::string> all;
  for (const auto& mine : given) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), 4000U);
}

}  // namespace
}  // namespace scalper
