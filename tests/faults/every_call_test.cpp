// The whole journey while the n-th port call fails, for every n and every kind of fault; then the faults end, the sweep
// and a worker run until all is at rest, and the file is where it belongs: once.

#include <gtest/gtest.h>

#include "model/file_id.h"
#include "pipeline/review.h"
#include "pipeline/sweep.h"
#include "support/companions.h"
#include "support/faulty_worker.h"
#include "support/port_faults.h"

namespace scalper {
namespace {

const std::string kGood = "plain text\n";
const std::string kBad = std::string("\xFF\xFE\x00\x01 no type that is known", 26);

struct Scene {
  const char* name;
  std::string bytes;
  bool replaces;                       // an older file of ours is at the output key
  std::optional<ReviewAction> review;  // of the file in quarantine
  bool exact;
  FileStatus status;
  const char* bucket;  // where the bytes are at the end
  enum class Sidecar : std::uint8_t {
    kNone,
    kFirst,
    kLast
  } sidecar = Sidecar::kNone;  // comes before or after the file
};
using Sidecar = Scene::Sidecar;

const std::vector<Scene>& scenes() {
  static const std::vector<Scene> all = {
      {"Valid", kGood, false, {}, false, FileStatus::kValid, "output"},
      {"Exact", kGood, false, {}, true, FileStatus::kValid, "output"},
      {"Unverifiable", kBad, false, {}, false, FileStatus::kUnverifiable, "quarantine"},
      {"Replacement", kGood, true, {}, false, FileStatus::kValid, "output"},
      {"Release", kBad, false, ReviewAction::kRelease, false, FileStatus::kReleased, "output"},
      {"Reject", kBad, false, ReviewAction::kReject, false, FileStatus::kRejected, "quarantine"},
      {"Rerun", kBad, false, ReviewAction::kRerun, false, FileStatus::kUnverifiable, "quarantine"},
      {"SidecarFirst", kGood, false, {}, false, FileStatus::kValid, "output", Sidecar::kFirst},
      {"SidecarLast", kGood, false, {}, false, FileStatus::kValid, "output", Sidecar::kLast},
      {"SidecarOfBad", kBad, false, {}, false, FileStatus::kUnverifiable, "quarantine", Sidecar::kFirst},
      {"SidecarRerun", kBad, false, ReviewAction::kRerun, false, FileStatus::kUnverifiable, "quarantine",
       Sidecar::kFirst},
  };
  return all;
}

const std::vector<PortFault>& fault_kinds() {
  static const std::vector<PortFault> all = port_faults_but({});
  return all;
}

using Parameter = std::tuple<std::size_t, std::size_t, bool>;  // scene, fault, local form

class EveryCall : public testing::TestWithParam<Parameter> {
 protected:
  static const Scene& scene() { return scenes()[std::get<0>(GetParam())]; }
  static const PortFault& kind() { return fault_kinds()[std::get<1>(GetParam())]; }

  // The journey with a fault at the n-th call. False: it has fewer calls.
  bool play(int n);
  static void calm_down(MemoryGate& world, ScriptedPlan& plan);
  static void expect_at_rest(MemoryGate& world, const ObjectEvent& event, FileStatus status, const std::string& where);

  // What is sent, up to the moment at which faults begin: the file, and its sidecar if it has one.
  struct Sent {
    ObjectEvent file;
    std::optional<ObjectEvent> sidecar;
  };
  static Sent send(MemoryGate& world);
};

EveryCall::Sent EveryCall::send(MemoryGate& world) {
  Sent sent;
  if (scene().replaces) {
    world.announce(world.upload("a.bin", "an older one\n"));
    world.run_until_idle();
  }
  const auto send_sidecar = [&] {
    sent.sidecar = world.upload("a.bin.sha256", tests::sha256_line(scene().bytes, "a.bin"));
    world.announce(*sent.sidecar);
  };
  if (scene().sidecar != Sidecar::kNone) {
    const ContractSet set = tests::orders_contract("", "require: sha256, from: sidecar");
    EXPECT_TRUE(world.contract_source.publish(world.context(), set).ok());
  }
  if (scene().sidecar == Sidecar::kFirst) send_sidecar();
  sent.file = world.upload("a.bin", scene().bytes);
  world.announce(sent.file);
  if (scene().sidecar == Sidecar::kLast) {
    FaultyWorker(world, {}).work();  // it waits
    EXPECT_EQ(world.record(sent.file)->status, FileStatus::kReceived);
    send_sidecar();
  }
  if (scene().review) {
    world.run_until_idle();
    Gate gate = world.gate();
    const ReviewRequest request{file_id(sent.file.ref), *scene().review, "op", "because", {}};
    EXPECT_TRUE(accept_review(gate, world.context(), request).ok());
  }
  return sent;
}

void EveryCall::calm_down(MemoryGate& world, ScriptedPlan& plan) {
  Gate gate = world.gate();
  plan.land_late_effects();
  for (int round = 0; round < 6; ++round) {
    world.run_until_idle();
    world.clock.advance(std::chrono::minutes{20});
    ASSERT_TRUE(sweep(gate, world.context()).ok());
  }
  world.run_until_idle();
}

void EveryCall::expect_at_rest(MemoryGate& world, const ObjectEvent& event, FileStatus status,
                               const std::string& where) {
  const auto record = world.record(event);
  ASSERT_TRUE(record) << where;
  EXPECT_EQ(to_string(record->status), to_string(status)) << where << ": " << record->last_error;
  EXPECT_FALSE(record->open) << where;
  EXPECT_FALSE(world.objects.head(world.context(), event.ref).ok()) << where << ": the source is still there";
  int copies = 0;
  for (const char* const bucket : {"output", "quarantine"})
    for (const ObjectInfo& info : world.versions(BucketName{bucket})) {
      const auto full = world.objects.head(world.context(), info.ref);
      ASSERT_TRUE(full.ok()) << where;
      const auto id = full->metadata.find(kMetaId);
      if (id == full->metadata.end() || id->second != file_id(event.ref).value()) continue;
      copies += 1;
      EXPECT_EQ(bucket, std::string(scene().bucket)) << where;
      EXPECT_EQ(full->size, event.size) << where;
    }
  EXPECT_EQ(copies, 1) << where;
}

bool EveryCall::play(int n) {
  MemoryGate world({.copy_consumes_source = std::get<2>(GetParam()), .immutable_versions = !std::get<2>(GetParam())});
  world.settings.publish_exact = scene().exact;
  const Sent sent = send(world);
  FaultyWorker worker(world, {{.call = "", .nth = n, .fault = kind().fault}});
  // What one message makes of another - a file that waited is told that its sidecar came - is played as well.
  for (int batch = 0; batch < (sent.sidecar ? 4 : 1) && worker.work(); ++batch) continue;
  const bool struck = worker.plan.is_played_out();
  std::string where = "call " + std::to_string(n);
  if (worker.plan.struck())
    where += std::string(" (") + worker.plan.struck()->port + "." + worker.plan.struck()->name + ")";
  calm_down(world, worker.plan);
  expect_at_rest(world, sent.file, scene().status, where);
  if (sent.sidecar) expect_at_rest(world, *sent.sidecar, FileStatus::kCompanion, where);
  if (std::string(scene().bucket) == "output") {
    EXPECT_EQ(world.bytes(world.settings.output, "a.bin"), scene().bytes) << where;
  }
  return struck;
}

TEST_P(EveryCall, EndsWithTheFileWhereItBelongs) {
  constexpr int kMostCalls = 100;
  int n = 1;
  while (n < kMostCalls && play(n) && !HasFailure()) ++n;
  EXPECT_GT(n, 5) << "the journey has hardly any calls";
  EXPECT_LT(n, kMostCalls);
}

INSTANTIATE_TEST_SUITE_P(Faults, EveryCall,
                         testing::Combine(testing::Range<std::size_t>(0, scenes().size()),
                                          testing::Range<std::size_t>(0, fault_kinds().size()), testing::Bool()),
                         [](const auto& instance) {
                           return std::string(scenes()[std::get<0>(instance.param)].name) +
                                  fault_kinds()[std::get<1>(instance.param)].name +
                                  (std::get<2>(instance.param) ? "Local" : "S3");
                         });

}  // namespace
}  // namespace scalper
