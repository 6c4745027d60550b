// What one file costs when nothing goes wrong, call by call. Anything more is a defect: somebody pays for each.

#include <gtest/gtest.h>

#include <map>

#include "adapters/decorators/fault_injecting_object_store.h"
#include "adapters/decorators/fault_injecting_ports.h"
#include "pipeline/worker.h"
#include "support/memory_gate.h"

namespace scalper {
namespace {

class CountingPlan final : public FaultPlan {
 public:
  Fault before(const PortCall& call) override {
    calls[std::string(call.port) + "." + call.name] += 1;
    return {};
  }
  void after(const PortCall& /*call*/) override {}
  void later(std::function<void()> /*effect*/) override {}
  [[noreturn]] void crash() override { std::abort(); }
  [[nodiscard]] bool is_dead() const override { return false; }

  std::map<std::string, int> calls;
};

using Calls = std::map<std::string, int>;

// Of the second file of a process: the first one also reads whether the gate is paused.
Calls calls_of(MemoryGate& world, const std::string& bytes) {
  world.announce(world.upload("first.txt", "one\n"));
  world.run_until_idle(1);
  world.announce(world.upload("a.txt", bytes));
  CountingPlan plan;
  FaultInjectingObjectStore objects(world.objects, plan);
  FaultInjectingRecordStore records(world.records, plan);
  FaultInjectingWorkQueue queue(world.queue, plan);
  FaultInjectingNotices notices(world.notices, plan);
  const Gate inner = world.gate();
  Gate gate{objects,         records,     queue,           inner.contracts, inner.pause,   notices,
            inner.telemetry, inner.clock, inner.new_owner, inner.random,    inner.settings};
  const auto deliveries = gate.queue.receive(world.context(), 4, gate.settings.visibility, Millis{0});
  EXPECT_TRUE(deliveries.ok());
  EXPECT_EQ(process_batch(gate, world.context(), *deliveries), 1U);
  // Bytes of the one GET, and what an adapter of S3 answers without a request.
  for (const char* const free : {"objects.read", "objects.seal"}) plan.calls.erase(free);
  return plan.calls;
}

TEST(Cost, AValidFileIsThreeRecordWritesOneGetOneCopyAndOneDelete) {
  MemoryGate world;
  const Calls expected = {
      {"queue.receive", 1},          {"records.put", 3},     {"objects.open", 1},     {"objects.copy", 1},
      {"objects.remove_version", 1}, {"notices.publish", 1}, {"queue.acknowledge", 1}};
  EXPECT_EQ(calls_of(world, "plain text\n"), expected);
}

TEST(Cost, AFileInQuarantineCostsTheSame) {
  MemoryGate world;
  const Calls expected = {
      {"queue.receive", 1},          {"records.put", 3},     {"objects.open", 1},     {"objects.copy", 1},
      {"objects.remove_version", 1}, {"notices.publish", 1}, {"queue.acknowledge", 1}};
  EXPECT_EQ(calls_of(world, std::string("\x01\x02\x00\xFF no type that is known", 26)), expected);
}

TEST(Cost, AStoreWithoutAChecksumInTheCopysAnswerCostsOneHeadMore) {
  MemoryGate world({.copy_gives_checksum = false});
  const Calls expected = {{"queue.receive", 1},   {"records.put", 3},      {"objects.open", 1},
                          {"objects.copy", 1},    {"objects.head", 1},     {"objects.remove_version", 1},
                          {"notices.publish", 1}, {"queue.acknowledge", 1}};
  EXPECT_EQ(calls_of(world, "plain text\n"), expected);
}

TEST(Cost, AnExactPublicationIsAFencedReplacement) {
  MemoryGate world;
  world.settings.publish_exact = true;
  const Calls calls = calls_of(world, "plain text\n");
  EXPECT_FALSE(calls.contains("objects.copy"));
  EXPECT_EQ(calls.at("objects.begin_replace"), 1);
  EXPECT_EQ(calls.at("objects.complete_replace"), 1);
  EXPECT_EQ(calls.at("records.put"), 4);  // the upload id
}

}  // namespace
}  // namespace scalper
