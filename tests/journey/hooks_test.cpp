// Hooks that contracts name, with every way in that a file has, over the memory adapters.

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "digest/sha256.h"
#include "pipeline/worker.h"
#include "ports/hook_runner.h"
#include "support/byte_sources.h"
#include "support/companions.h"
#include "support/faulty_worker.h"
#include "support/put_file.h"

namespace scalper {
namespace {

const std::string kGood = "plain text\n";

// Keeps what hooks are asked and given, and answers `next`.
class ScriptedHooks final : public HookRunner {
 public:
  Result<HookRun> run(const CallContext& context, const HookRequest& request) override {
    SCALPER_TRY_ASSIGN(auto source, request.open(context));
    SCALPER_TRY_ASSIGN(const std::string bytes, drain(context, *source));
    const auto told = boost::json::parse(request.json).as_object();
    EXPECT_EQ(told.at("sha256").as_string(), to_hex(sha256(as_bytes(bytes))));
    asked.push_back(request.hook + " " + std::string(told.at("key").as_string()));
    return next;
  }
  std::vector<std::string> asked;
  HookRun next;
};

struct HookJourney : testing::Test {
  HookJourney() {
    served.gate.hooks = &hooks;
    use("hooks: [first, second]\nintegrity: {from: sidecar}\n");
  }
  void use(const std::string& more) {
    const std::string text = "contract: orders\nmatch: {prefix: \"in/\"}\n" + more;
    ASSERT_TRUE(
        memory.contract_source.publish(memory.context(), {to_hex(sha256(as_bytes(text))), {{"orders.yaml", text}}})
            .ok());
  }
  std::string put(const std::string& key, const std::string& bytes = kGood) { return put_file(served, key, bytes); }

  ServedGate served;
  MemoryGate& memory = served.memory;
  ScriptedHooks hooks;
};

TEST_F(HookJourney, AFileThatIsSentToTheServerIsShownToEachHook) {
  use("hooks: [first, second]\n");
  EXPECT_EQ(put("in/a.txt"), "valid");
  EXPECT_EQ(hooks.asked, (std::vector<std::string>{"first in/a.txt", "second in/a.txt"}));
  EXPECT_EQ(put("elsewhere/a.txt"), "valid");
  EXPECT_EQ(hooks.asked.size(), 2U) << "no contract names a hook for it";
}

TEST_F(HookJourney, WhatAHookSaysDecidesAndTheNextIsNotAsked) {
  use("hooks: [first, second]\n");
  hooks.next.output = R"({"code":"hook.bad","message":"m"})";
  EXPECT_EQ(put("in/a.txt"), "invalid hook.bad");
  hooks.next = {.why = "took too long", .output = {}};
  EXPECT_EQ(put("in/b.txt"), "unverifiable hook.failed");
  hooks.next = {.why = {}, .output = "{\"code\":"};
  EXPECT_EQ(put("in/c.txt"), "unverifiable hook.failed");
  EXPECT_EQ(hooks.asked, (std::vector<std::string>{"first in/a.txt", "first in/b.txt", "first in/c.txt"}));
  EXPECT_FALSE(memory.bytes(memory.settings.output, "in/a.txt") || memory.bytes(memory.settings.output, "in/b.txt") ||
               memory.bytes(memory.settings.output, "in/c.txt"));
}

// Takes whatever it is given for good.
class TrustingHooks final : public HookRunner {
 public:
  Result<HookRun> run(const CallContext& context, const HookRequest& request) override {
    SCALPER_TRY_ASSIGN(auto source, request.open(context));
    SCALPER_TRY_ASSIGN(const std::string bytes, drain(context, *source));
    seen.push_back(bytes);
    return HookRun{};
  }
  std::vector<std::string> seen;
};

// The third read is the hook's first: ours takes the bytes, and their end.
TEST_F(HookJourney, BytesThatAreNotThoseThatWereJudgedAreNoFileForAHook) {
  use("hooks: [first]\n");
  for (const Fault::Kind kind : {Fault::Kind::kShortRead, Fault::Kind::kFlipBit}) {
    TrustingHooks trusting;
    const ObjectEvent event = memory.upload("in/a.txt", kGood);
    memory.announce(event);
    FaultyWorker worker(memory, {{.call = "objects.read", .nth = 3, .fault = {kind, {}}}});
    worker.gate.hooks = &trusting;
    ASSERT_TRUE(worker.work());
    ASSERT_TRUE(worker.plan.is_played_out());
    EXPECT_TRUE(trusting.seen.empty());
    EXPECT_FALSE(is_final(*memory.record(event))) << "it is tried again";
    memory.clock.advance(std::chrono::minutes{20});
    ASSERT_TRUE(worker.work());
    EXPECT_EQ(memory.record(event)->status, FileStatus::kValid);
    EXPECT_EQ(trusting.seen, std::vector<std::string>{kGood});
  }
}

TEST_F(HookJourney, WithoutARunnerNoSuchFileIsValid) {
  use("hooks: [first, second]\n");
  served.gate.hooks = nullptr;
  EXPECT_EQ(put("in/a.txt"), "unverifiable hook.unavailable");
}

TEST_F(HookJourney, WhatOurChecksRefuseNoHookSees) {
  use("hooks: [first]\ntypes: [application/json]\n");
  EXPECT_EQ(put("in/a.json", "{\"a\":1,}").substr(0, 7), "invalid");
  EXPECT_TRUE(hooks.asked.empty());
}

TEST_F(HookJourney, AChecksumFileIsNoFileOfTheContract) {
  Gate gate = memory.gate();
  gate.hooks = &hooks;
  memory.announce(memory.upload("in/a.txt", kGood));
  const ObjectEvent sidecar = memory.upload("in/a.txt.sha256", tests::sha256_line(kGood, "a.txt"));
  memory.announce(sidecar);
  for (int round = 0; round < 50; ++round) {
    const auto deliveries = memory.queue.receive(memory.context(), 4, memory.settings.visibility, Millis{0});
    ASSERT_TRUE(deliveries.ok());
    if (deliveries->empty() && memory.record(sidecar) && is_final(*memory.record(sidecar))) break;
    process_batch(gate, memory.context(), *deliveries);
    if (deliveries->empty()) memory.clock.advance(std::chrono::seconds{10});
  }
  ASSERT_TRUE(memory.record(sidecar));
  EXPECT_EQ(memory.record(sidecar)->status, FileStatus::kCompanion);
  EXPECT_EQ(hooks.asked, (std::vector<std::string>{"first in/a.txt", "second in/a.txt"}));
}

}  // namespace
}  // namespace scalper
