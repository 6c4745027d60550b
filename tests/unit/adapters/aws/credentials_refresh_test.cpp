#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <set>
#include <thread>

#include "adapters/aws/client/credentials/credentials_chain.h"
#include "adapters/aws/client/credentials/environment_credentials.h"
#include "adapters/aws/client/credentials/refreshing_credentials.h"
#include "support/fake_clock.h"
#include "support/variables.h"

namespace scalper::aws {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

struct FakeSource final : CredentialsSource {
  std::function<Result<Credentials>(int call)> give;
  std::atomic<int> calls = 0;
  std::vector<std::string> forgotten;

  [[nodiscard]] Result<Credentials> get(const CallContext&) override { return give(++calls); }
  void forget(const Credentials& refused) override { forgotten.push_back(refused.access_key_id); }
};

struct AwsRefreshing : testing::Test {
  AwsRefreshing() {
    auto owned = std::make_unique<FakeSource>();
    source = owned.get();
    kept = std::make_unique<RefreshingCredentials>(std::move(owned), clock);
    source->give = [this](int call) { return Result<Credentials>(fresh(call)); };
  }
  // The n-th: good for an hour.
  Credentials fresh(int call) { return {"AK" + std::to_string(call), "S", "T", clock.wall_now() + minutes(60)}; }
  std::string id() {
    const auto given = kept->get(context);
    return given.ok() ? given->access_key_id : std::string(to_string(given.error().code()));
  }

  FakeClock clock;
  CallContext context;
  FakeSource* source = nullptr;
  std::unique_ptr<RefreshingCredentials> kept;
};

TEST_F(AwsRefreshing, FetchesOnceAndAgainTenMinutesBeforeTheEnd) {
  EXPECT_EQ(id(), "AK1");
  clock.advance(minutes(49));
  EXPECT_EQ(id(), "AK1");
  clock.advance(minutes(1));
  EXPECT_EQ(id(), "AK2");
  EXPECT_EQ(id(), "AK2");
  EXPECT_EQ(source->calls, 2);
}

TEST_F(AwsRefreshing, KeepsForGoodWhatDoesNotEnd) {
  source->give = [](int call) { return Credentials{"AK" + std::to_string(call), "S", "", std::nullopt}; };
  EXPECT_EQ(id(), "AK1");
  clock.advance(std::chrono::hours(10'000));
  EXPECT_EQ(id(), "AK1");
}

TEST_F(AwsRefreshing, GoesOnWithTheOldWhileARefreshFailsAndPausesBetweenTries) {
  EXPECT_EQ(id(), "AK1");
  source->give = [](int) { return Error(ErrorCode::kUnavailable, "down"); };
  clock.advance(minutes(55));
  EXPECT_EQ(id(), "AK1");
  EXPECT_EQ(id(), "AK1");
  EXPECT_EQ(source->calls, 2) << "no second try at once";
  clock.advance(seconds(15));
  EXPECT_EQ(id(), "AK1");
  EXPECT_EQ(source->calls, 3);
  clock.advance(minutes(4) + seconds(44));
  EXPECT_EQ(id(), "AK1") << "a second before the end";
  clock.advance(seconds(1));
  EXPECT_EQ(id(), "unavailable");
  source->give = [this](int call) { return fresh(call); };
  EXPECT_EQ(id(), "AK6") << "without a pause where nothing is valid";
}

TEST_F(AwsRefreshing, NeverGivesWhatHasEnded) {
  source->give = [this](int) { return Credentials{"AK", "S", "T", clock.wall_now()}; };
  EXPECT_EQ(id(), "permission_denied");
  source->give = [this](int) { return Credentials{"NEAR", "S", "T", clock.wall_now() + seconds(90)}; };
  EXPECT_EQ(id(), "NEAR") << "near its end is not ended";
  EXPECT_EQ(id(), "NEAR");
  EXPECT_EQ(source->calls, 2);
}

TEST_F(AwsRefreshing, DoesNotLetMissingCredentialsLookLikeAMissingObject) {
  for (const ErrorCode code : {ErrorCode::kNotFound, ErrorCode::kPreconditionFailed, ErrorCode::kAlreadyExists}) {
    source->give = [code](int) { return Error(code, "none"); };
    EXPECT_EQ(id(), "permission_denied");
  }
}

TEST_F(AwsRefreshing, ForgetsWhatAwsRefusedAndNothingNewer) {
  EXPECT_EQ(id(), "AK1");
  const Credentials refused = kept->get(context).value();
  kept->forget(refused);
  EXPECT_EQ(id(), "AK2");
  kept->forget(refused);
  EXPECT_EQ(id(), "AK2");
  EXPECT_EQ(source->forgotten, std::vector<std::string>{"AK1"});
}

using AwsRefreshingThreads = AwsRefreshing;

TEST_F(AwsRefreshingThreads, FetchOnceForAllWhoWait) {
  std::atomic<int> waiting = 0;
  source->give = [&](int call) {
    while (waiting < 8) std::this_thread::yield();
    return fresh(call);
  };
  std::vector<std::jthread> callers;
  for (int i = 0; i < 8; ++i)
    callers.emplace_back([&] {
      ++waiting;
      const auto given = kept->get(context);
      ASSERT_TRUE(given.ok());
      EXPECT_EQ(given->access_key_id, "AK1");
    });
  callers.clear();
  EXPECT_EQ(source->calls, 1);
}

// Who waits for a fetch looks at the clock first.
class ClockThatCountsWaiters final : public Clock {
 public:
  [[nodiscard]] WallTime wall_now() override { return WallTime{}; }
  [[nodiscard]] MonoTime mono_now() override {
    const std::lock_guard lock(mutex_);
    threads_.insert(std::this_thread::get_id());
    return MonoTime{};
  }
  void sleep_until(const CallContext&, MonoTime) override {}
  [[nodiscard]] std::size_t waiters() {
    const std::lock_guard lock(mutex_);
    return threads_.size();
  }

 private:
  std::mutex mutex_;
  std::set<std::thread::id> threads_;
};

TEST_F(AwsRefreshingThreads, ShareTheFailureOfTheFetchThatTheyWaitedFor) {
  ClockThatCountsWaiters counting;
  auto owned = std::make_unique<FakeSource>();
  source = owned.get();
  kept = std::make_unique<RefreshingCredentials>(std::move(owned), counting);
  source->give = [&](int) -> Result<Credentials> {
    while (counting.waiters() < 7) std::this_thread::yield();
    return Error(ErrorCode::kUnavailable, "down");
  };
  std::vector<std::jthread> callers;
  for (int i = 0; i < 8; ++i)
    callers.emplace_back([&] { EXPECT_TRUE(kept->get(context).failed_with(ErrorCode::kUnavailable)); });
  callers.clear();
  EXPECT_EQ(source->calls, 1);
  source->give = [](int) { return Credentials{"AK", "S", "", std::nullopt}; };
  EXPECT_EQ(id(), "AK") << "who comes later asks anew";
}

TEST_F(AwsRefreshingThreads, LetOthersUseTheOldDuringARefresh) {
  EXPECT_EQ(id(), "AK1");
  clock.advance(minutes(52));
  std::atomic<bool> fetching = false;
  std::atomic<bool> done = false;
  source->give = [&](int call) {
    fetching = true;
    while (!done) std::this_thread::yield();
    return fresh(call);
  };
  std::jthread refresher([&] { EXPECT_EQ(kept->get(context)->access_key_id, "AK2"); });
  while (!fetching) std::this_thread::yield();
  EXPECT_EQ(id(), "AK1");
  clock.advance(minutes(7) + seconds(30));  // now all must wait; this one has no time to
  context.deadline = clock.mono_now();
  EXPECT_EQ(id(), "timeout");
  std::stop_source stopped;
  stopped.request_stop();
  context.stop = stopped.get_token();
  EXPECT_EQ(id(), "cancelled");
  done = true;
  refresher.join();
  EXPECT_EQ(id(), "AK2");
}

TEST(AwsEnvironmentCredentials, TakeAnEmptyTokenForNone) {
  const CallContext context;
  const auto given = [&](Variables variables) {
    return EnvironmentCredentials(environment_of(variables)).get(context);
  };
  const auto plain = given({{"AWS_ACCESS_KEY_ID", "A"}, {"AWS_SECRET_ACCESS_KEY", "B"}, {"AWS_SESSION_TOKEN", ""}});
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(plain->session_token, "");
  EXPECT_FALSE(plain->expires);
  EXPECT_EQ(
      given({{"AWS_ACCESS_KEY_ID", "A"}, {"AWS_SECRET_ACCESS_KEY", "B"}, {"AWS_SESSION_TOKEN", "C"}})->session_token,
      "C");
  EXPECT_TRUE(given({}).failed_with(ErrorCode::kNotFound));
  EXPECT_TRUE(given({{"AWS_ACCESS_KEY_ID", ""}, {"AWS_SECRET_ACCESS_KEY", ""}}).failed_with(ErrorCode::kNotFound));
  EXPECT_TRUE(given({{"AWS_ACCESS_KEY_ID", "A"}}).failed_with(ErrorCode::kInvalidArgument));
  const auto broken = given({{"AWS_ACCESS_KEY_ID", "A"}, {"AWS_SECRET_ACCESS_KEY", "SECRET\n"}});
  ASSERT_TRUE(broken.failed_with(ErrorCode::kInvalidArgument));
  EXPECT_EQ(broken.error().message().find("SECRET"), std::string::npos);
}

TEST(AwsCredentialsChain, StopsAtTheFirstThatHasAnyOrFails) {
  const CallContext context;
  std::vector<FakeSource*> fakes;
  std::vector<std::unique_ptr<CredentialsSource>> sources;
  for (int i = 0; i < 3; ++i) {
    auto source = std::make_unique<FakeSource>();
    source->give = [i](int) { return Error(ErrorCode::kNotFound, "none in " + std::to_string(i)); };
    fakes.push_back(source.get());
    sources.push_back(std::move(source));
  }
  CredentialsChain chain(std::move(sources));
  const auto none = chain.get(context);
  ASSERT_TRUE(none.failed_with(ErrorCode::kNotFound));
  EXPECT_EQ(none.error().message(), "no AWS credentials: none in 0; none in 1; none in 2");
  fakes[1]->give = [](int) { return Error(ErrorCode::kTimeout, "slow"); };
  EXPECT_TRUE(chain.get(context).failed_with(ErrorCode::kTimeout));
  EXPECT_EQ(fakes[2]->calls, 1);
  fakes[1]->give = [](int) { return Credentials{"B", "S", "", std::nullopt}; };
  EXPECT_EQ(chain.get(context)->access_key_id, "B");
  EXPECT_EQ(fakes[2]->calls, 1);
}

}  // namespace
}  // namespace scalper::aws
