// Duties of single acts that the long histories seldom show.

#include "pipeline/ingest/claim.h"
#include "pipeline/worker.h"
#include "support/story.h"

namespace scalper {
namespace {

class Duties : public Story {
 protected:
  // A worker to which every call of this name answers with an error.
  FaultyWorker without(const std::string& call, ErrorCode code, int step = -1) {
    const ScriptedFault deaf{.call = call, .fault = failing(code), .step = step};
    return {world, std::vector<ScriptedFault>(30, deaf)};
  }
  void spend_tries(const ObjectEvent& event) {
    for (int i = 0; i < 100; ++i) {
      const auto record = world.record(event);
      if (record && record->attempt == world.settings.attempts_before_failed) return;
      ASSERT_TRUE(without("objects.open", ErrorCode::kUnavailable).work());
      world.clock.advance(std::chrono::minutes{6});
      ASSERT_TRUE(world.queue.redrive(world.context(), 10).ok());
    }
    FAIL() << "the tries are never spent";
  }
};

TEST_F(Duties, AFileThatCannotBeJudgedInTimeIsMovedUnjudged) {
  const ObjectEvent event = announced("a.txt", kGood);
  spend_tries(event);
  world.clock.advance(std::chrono::hours{25});
  settle();
  EXPECT_EQ(status(event), FileStatus::kFailed);
  EXPECT_EQ(in_quarantine(), 1U);
  EXPECT_FALSE(is_in_input(event));
}

TEST_F(Duties, AFileOutOfTriesWhoseSourceIsGoneIsVanished) {
  const ObjectEvent event = announced("a.txt", kGood);
  spend_tries(event);
  ASSERT_TRUE(world.objects.remove_version(world.context(), event.ref, Seal{}).ok());
  world.clock.advance(std::chrono::hours{25});
  settle();
  EXPECT_EQ(status(event), FileStatus::kVanished);
}

// The record of a file stays below what a store takes, however often and with however long notes it is reviewed.
TEST_F(Duties, AFileCanBeReviewedForEver) {
  const ObjectEvent event = announced(std::string(900, 'k') + ".txt", kBad);
  settle();
  for (int i = 0; i < 60; ++i) {
    Gate gate = world.gate();
    const auto accepted = accept_review(gate, world.context(),
                                        {file_id(event.ref), ReviewAction::kRerun, "op", std::string(1000, 'n'), {}});
    ASSERT_TRUE(accepted.ok()) << i << ": " << accepted.error().message();
    settle();
    ASSERT_FALSE(world.record(event)->review) << i << ": " << world.record(event)->last_error;
  }
}

TEST_F(Duties, ARerunOfAValidFileStaysValidEvenWithoutAReport) {
  const ObjectEvent event = announced("a.txt", kGood);
  world.run_until_idle();
  ASSERT_TRUE(review(event, ReviewAction::kRerun).ok());
  spend_tries(event);
  world.clock.advance(std::chrono::hours{25});
  settle();
  const FileRecord record = *world.record(event);
  EXPECT_EQ(record.status, FileStatus::kValid);
  EXPECT_TRUE(record.decision);
  EXPECT_EQ(world.bytes(world.settings.output, "a.txt"), kGood);
}

TEST_F(Duties, AClaimThatIsNeverAnsweredIsTakenBackAndIsNoCrash) {
  const ObjectEvent event = announced("a.txt", kGood);
  std::vector<ScriptedFault> script = {{.call = "records.put", .fault = kAppliedTimeout, .step = 1}};
  for (int i = 0; i < 4; ++i)
    script.push_back({.call = "records.get", .fault = failing(ErrorCode::kTimeout), .step = 1});
  for (int i = 0; i < 3; ++i) {
    world.clock.advance(std::chrono::minutes{20});
    FaultyWorker worker(world, script);
    ASSERT_TRUE(worker.work());
    ASSERT_TRUE(worker.plan.is_played_out());
    EXPECT_FALSE(world.record(event)->parsing);
    EXPECT_TRUE(world.record(event)->owner.empty());
  }
  settle();
  EXPECT_EQ(status(event), FileStatus::kValid);
  EXPECT_EQ(world.record(event)->crashes, 0U);
}

TEST_F(Duties, AnErrorBeforeTheDecisionFreesTheLeaseAndIsNoCrash) {
  const ObjectEvent event = announced("a.txt", kGood);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(without("objects.read", ErrorCode::kThrottled).work());
    const FileRecord record = *world.record(event);
    EXPECT_FALSE(record.parsing);
    EXPECT_TRUE(record.owner.empty());
    EXPECT_EQ(record.status, FileStatus::kReceived);
    world.clock.advance(std::chrono::minutes{1});
  }
  settle();
  EXPECT_EQ(status(event), FileStatus::kValid);
  EXPECT_EQ(world.record(event)->crashes, 0U);
}

TEST_F(Duties, ALongReadKeepsItsLeaseAndItsMessage) {
  const ObjectEvent event = announced("a.txt", std::string(600'000, 'x') + "\n");
  std::vector<ScriptedFault> script;
  std::size_t doubled = 0;
  for (int n = 1; n <= 8; ++n)
    script.push_back({.call = "objects.read", .nth = n, .meanwhile = [&] {
                        world.clock.advance(std::chrono::minutes{2});
                        const auto again = world.queue.receive(world.context(), 1, Millis{1}, Millis{0});
                        ASSERT_TRUE(again.ok());
                        doubled += again->size();
                      }});
  FaultyWorker worker(world, script);
  ASSERT_TRUE(worker.work());
  EXPECT_TRUE(worker.plan.is_played_out());
  EXPECT_EQ(doubled, 0U);
  EXPECT_EQ(status(event), FileStatus::kValid);
  EXPECT_EQ(world.record(event)->attempt, 1U);
  EXPECT_EQ(world.queue.depth(world.context())->visible, 0U);
}

TEST_F(Duties, ACopyIsNotTriedOnALeaseThatIsShorterThanTheCall) {
  const ObjectEvent event = announced("a.txt", kGood);
  // Before step 4 the clock runs until less than time-out and margin are left; the renewal then fails.
  FaultyWorker worker(
      world, {{.call = "records.put", .meanwhile = [&] { world.clock.advance(std::chrono::minutes{4}); }, .step = 3},
              {.call = "records.renew_lease", .fault = failing(ErrorCode::kUnavailable), .step = 4}});
  world.settings.call_timeout = std::chrono::minutes{4} + std::chrono::seconds{40};
  worker.gate.settings = world.settings;
  ASSERT_TRUE(worker.work());
  EXPECT_EQ(in_output(), 0U);
  settle();
}

TEST_F(Duties, ACopyThatFindsNoSourceDoesNotMakeAFileVanishThatIsThere) {
  const ObjectEvent event = announced("a.bin", kBad);
  ASSERT_TRUE(without("objects.copy", ErrorCode::kNotFound).work());
  EXPECT_EQ(status(event), FileStatus::kProcessing);
  settle();
  ASSERT_EQ(status(event), FileStatus::kUnverifiable);
  ASSERT_TRUE(review(event, ReviewAction::kRelease).ok());
  ASSERT_TRUE(without("objects.copy", ErrorCode::kNotFound).work());
  EXPECT_TRUE(world.record(event)->review);  // the operator's word stands
  settle();
  EXPECT_EQ(status(event), FileStatus::kReleased);
}

TEST_F(Duties, AReviewForgetsNoSourceThatWasStillToBeDeleted) {
  const ObjectEvent event = announced("a.bin", kBad);
  ASSERT_FALSE(FaultyWorker(world, {{.call = "objects.remove_version", .fault = kCrashBefore}}).work());
  ASSERT_EQ(status(event), FileStatus::kUnverifiable);
  ASSERT_TRUE(is_in_input(event));
  ASSERT_TRUE(review(event, ReviewAction::kRelease).ok());
  settle();
  EXPECT_EQ(status(event), FileStatus::kReleased);
  EXPECT_FALSE(is_in_input(event));
  EXPECT_EQ(in_quarantine(), 0U);
}

TEST_F(Duties, ASenderCannotForgeWhatOnlyTheGateWrites) {
  const ObjectEvent event = world.upload("a.txt", kGood, {{"scalper-sequence", "ffffffff"}, {"mine", "kept"}});
  sweep_now();  // no event: no sequencer of ours
  settle();
  ASSERT_EQ(status(event), FileStatus::kValid);
  const auto out = world.objects.head(world.context(), {world.settings.output, event.ref.key, VersionId{}});
  ASSERT_TRUE(out.ok());
  EXPECT_FALSE(out->metadata.contains("scalper-sequence"));
  EXPECT_EQ(out->metadata.at("mine"), "kept");
  const ObjectEvent next = announced("a.txt", "newer\n");
  settle();
  EXPECT_EQ(world.bytes(world.settings.output, "a.txt"), "newer\n");
}

TEST_F(Duties, SuspectsRunLastInTheirBatch) {
  const ObjectEvent suspect = announced("a.txt", kGood);
  ASSERT_FALSE(FaultyWorker(world, {{.call = "objects.read", .fault = kCrashBefore}}).work());
  lease_runs_out();
  const ObjectEvent mate = world.upload("b.txt", kGood);
  sweep_now();
  // Both are in the queue now, the suspect first. It crashes again: its mate is finished all the same.
  FaultyWorker worker(world, {{.call = "objects.open", .nth = 2, .fault = kCrashBefore}});
  ASSERT_FALSE(worker.work());
  EXPECT_EQ(status(mate), FileStatus::kValid);
  EXPECT_EQ(world.record(suspect)->crashes, 1U);
  settle();
  EXPECT_EQ(status(suspect), FileStatus::kValid);
  EXPECT_EQ(world.record(suspect)->crashes, 2U);
}

TEST_F(Duties, ALeaseThatWasRenewedMeanwhileIsNotTakenOver) {
  const ObjectEvent event = announced("a.txt", kGood);
  ASSERT_FALSE(FaultyWorker(world, {{.call = "objects.open", .fault = kCrashBefore}}).work());
  const OwnerToken owner = world.record(event)->owner;
  lease_runs_out();
  // Just before the takeover is written, the first owner turns out to be alive.
  FaultyWorker second(
      world, {{.call = "records.put",
               .nth = 2,  // the first one is the blind claim
               .meanwhile =
                   [&] {
                     const WallTime until = world.clock.wall_now() + world.settings.lease;
                     ASSERT_TRUE(world.records.renew_lease(world.context(), file_id(event.ref), owner, until).ok());
                   },
               .step = 1}});
  ASSERT_TRUE(second.work());
  ASSERT_TRUE(second.plan.is_played_out());
  EXPECT_EQ(world.record(event)->owner, owner);
  EXPECT_EQ(world.record(event)->attempt, 1U);
}

TEST_F(Duties, AMessageOfAFileInWorkComesBackWhenItsLeaseEnds) {
  const ObjectEvent event = announced("a.txt", kGood);
  world.announce(event);
  Gate gate = world.gate();
  auto first = claim_object(gate, world.context(), event);
  ASSERT_TRUE(first.ok() && std::holds_alternative<Claimed>(*first));
  const auto second = claim_object(gate, world.context(), event);
  ASSERT_TRUE(second.ok() && std::holds_alternative<Outcome>(*second));
  EXPECT_FALSE(std::get<Outcome>(*second).acknowledge);
  EXPECT_EQ(std::get<Outcome>(*second).come_again, world.settings.lease);
}

TEST_F(Duties, AFileThatTakesLongToReadIsListedWhileItIsRead) {
  ObjectEvent event = announced("a.txt", kGood);
  for (const auto& [size, listed] :
       {std::pair{std::uint64_t{64} << 20U, true}, {(std::uint64_t{64} << 20U) - 1, false}}) {
    event.ref.version = VersionId{std::to_string(size)};  // of a file that nobody reads here
    event.size = size;
    Gate gate = world.gate();
    const auto claim = claim_object(gate, world.context(), event);
    ASSERT_TRUE(claim.ok() && std::holds_alternative<Claimed>(*claim));
    EXPECT_EQ(world.record(event)->open, listed) << size;
  }
}

TEST_F(Duties, ATakeoverDoesNotUndoWhatAnotherDidMeanwhile) {
  const ObjectEvent event = announced("a.txt", kGood);
  ASSERT_TRUE(FaultyWorker(world, {{.call = "objects.open", .fault = failing(ErrorCode::kThrottled)}}).work());
  world.announce(event);
  // While the slow one is about to claim, another one claims, decides and gives the file back.
  FaultyWorker slow(world, {{.call = "records.put",
                             .nth = 2,
                             .meanwhile =
                                 [&] {
                                   world.announce(event);
                                   without("objects.copy", ErrorCode::kThrottled).work();
                                   ASSERT_TRUE(world.record(event)->decision);
                                 },
                             .step = 1},
                            {.call = "objects.copy", .fault = kCrashBefore}});
  ASSERT_FALSE(slow.work());
  ASSERT_TRUE(slow.plan.is_played_out());
  EXPECT_EQ(world.record(event)->attempt, 3U);
  EXPECT_TRUE(world.record(event)->decision);
  EXPECT_FALSE(world.record(event)->parsing);
}

TEST_F(Duties, AnUnreadableFileIsLeftAloneUntilItsTime) {
  const ObjectEvent event = announced("a.txt", kGood);
  ASSERT_TRUE(without("objects.open", ErrorCode::kPermissionDenied).work());
  const FileRecord before = *world.record(event);
  ASSERT_TRUE(before.retry_after);
  world.announce(event);  // once more
  world.clock.advance(Millis{1});
  ASSERT_TRUE(FaultyWorker(world, {}).work());
  EXPECT_EQ(*world.record(event), before);
}

}  // namespace
}  // namespace scalper
