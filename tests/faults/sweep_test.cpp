// The sweep, backfill and retention.

#include "model/telemetry_names.h"
#include "pipeline/audit.h"
#include "pipeline/worker.h"
#include "support/forwarding_queue.h"
#include "support/story.h"

namespace scalper {
namespace {

class Sweeping : public Story {};

// The first looks at a record get no answer.
std::vector<ScriptedFault> silent_for(std::size_t looks) {
  return std::vector<ScriptedFault>(looks, {.call = "records.get", .fault = failing(ErrorCode::kUnavailable)});
}

TEST_F(Sweeping, OneFileThatCannotBeDeletedDoesNotKeepItFromTheOthers) {
  const ObjectEvent held = announced("a.txt", kGood);
  ASSERT_FALSE(FaultyWorker(world, {{.call = "objects.remove_version", .fault = kCrashBefore}}).work());
  const ObjectEvent other = world.upload("b.txt", kGood);
  FaultyWorker sweeper(world, {{.call = "objects.remove_version", .fault = failing(ErrorCode::kPermissionDenied)}});
  const auto swept = sweep(sweeper.gate, world.context());
  EXPECT_TRUE(swept.failed_with(ErrorCode::kPermissionDenied));  // and yet it is said
  EXPECT_TRUE(world.record(other));
  settle();
  EXPECT_FALSE(is_in_input(held));
  EXPECT_EQ(status(other), FileStatus::kValid);
}

// A mark "queued" without its message would keep a file waiting for twice the visibility.
TEST_F(Sweeping, ACrashLeavesNoMarkWithoutItsMessage) {
  const ObjectEvent unannounced = world.upload("a.txt", kGood);
  const ObjectEvent left = world.upload("b.txt", kGood);
  ASSERT_FALSE(FaultyWorker(world, {{.call = "records.put", .fault = kCrashAfter, .step = 1}}).take(left));
  lease_runs_out();
  int crashes = 0;
  for (const char* const call : {"records.put", "queue.send"})
    for (const Fault& fault : {kCrashBefore, kCrashAfter})
      crashes += FaultyWorker(world, {{.call = call, .fault = fault}}).sweep_once() ? 0 : 1;
  EXPECT_GE(crashes, 2);
  for (int i = 0; i < 2; ++i) {  // at once: a message is there, or this sweep writes it
    sweep_now();
    const auto deliveries = world.queue.receive(world.context(), 10, std::chrono::minutes{6}, Millis{0});
    ASSERT_TRUE(deliveries.ok());
    Gate gate = world.gate();
    process_batch(gate, world.context(), *deliveries);
  }
  EXPECT_EQ(status(unannounced), FileStatus::kValid);
  EXPECT_EQ(status(left), FileStatus::kValid);
}

TEST_F(Sweeping, AStoreThatDoesNotAnswerEndsIt) {
  for (const char* const key : {"a.txt", "b.txt", "c.txt", "d.txt"}) world.upload(key, kGood);
  FaultyWorker sweeper(world, silent_for(3));
  EXPECT_TRUE(sweep(sweeper.gate, world.context()).failed_with(ErrorCode::kUnavailable));
  EXPECT_EQ(sweep_now().announced, 4U);
}

TEST_F(Sweeping, OneFileThatNobodyAnswersForKeepsNoOthersWaiting) {
  for (int i = 0; i < 9; ++i) world.upload("f" + std::to_string(i) + ".txt", kGood);
  FaultyWorker sweeper(world, silent_for(1));
  EXPECT_TRUE(sweep(sweeper.gate, world.context()).failed_with(ErrorCode::kUnavailable));  // and yet it is said
  EXPECT_EQ(sweep_now().announced, 1U) << "all others were looked at";
}

TEST_F(Sweeping, APageThatNobodyAnswersForKeepsNoOthersWaiting) {
  world.settings.sweep_page = 3;
  for (int i = 0; i < 5; ++i) world.upload("f" + std::to_string(i) + ".txt", kGood);
  FaultyWorker sweeper(world, silent_for(3));
  EXPECT_TRUE(sweep(sweeper.gate, world.context()).failed_with(ErrorCode::kUnavailable));
  EXPECT_EQ(sweep_now().announced, 2U) << "it goes on behind that page";
  EXPECT_EQ(sweep_now().announced, 3U) << "and comes back to it";
}

TEST_F(Sweeping, GoesOnFromItsCursorsWithinItsTime) {
  world.settings.sweep_page = 2;
  std::vector<ObjectEvent> events;
  events.reserve(5);
  for (int i = 0; i < 5; ++i) events.push_back(world.upload("f" + std::to_string(i) + ".txt", kGood));
  EXPECT_EQ(sweep_one_page().announced, 2U);
  EXPECT_EQ(sweep_one_page().announced, 2U);
  EXPECT_EQ(sweep_one_page().announced, 1U);
  for (const ObjectEvent& event : events) ASSERT_TRUE(world.record(event));
  // Their messages get lost; the open index is paged as well.
  while (!world.queue.receive(world.context(), 10, std::chrono::hours{24}, Millis{0})->empty()) continue;
  for (const ObjectEvent& event : events)
    ASSERT_TRUE(world.objects.hide(world.context(), world.settings.input, event.ref.key).ok());
  world.clock.advance(std::chrono::hours{1});
  std::uint64_t reopened = 0;
  for (int i = 0; i < 4; ++i) {
    const SweepReport report = sweep_one_page();
    reopened += report.reopened + report.requeued + report.withdrawn;
  }
  EXPECT_GE(reopened, 5U);
}

TEST_F(Sweeping, ACursorWithinAKeyStillSeesTheDeleteMarkerAboveIt) {
  world.settings.sweep_page = 1;
  const ObjectEvent event = world.upload("a.txt", kGood);
  ASSERT_TRUE(world.objects.hide(world.context(), world.settings.input, event.ref.key).ok());
  for (int i = 0; i < 3; ++i) sweep_one_page();
  ASSERT_TRUE(world.record(event));
  EXPECT_EQ(status(event), FileStatus::kVanished);
}

TEST_F(Sweeping, PilesNoMessagesUpBehindALongQueue) {
  for (int i = 0; i < 3; ++i) world.upload("f" + std::to_string(i) + ".txt", kGood);
  sweep_now();
  for (int i = 0; i < 5; ++i) {
    world.clock.advance(std::chrono::hours{1});
    sweep_now();
  }
  EXPECT_EQ(world.queue.depth(world.context())->visible, 3U);
}

TEST_F(Sweeping, PilesNoMessagesUpWhileTheGateIsPaused) {
  for (int i = 0; i < 3; ++i) world.upload("f" + std::to_string(i) + ".txt", kGood);
  sweep_now();
  Gate gate = world.gate();
  ASSERT_TRUE(world.pause.set(gate, world.context(), true, "op", "maintenance").ok());
  AgelessQueue ageless(world.queue);
  Gate paused = gate_with_queue(gate, ageless);
  for (int i = 0; i < 5; ++i) {
    world.clock.advance(std::chrono::hours{1});
    ASSERT_TRUE(sweep(paused, world.context()).ok());
  }
  EXPECT_EQ(world.queue.depth(world.context())->visible, 3U);
  EXPECT_EQ(world.telemetry.counted(names::kPausedSweeps), 5) << "the alarm `Paused` hears of it";
}

// Where a queue does not say how old its messages are: few may be sent again, many just wait their turn.
TEST_F(Sweeping, TakesAQueueWithoutAnAgeForYoungOnlyWhereItIsShort) {
  for (int i = 0; i < 3; ++i) world.upload("f" + std::to_string(i) + ".txt", kGood);
  sweep_now();
  AgelessQueue ageless(world.queue);
  Gate gate = gate_with_queue(world.gate(), ageless);
  world.clock.advance(std::chrono::hours{1});
  ageless.more = 998;  // one more than a thousand with those that are there
  EXPECT_EQ(sweep(gate, world.context())->requeued, 0U);
  ageless.more = 997;
  EXPECT_EQ(sweep(gate, world.context())->requeued, 3U);
}

// Their version stays in input for ever.
TEST_F(Sweeping, TellsOfAnIgnoredFileOnce) {
  const ObjectEvent folder = announced("folder/", "");
  world.run_until_idle();
  ASSERT_EQ(status(folder), FileStatus::kIgnored);
  FaultyWorker sweeper(world, {{.call = "notices.publish", .fault = failing(ErrorCode::kUnavailable)}});
  const auto swept = sweep(sweeper.gate, world.context());
  EXPECT_FALSE(sweeper.plan.is_played_out());
  ASSERT_TRUE(swept.ok());
  EXPECT_EQ(swept->findings(), 0U);
}

// Between two messages of the sweep for one file there is twice the visibility, however many there were.
TEST_F(Sweeping, QueuesAgainAfterTwiceTheVisibilityAndNoLater) {
  const ObjectEvent event = world.upload("a.txt", kGood);
  sweep_now();
  for (int i = 0; i < 6; ++i) {
    while (!world.queue.receive(world.context(), 10, std::chrono::hours{24}, Millis{0})->empty()) continue;  // lost
    world.clock.advance(2 * world.settings.visibility - Millis{1000});
    EXPECT_EQ(sweep_now().requeued, 0U);
    world.clock.advance(Millis{1000});
    EXPECT_EQ(sweep_now().requeued, 1U);
  }
  EXPECT_EQ(world.record(event)->attempt, 0U);
}

TEST_F(Sweeping, DoesNotQueueWhatHasALiveLease) {
  const ObjectEvent event = announced("a.txt", kGood);
  ASSERT_FALSE(FaultyWorker(world, {{.call = "records.put", .fault = kCrashAfter, .step = 1}}).work());
  EXPECT_EQ(sweep_now().findings(), 0U);
  lease_runs_out();
  EXPECT_EQ(sweep_now().findings(), 1U);
}

TEST_F(Sweeping, PutsRetentionOffWhileTheSourceIsStillThere) {
  const ObjectEvent folder = announced("folder/", "");
  world.run_until_idle();
  ASSERT_EQ(status(folder), FileStatus::kIgnored);
  ASSERT_TRUE(is_in_input(folder));
  const WallTime first = *world.record(folder)->expires_at;
  sweep_now();
  EXPECT_EQ(*world.record(folder)->expires_at, first);  // not at every sweep
  world.clock.advance(world.settings.retention * 2 / 3);
  sweep_now();
  EXPECT_EQ(*world.record(folder)->expires_at, world.clock.wall_now() + world.settings.retention);
}

TEST_F(Sweeping, RetentionBeginsWithTheFinalRecordAndWaitsForReviews) {
  const ObjectEvent event = announced("a.bin", kBad);
  EXPECT_FALSE(world.record(event));
  world.run_until_idle();
  const FileRecord before = *world.record(event);
  EXPECT_EQ(*before.expires_at, *before.final_at + world.settings.retention);
  ASSERT_TRUE(review(event, ReviewAction::kRerun).ok());
  EXPECT_FALSE(world.record(event)->expires_at);
  Gate gate = world.gate();
  ASSERT_TRUE(withdraw_review(gate, world.context(), file_id(event.ref)).ok());
  EXPECT_TRUE(world.record(event)->expires_at);
}

TEST_F(Sweeping, AWithdrawnFileHasARetentionUntilItIsClaimedAgain) {
  const ObjectEvent event = world.upload("a.txt", kGood);
  const auto marker = world.objects.hide(world.context(), world.settings.input, event.ref.key);
  sweep_now();
  EXPECT_TRUE(world.record(event)->expires_at);
  ASSERT_TRUE(
      world.objects.remove_version(world.context(), {world.settings.input, event.ref.key, *marker}, Seal{}).ok());
  sweep_now();
  ASSERT_TRUE(FaultyWorker(world, {{.call = "objects.open", .fault = failing(ErrorCode::kUnavailable)}}).work());
  EXPECT_FALSE(world.record(event)->expires_at);
}

// A claim is sent and never answered, the file is withdrawn again, its message goes, and its sender takes the version
// away: were the claim to land then, nobody would ever come to the record.
TEST_F(Sweeping, AClaimThatLandsLateFindsNoWithdrawnFile) {
  const ObjectEvent event = world.upload("a.txt", kGood);
  const auto first = world.objects.hide(world.context(), world.settings.input, event.ref.key);
  sweep_now();
  ASSERT_EQ(status(event), FileStatus::kVanished);
  const ObjectRef marker{world.settings.input, event.ref.key, *first};
  ASSERT_TRUE(world.objects.remove_version(world.context(), marker, Seal{}).ok());
  world.announce(event);
  FaultyWorker worker(world,
                      {{.call = "records.put", .nth = 2, .fault = kLater, .meanwhile = [&] {
                          ASSERT_TRUE(world.objects.hide(world.context(), world.settings.input, event.ref.key).ok());
                        }}});
  ASSERT_TRUE(worker.work());
  ASSERT_TRUE(worker.plan.is_played_out());
  EXPECT_EQ(world.queue.depth(world.context())->visible, 0U);
  ASSERT_TRUE(world.objects.remove_version(world.context(), event.ref, Seal{}).ok());
  worker.plan.land_late_effects();
  EXPECT_EQ(status(event), FileStatus::kVanished);
}

TEST_F(Sweeping, SendsNoMessagesForWhatVanishedAgain) {
  const ObjectEvent event = world.upload("a.txt", kGood);
  const auto first = world.objects.hide(world.context(), world.settings.input, event.ref.key);
  sweep_now();
  ASSERT_TRUE(
      world.objects.remove_version(world.context(), {world.settings.input, event.ref.key, *first}, Seal{}).ok());
  sweep_now();  // it is back, and queued
  ASSERT_TRUE(world.objects.hide(world.context(), world.settings.input, event.ref.key).ok());
  settle();
  EXPECT_EQ(status(event), FileStatus::kVanished);
  EXPECT_EQ(sweep_now().findings(), 0U);
  EXPECT_FALSE(world.record(event)->open);
}

TEST_F(Sweeping, UndoesNothingThatHappensWhileItLooks) {
  const ObjectEvent fresh = announced("a.txt", kGood);
  FaultyWorker first(world, {{.call = "records.put", .meanwhile = [&] { FaultyWorker(world, {}).work(); }}});
  ASSERT_TRUE(first.sweep_once());
  ASSERT_TRUE(first.plan.is_played_out());
  EXPECT_EQ(status(fresh), FileStatus::kValid);
  // The same with a file that it means to queue again.
  const ObjectEvent given_back = announced("b.txt", kGood);
  const Fault throttled = failing(ErrorCode::kThrottled);
  ASSERT_TRUE(FaultyWorker(world, {{.call = "objects.open", .fault = throttled}}).work());
  FaultyWorker second(world, {{.call = "records.put", .meanwhile = [&] {
                                 world.announce(given_back);
                                 FaultyWorker(world, {}).work();
                               }}});
  ASSERT_TRUE(second.sweep_once());
  ASSERT_TRUE(second.plan.is_played_out());
  EXPECT_EQ(status(given_back), FileStatus::kValid);
}

TEST_F(Sweeping, SaysVanishedOnlyOfWhatNobodyEverClaimed) {
  const ObjectEvent event = announced("a.txt", kGood);
  const Fault throttled = failing(ErrorCode::kThrottled);
  ASSERT_TRUE(FaultyWorker(world, {{.call = "objects.open", .fault = throttled}}).work());
  ASSERT_TRUE(world.objects.hide(world.context(), world.settings.input, event.ref.key).ok());
  EXPECT_EQ(sweep_now().withdrawn, 0U);
  EXPECT_EQ(status(event), FileStatus::kReceived);
}

TEST_F(Sweeping, LeavesWhatIsOlderThanTheGateToBackfill) {
  const ObjectEvent old = world.upload("old.txt", kGood);
  world.settings.adopted_at = world.clock.wall_now();
  const ObjectEvent fresh = world.upload("fresh.txt", kGood);
  settle();
  EXPECT_FALSE(world.record(old));
  EXPECT_EQ(status(fresh), FileStatus::kValid);
  Gate gate = world.gate();
  EXPECT_EQ(backfill(gate, world.context(), "", true)->taken, 1U);
  EXPECT_FALSE(world.record(old));
  EXPECT_EQ(backfill(gate, world.context(), "", false)->taken, 1U);
  EXPECT_EQ(backfill(gate, world.context(), "", false)->taken, 0U);
  settle();
  EXPECT_EQ(status(old), FileStatus::kValid);
  EXPECT_FALSE(world.record(old)->open);
}

TEST_F(Sweeping, FinishesABackfilledFileThatItDoesNotList) {
  const ObjectEvent old = world.upload("old.txt", kGood);
  world.settings.adopted_at = world.clock.wall_now();
  Gate gate = world.gate();
  ASSERT_TRUE(backfill(gate, world.context(), "", false).ok());
  ASSERT_FALSE(FaultyWorker(world, {{.call = "objects.remove_version", .fault = kCrashBefore}}).work());
  while (!world.queue.receive(world.context(), 10, std::chrono::hours{24}, Millis{0})->empty()) continue;
  ASSERT_TRUE(is_in_input(old));
  sweep_now();
  EXPECT_FALSE(is_in_input(old));
  EXPECT_FALSE(world.record(old)->open);
}

TEST_F(Sweeping, AuditLooksAtFilesWhoseSenderCallsThemReports) {
  const ObjectEvent event = announced("reports/a.bin", kBad);
  world.run_until_idle();
  ASSERT_EQ(in_quarantine(), 1U);
  Gate gate = world.gate();
  const auto report = audit(gate, world.context(), false);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->versions, 1U);
  EXPECT_EQ(report->strays_total, 0U);
}

}  // namespace
}  // namespace scalper
