// The histories that broke drafts of the commit protocol, each by its name.

#include <gtest/gtest.h>

#include "model/file_id.h"
#include "model/work_message.h"
#include "support/story.h"

namespace scalper {
namespace {

using Kind = Fault::Kind;

class Histories : public Story {
 protected:
  // From now on every file is too large.
  void publish_strict_set() {
    const ContractFile file{"strict.yaml", "contract: strict\nmatch: {prefix: \"\"}\nsize: {max: 1}\n"};
    ASSERT_TRUE(world.contract_source.publish(world.context(), {"strict", {file}}).ok());
  }
};

TEST_F(Histories, UnreadableSourceThenASweep) {
  const ObjectEvent event = announced("a.txt", kGood);
  FaultyWorker worker(world, {{.call = "objects.open", .fault = {Kind::kFailBefore, ErrorCode::kPermissionDenied}}});
  ASSERT_TRUE(worker.work());
  const FileRecord failed = *world.record(event);
  EXPECT_EQ(failed.status, FileStatus::kFailed);
  EXPECT_FALSE(failed.target);
  ASSERT_TRUE(failed.retry_after);
  EXPECT_TRUE(world.objects.head(world.context(), event.ref).ok());  // untouched
  sweep_now();
  EXPECT_TRUE(world.objects.head(world.context(), event.ref).ok());
  world.clock.advance(std::chrono::hours{1});
  settle();
  EXPECT_EQ(status(event), FileStatus::kValid);
}

TEST_F(Histories, DeleteMarkerPutAndLifted) {
  const ObjectEvent event = world.upload("a.txt", kGood);
  const auto marker = world.objects.hide(world.context(), world.settings.input, event.ref.key);
  ASSERT_TRUE(marker.ok());
  sweep_now();
  world.announce(event);  // late
  world.run_until_idle();
  EXPECT_EQ(status(event), FileStatus::kVanished);
  settle();
  EXPECT_EQ(status(event), FileStatus::kVanished);
  EXPECT_TRUE(world.objects.head(world.context(), event.ref).ok());
  ASSERT_TRUE(
      world.objects.remove_version(world.context(), {world.settings.input, event.ref.key, *marker}, Seal{}).ok());
  settle();
  EXPECT_EQ(status(event), FileStatus::kValid);
  EXPECT_EQ(in_output(), 1U);
}

TEST_F(Histories, ARerunThatStaysInvalidThenAReject) {
  const ObjectEvent event = announced("a.bin", kBad);
  world.run_until_idle();
  ASSERT_TRUE(review(event, ReviewAction::kRerun).ok());
  settle();
  EXPECT_EQ(status(event), FileStatus::kUnverifiable);
  EXPECT_EQ(in_quarantine(), 1U);
  ASSERT_TRUE(review(event, ReviewAction::kReject).ok());
  settle();
  EXPECT_EQ(status(event), FileStatus::kRejected);
  EXPECT_EQ(in_quarantine(), 1U);
  EXPECT_EQ(in_output(), 0U);
}

// The three writes of one decide all time out and land long after the try was given back.
std::vector<ScriptedFault> decide_lands_late() {
  std::vector<ScriptedFault> script;
  for (int n = 1; n <= 3; ++n) script.push_back({.call = "records.put", .nth = 1, .fault = kLater, .step = 3});
  return script;
}

TEST_F(Histories, ADecideThatLandsLateAfterAGiveBack) {
  const ObjectEvent event = announced("a.txt", kGood);
  FaultyWorker slow(world, decide_lands_late());
  ASSERT_TRUE(slow.work());
  ASSERT_TRUE(slow.plan.is_played_out());
  world.run_until_idle();
  const FileRecord before = *world.record(event);
  ASSERT_EQ(before.status, FileStatus::kValid);
  slow.plan.land_late_effects();
  EXPECT_EQ(*world.record(event), before);
  settle();
  EXPECT_EQ(in_output(), 1U);
}

// What the give-back was judged by is not what the next try is judged by: the first decide must not win after all.
TEST_F(Histories, ADecideThatLandsLateAfterAGiveBackAndAChangeOfContract) {
  const ObjectEvent event = announced("a.txt", kGood);
  FaultyWorker slow(world, decide_lands_late());
  ASSERT_TRUE(slow.work());
  publish_strict_set();
  FaultyWorker next(world, {{.call = "records.put", .meanwhile = [&] { slow.plan.land_late_effects(); }, .step = 3}});
  world.clock.advance(std::chrono::minutes{6});
  ASSERT_TRUE(next.work());
  ASSERT_TRUE(next.plan.is_played_out());
  settle();
  EXPECT_EQ(status(event), FileStatus::kInvalid);
  EXPECT_EQ(world.record(event)->decision->verdict.contract.name, "strict");
  EXPECT_EQ(in_output(), 0U);
}

TEST_F(Histories, ADecideThatLandsInTheNextEpoch) {
  const ObjectEvent event = announced("a.bin", kBad);
  FaultyWorker slow(world, decide_lands_late());
  ASSERT_TRUE(slow.work());
  world.run_until_idle();
  ASSERT_EQ(status(event), FileStatus::kUnverifiable);
  ASSERT_TRUE(review(event, ReviewAction::kRelease).ok());
  const FileRecord before = *world.record(event);
  slow.plan.land_late_effects();
  EXPECT_EQ(*world.record(event), before);
  settle();
  EXPECT_EQ(status(event), FileStatus::kReleased);
  EXPECT_EQ(in_output(), 1U);
}

TEST_F(Histories, CopyLandedThenThreeTakeovers) {
  const ObjectEvent event = announced("a.txt", kGood);
  ASSERT_FALSE(FaultyWorker(world, {{.call = "objects.copy", .fault = kCrashAfter}}).work());
  for (int i = 0; i < 3; ++i) {
    lease_runs_out();
    ASSERT_FALSE(FaultyWorker(world, {{.call = "records.put", .fault = kCrashBefore, .step = 6}}).work());
    sweep_now();
  }
  lease_runs_out();
  settle();
  EXPECT_EQ(status(event), FileStatus::kValid);
  EXPECT_EQ(in_output(), 1U);
}

TEST_F(Histories, ClaimAppliedButAnsweredLateThreeTimes) {
  const ObjectEvent event = announced("a.txt", kGood);
  for (int i = 0; i < 3; ++i) {
    FaultyWorker worker(world, {{.call = "records.put", .fault = kAppliedTimeout, .step = 1},
                                {.call = "records.get", .fault = {Kind::kFailBefore, ErrorCode::kTimeout}, .step = 1},
                                {.call = "objects.open", .fault = kCrashBefore}});
    EXPECT_FALSE(worker.work());
    lease_runs_out();
  }
  settle();
  // Three tries ended without a word while a parse was under way: it goes unparsed to quarantine, never `invalid`.
  EXPECT_EQ(status(event), FileStatus::kUnverifiable);
  EXPECT_EQ(world.record(event)->decision->verdict.findings.at(0).code, "limit.crashes");
}

TEST_F(Histories, AClaimAnsweredLateIsRecognised) {
  const ObjectEvent event = announced("a.txt", kGood);
  FaultyWorker worker(world, {{.call = "records.put", .fault = kAppliedTimeout, .step = 1}});
  ASSERT_TRUE(worker.work());
  EXPECT_EQ(status(event), FileStatus::kValid);
  EXPECT_EQ(world.record(event)->attempt, 1U);
}

TEST_F(Histories, ALateDuplicateOfTheInputEventDuringAReview) {
  const ObjectEvent event = announced("a.bin", kBad);
  world.run_until_idle();
  ASSERT_TRUE(review(event, ReviewAction::kRelease).ok());
  FaultyWorker worker(world, {{.call = "objects.copy", .meanwhile = [&] { world.announce(event); }}});
  ASSERT_TRUE(worker.work());
  settle();
  EXPECT_EQ(status(event), FileStatus::kReleased);
  EXPECT_EQ(in_output(), 1U);
  EXPECT_EQ(in_quarantine(), 0U);
}

TEST_F(Histories, CrashAfterTheFirstClaimAndTheMessageInTheDeadLetterQueue) {
  const ObjectEvent event = announced("a.txt", kGood);
  ASSERT_FALSE(FaultyWorker(world, {{.call = "records.put", .fault = kCrashAfter, .step = 1}}).work());
  Gate gate = world.gate();
  for (int i = 0; i < 6; ++i) {  // nobody answers: the queue gives up
    lease_runs_out();
    ASSERT_TRUE(world.queue.receive(world.context(), 4, gate.settings.visibility, Millis{0}).ok());
  }
  ASSERT_EQ(world.queue.depth(world.context())->dead, 1U);
  EXPECT_GT(sweep_now().findings(), 0U);
  settle();
  EXPECT_EQ(status(event), FileStatus::kValid);
}

TEST_F(Histories, ASlowWorkerWritesVanishedAfterAReleaseWasAccepted) {
  const ObjectEvent event = announced("a.bin", kBad);
  // The slow worker finds the source gone, because others have finished the file meanwhile.
  FaultyWorker slow(world, {{.call = "objects.open", .meanwhile = [&] {
                               lease_runs_out();
                               world.run_until_idle();
                               ASSERT_TRUE(review(event, ReviewAction::kRelease).ok());
                             }}});
  ASSERT_TRUE(slow.work());
  EXPECT_NE(status(event), FileStatus::kVanished);
  settle();
  EXPECT_EQ(status(event), FileStatus::kReleased);
  EXPECT_EQ(in_output(), 1U);
}

TEST_F(Histories, CrashLimitThenRerunAndRelease) {
  const ObjectEvent event = announced("a.bin", kBad);
  for (int i = 0; i < 3; ++i) {
    ASSERT_FALSE(FaultyWorker(world, {{.call = "objects.read", .fault = kCrashBefore}}).work());
    lease_runs_out();
  }
  world.run_until_idle();
  ASSERT_EQ(status(event), FileStatus::kUnverifiable);
  ASSERT_EQ(world.record(event)->decision->verdict.findings.at(0).code, "limit.crashes");
  ASSERT_TRUE(review(event, ReviewAction::kRerun).ok());
  world.run_until_idle();
  EXPECT_EQ(world.record(event)->decision->verdict.findings.at(0).code, "type.unknown");  // parsed this time
  ASSERT_TRUE(review(event, ReviewAction::kRelease).ok());
  settle();
  EXPECT_EQ(status(event), FileStatus::kReleased);
  EXPECT_EQ(in_output(), 1U);
  EXPECT_EQ(in_quarantine(), 0U);
}

TEST_F(Histories, CopyLandedCrashAndTheRetryBudgetSpent) {
  const ObjectEvent event = announced("a.txt", kGood);
  ASSERT_FALSE(FaultyWorker(world, {{.call = "objects.copy", .fault = kCrashAfter}}).work());
  for (std::uint32_t i = 0; i < world.settings.attempts_before_failed + 2; ++i) {
    world.clock.advance(std::chrono::hours{1});
    sweep_now();
    const ScriptedFault deaf{.call = "objects.list_key_versions",
                             .fault = {Kind::kFailBefore, ErrorCode::kUnavailable}};
    ASSERT_TRUE(FaultyWorker(world, std::vector<ScriptedFault>(10, deaf)).work());
  }
  EXPECT_EQ(status(event), FileStatus::kProcessing);  // never `failed` for want of tries
  world.clock.advance(std::chrono::hours{24});
  settle();
  EXPECT_EQ(status(event), FileStatus::kValid);
  EXPECT_EQ(in_output(), 1U);
}

TEST_F(Histories, CopyAppliedAndTimedOutTheConsumerTakesItAndARetry) {
  const ObjectEvent event = announced("a.txt", kGood);
  FaultyWorker worker(world,
                      {{.call = "objects.copy", .fault = kAppliedTimeout},
                       {.call = "objects.list_key_versions", .meanwhile = [&] {
                          ASSERT_TRUE(world.objects.hide(world.context(), world.settings.output, event.ref.key).ok());
                        }}});
  ASSERT_TRUE(worker.work());
  settle();
  EXPECT_EQ(status(event), FileStatus::kValid);
  EXPECT_EQ(in_output(), 1U);  // behind its delete marker
  EXPECT_FALSE(world.bytes(world.settings.output, "a.txt"));
}

TEST_F(Histories, ContentsCABAOfOneKeyWithACrashBeforeTheMarker) {
  announced("k.txt", "C\n");
  world.run_until_idle();
  const ObjectEvent first = announced("k.txt", "A\n");
  ASSERT_FALSE(FaultyWorker(world, {{.call = "records.put_marker", .fault = kCrashBefore}}).work());
  const ObjectEvent second = announced("k.txt", "B\n");
  FaultyWorker(world, {}).work();
  const ObjectEvent third = announced("k.txt", "A\n");
  FaultyWorker(world, {}).work();
  lease_runs_out();
  settle();
  EXPECT_EQ(world.bytes(world.settings.output, "k.txt"), "A\n");
  for (const ObjectEvent& event : {first, second, third}) EXPECT_EQ(status(event), FileStatus::kValid);
  const auto current = world.objects.head(world.context(), {world.settings.output, ObjectKey{"k.txt"}, {}});
  ASSERT_TRUE(current.ok());
  EXPECT_EQ(current->metadata.at(kMetaId), file_id(third.ref).value());
}

TEST_F(Histories, AReplacementThatHangsWhileABAGoesOn) {
  announced("k.txt", "C\n");
  world.run_until_idle();
  const ObjectEvent first = announced("k.txt", "A\n");
  FaultyWorker slow(world, {{.call = "objects.complete_replace", .fault = kLater},
                            {.call = "objects.abort_replace", .fault = kCrashBefore}});
  ASSERT_FALSE(slow.work());
  const ObjectEvent second = announced("k.txt", "B\n");
  FaultyWorker(world, {}).work();
  const ObjectEvent third = announced("k.txt", "A\n");
  FaultyWorker(world, {}).work();
  ASSERT_EQ(status(third), FileStatus::kValid);
  slow.plan.land_late_effects();  // the fence holds: that upload was aborted
  lease_runs_out();
  settle();
  const auto current = world.objects.head(world.context(), {world.settings.output, ObjectKey{"k.txt"}, {}});
  ASSERT_TRUE(current.ok());
  EXPECT_EQ(current->metadata.at(kMetaId), file_id(third.ref).value());
  EXPECT_EQ(status(first), FileStatus::kValid);
  EXPECT_EQ(status(second), FileStatus::kValid);
}

TEST_F(Histories, TheConsumerDeletesByVersionIdBeforeVerify) {
  MemoryGate bare({.copy_gives_checksum = false});  // so that verify has to look
  const ObjectEvent event = bare.upload("a.txt", kGood);
  bare.announce(event);
  FaultyWorker worker(bare, {{.call = "objects.head",
                              .meanwhile =
                                  [&] {
                                    for (const ObjectInfo& info : bare.versions(bare.settings.output))
                                      ASSERT_TRUE(bare.objects.remove_version(bare.context(), info.ref, Seal{}).ok());
                                  },
                              .step = 5}});
  ASSERT_TRUE(worker.work());
  EXPECT_TRUE(worker.plan.is_played_out());
  EXPECT_EQ(bare.record(event)->status, FileStatus::kValid);
  EXPECT_TRUE(bare.versions(bare.settings.output).empty());  // published and taken, not copied again
  EXPECT_TRUE(bare.versions(bare.settings.input).empty());
}

TEST_F(Histories, TwoOperatorsAtOnce) {
  const ObjectEvent event = announced("a.bin", kBad);
  world.run_until_idle();
  Gate gate = world.gate();
  const std::uint64_t seen = world.record(event)->revision;
  const FileId id = file_id(event.ref);
  ASSERT_TRUE(accept_review(gate, world.context(), {id, ReviewAction::kRelease, "ann", "fine", seen}).ok());
  const auto other = accept_review(gate, world.context(), {id, ReviewAction::kReject, "bob", "no", seen});
  EXPECT_TRUE(other.failed_with(ErrorCode::kPreconditionFailed));
  settle();
  EXPECT_EQ(status(event), FileStatus::kReleased);
  EXPECT_EQ(world.record(event)->history.back().review->who, "ann");
}

TEST_F(Histories, AContractSetChangingMidway) {
  const ObjectEvent before = announced("a.txt", kGood);
  FaultyWorker worker(world, {{.call = "objects.read", .meanwhile = [&] { publish_strict_set(); }}});
  ASSERT_TRUE(worker.work());
  EXPECT_EQ(status(before), FileStatus::kValid);  // the set that was current at its claim
  const ObjectEvent after = announced("b.txt", kGood);
  world.run_until_idle();
  EXPECT_EQ(status(after), FileStatus::kInvalid);
  // A crash between two sets: the recorded verdict stands, there is no second one.
  ASSERT_TRUE(world.contract_source.publish(world.context(), {"empty", {}}).ok());
  const ObjectEvent torn = announced("c.txt", kGood);
  ASSERT_FALSE(FaultyWorker(world, {{.call = "records.put", .fault = kCrashAfter, .step = 3}}).work());
  publish_strict_set();
  lease_runs_out();
  settle();
  EXPECT_EQ(status(torn), FileStatus::kValid);
  EXPECT_EQ(world.bytes(world.settings.output, "c.txt"), kGood);
}

}  // namespace
}  // namespace scalper
