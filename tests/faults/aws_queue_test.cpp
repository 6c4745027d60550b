// The journey over the queue of AWS, while the n-th call to the service fails, for every n and every kind of fault. The
// queue's adapter is the real one; its calls fail below it, where the network is, and above it, as the pipeline sees.

#include <gtest/gtest.h>

#include "adapters/aws/sqs_work_queue.h"
#include "adapters/decorators/fault_injecting_ports.h"
#include "pipeline/sweep.h"
#include "pipeline/worker.h"
#include "support/forwarding_queue.h"
#include "support/scripted_plan.h"
#include "support/sqs_stand_in.h"
#include "support/story.h"

namespace scalper {
namespace {

// The n-th call to the service: never gets there, or its answer is lost.
class FailingClient final : public aws::AwsClient {
 public:
  FailingClient(aws::AwsClient& inner, int n, ErrorCode code, bool applied)
      : inner_(inner), n_(n), code_(code), applied_(applied) {}

  [[nodiscard]] Result<aws::AwsResponse> call(const CallContext& context, const aws::AwsRequest& request,
                                              aws::AwsRefusal* refusal) override {
    const bool hit = ++calls_ == n_;
    if (hit && applied_) (void)inner_.call(context, request, refusal);
    if (hit) return Error(code_, "injected");
    return inner_.call(context, request, refusal);
  }
  [[nodiscard]] Result<aws::AwsStream> open(const CallContext& context, const aws::AwsRequest& request,
                                            aws::AwsRefusal* refusal) override {
    return inner_.open(context, request, refusal);
  }
  [[nodiscard]] Result<std::string> presign(const CallContext& context, const aws::AwsRequest& request,
                                            std::chrono::seconds valid_for) override {
    return inner_.presign(context, request, valid_for);
  }
  [[nodiscard]] std::string region() const override { return inner_.region(); }
  [[nodiscard]] bool has_struck() const { return calls_ >= n_; }

 private:
  aws::AwsClient& inner_;
  const int n_;
  const ErrorCode code_;
  const bool applied_;
  int calls_ = 0;
};

struct CallFault {
  const char* name;
  ErrorCode code;
  bool applied;
};

constexpr CallFault kCallFaults[] = {
    {"Unavailable", ErrorCode::kUnavailable, false}, {"Throttled", ErrorCode::kThrottled, false},
    {"Denied", ErrorCode::kPermissionDenied, false}, {"TimedOut", ErrorCode::kTimeout, false},
    {"AnswerLost", ErrorCode::kUnavailable, true},   {"AnswerLate", ErrorCode::kTimeout, true},
};

class QueueWorld {
 public:
  void work(WorkQueue& queue) {
    Gate gate = gate_with_queue(world.gate(), queue);
    const auto deliveries = queue.receive(world.context().at_step(0), 10, gate.settings.visibility, Millis{0});
    if (deliveries.ok()) process_batch(gate, world.context(), *deliveries);
  }
  // One file that is read and one whose bytes fail at the first try: it goes back to the queue.
  void announce() {
    good = world.upload("a.txt", kGood);
    bad = world.upload("b.bin", kBad);
    world.announce(good);
    world.announce(bad);
  }
  void calm_down() {
    Gate gate = gate_with_queue(world.gate(), queue);
    for (int round = 0; round < 6; ++round) {
      for (int i = 0; i < 6; ++i) {
        work(queue);
        world.clock.advance(std::chrono::minutes{1});
      }
      world.clock.advance(std::chrono::minutes{20});
      const auto swept = sweep(gate, world.context());
      ASSERT_TRUE(swept.ok()) << swept.error().message();
    }
    work(queue);
  }
  void expect_the_end(const std::string& where) {
    const auto first = world.record(good);
    const auto second = world.record(bad);
    ASSERT_TRUE(first && second) << where;
    EXPECT_EQ(first->status, FileStatus::kValid) << where;
    EXPECT_EQ(second->status, FileStatus::kUnverifiable) << where;
    EXPECT_EQ(second->crashes, 0U) << where;
    EXPECT_EQ(world.versions(world.settings.input).size(), 0U) << where;
    EXPECT_EQ(world.versions(world.settings.output).size(), 1U) << where;
    EXPECT_EQ(world.versions(world.settings.quarantine).size(), 1U) << where;
    const auto depth = world.queue.depth(world.context());
    ASSERT_TRUE(depth.ok());
    EXPECT_EQ(depth->visible + depth->in_flight + depth->dead, 0U) << where << ": a message is left";
  }

  MemoryGate world;
  SqsStandIn service{world.queue};
  aws::SqsWorkQueue queue{service, world.clock, {service.url(), {}}};
  ObjectEvent good;
  ObjectEvent bad;
};

class EveryCallToTheQueue : public testing::TestWithParam<CallFault> {};

// The batch's calls, and those that give back: the second round finds a copy whose answer is lost.
TEST_P(EveryCallToTheQueue, EndsWithTheFilesWhereTheyBelong) {
  constexpr int kMostCalls = 60;
  int n = 1;
  for (bool struck = true; struck && n < kMostCalls && !HasFailure(); ++n) {
    QueueWorld world;
    world.announce();
    FailingClient client(world.service, n, GetParam().code, GetParam().applied);
    aws::SqsWorkQueue queue(client, world.world.clock, {world.service.url(), {}});
    for (int round = 0; round < 3; ++round) world.work(queue);
    struck = client.has_struck();
    world.calm_down();
    world.expect_the_end("call " + std::to_string(n));
  }
  EXPECT_GT(n, 3) << "the journey has hardly any calls to the queue";
  EXPECT_LT(n, kMostCalls);
}

INSTANTIATE_TEST_SUITE_P(Aws, EveryCallToTheQueue, testing::ValuesIn(kCallFaults),
                         [](const auto& instance) { return std::string(instance.param.name); });

class EveryCallOverTheQueue : public testing::TestWithParam<Fault::Kind> {};

TEST_P(EveryCallOverTheQueue, EndsWithTheFilesWhereTheyBelong) {
  constexpr int kMostCalls = 60;
  int n = 1;
  for (bool struck = true; struck && n < kMostCalls && !HasFailure(); ++n) {
    QueueWorld world;
    world.announce();
    ScriptedPlan plan({{.call = "", .nth = n, .fault = {GetParam(), ErrorCode::kTimeout}}});
    {
      FaultInjectingWorkQueue queue(world.queue, plan);
      try {
        for (int round = 0; round < 3; ++round) world.work(queue);
      } catch (const ScriptedCrash&) {  // the process is gone
      }
    }
    struck = plan.is_played_out();
    plan.land_late_effects();
    world.calm_down();
    world.expect_the_end("call " + std::to_string(n));
  }
  EXPECT_GT(n, 3) << "the journey has hardly any calls to the queue";
  EXPECT_LT(n, kMostCalls);
}

INSTANTIATE_TEST_SUITE_P(Aws, EveryCallOverTheQueue,
                         testing::Values(Fault::Kind::kFailBefore, Fault::Kind::kApplyThenFail,
                                         Fault::Kind::kApplyLater, Fault::Kind::kCrashBefore,
                                         Fault::Kind::kCrashAfter));

}  // namespace
}  // namespace scalper
