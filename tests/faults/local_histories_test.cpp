// Histories that broke drafts of the local form, as far as a store in memory can tell them: copies move the bytes, and
// a version's bytes can change. What hangs on files, leases and directories is told over real folders.

#include "ports/memory_source.h"
#include "support/story.h"

namespace scalper {
namespace {

class LocalHistories : public Story {
 protected:
  LocalHistories() : Story({.copy_consumes_source = true, .immutable_versions = false}) {}

  std::string quarantined(const ObjectEvent& event) {
    const std::string key = event.ref.key.value() + "/" + file_id(event.ref).value();
    return world.bytes(world.settings.quarantine, key).value_or("nothing");
  }
};

TEST_F(LocalHistories, CrashAfterDecideBeforeRename) {
  const ObjectEvent event = announced("a.txt", kGood);
  ASSERT_FALSE(FaultyWorker(world, {{.call = "objects.copy", .fault = kCrashBefore}}).work());
  lease_runs_out();
  settle();
  EXPECT_EQ(status(event), FileStatus::kValid);
  EXPECT_EQ(world.record(event)->attempt, 2U);
  EXPECT_EQ(world.bytes(world.settings.output, "a.txt"), kGood);
}

TEST_F(LocalHistories, CrashAfterTheRenameBeforeTheFinalRecord) {
  const ObjectEvent event = announced("a.txt", kGood);
  ASSERT_FALSE(FaultyWorker(world, {{.call = "objects.copy", .fault = kCrashAfter}}).work());
  ASSERT_FALSE(is_in_input(event));
  lease_runs_out();
  settle();
  EXPECT_EQ(status(event), FileStatus::kValid);
  EXPECT_EQ(in_output(), 1U);
}

// Neither the source nor a message is left to say that something is unfinished: the record itself does.
TEST_F(LocalHistories, CrashAfterTheRenameAndNoMessageComesAgain) {
  const ObjectEvent event = world.upload("a.txt", kGood);  // taken straight from the inbox
  ASSERT_FALSE(FaultyWorker(world, {{.call = "objects.copy", .fault = kCrashAfter}}).take(event));
  ASSERT_FALSE(is_in_input(event));
  lease_runs_out();
  EXPECT_GT(sweep_now().findings(), 0U);
  settle();
  EXPECT_EQ(status(event), FileStatus::kValid);
  EXPECT_FALSE(world.record(event)->open);
  EXPECT_EQ(in_output(), 1U);
}

// Bytes that were not synced are gone with the power, and no verdict was written about them.
TEST_F(LocalHistories, PowerCutBetweenStagingAndDecide) {
  const ObjectEvent event = announced("a.txt", kGood);
  ASSERT_FALSE(FaultyWorker(world, {{.call = "records.put", .fault = kCrashBefore, .step = 3}}).work());
  ASSERT_TRUE(world.objects.rewrite(world.context(), event.ref, kBad).ok());
  lease_runs_out();
  settle();
  EXPECT_EQ(status(event), FileStatus::kInvalid);
  EXPECT_EQ(quarantined(event), kBad);
  EXPECT_EQ(in_output(), 0U);
}

TEST_F(LocalHistories, AWriterAfterACrashThatDroppedTheLease) {
  const ObjectEvent event = announced("a.txt", kGood);
  ASSERT_FALSE(FaultyWorker(world, {{.call = "records.put", .fault = kCrashAfter, .step = 3}}).work());
  ASSERT_EQ(world.record(event)->decision->verdict.kind, VerdictKind::kValid);
  ASSERT_TRUE(world.objects.rewrite(world.context(), event.ref, kBad).ok());
  lease_runs_out();
  settle();
  EXPECT_EQ(status(event), FileStatus::kInvalid);  // the verdict was withdrawn, and parsing began again
  EXPECT_EQ(quarantined(event), kBad);
  EXPECT_EQ(in_output(), 0U);
}

TEST_F(LocalHistories, AWriterAfterACrashWhileAReplacementWasOpen) {
  announced("a.txt", "older\n");
  world.run_until_idle();
  const ObjectEvent event = announced("a.txt", kGood);
  FaultyWorker slow(world, {{.call = "objects.complete_replace", .fault = kLater},
                            {.call = "objects.abort_replace", .fault = kCrashBefore}});
  ASSERT_FALSE(slow.work());
  ASSERT_TRUE(world.objects.rewrite(world.context(), event.ref, kBad).ok());
  lease_runs_out();
  world.run_until_idle();
  slow.plan.land_late_effects();  // that upload was aborted with the verdict that it was made for
  settle();
  EXPECT_EQ(status(event), FileStatus::kInvalid);
  EXPECT_EQ(world.bytes(world.settings.output, "a.txt"), "older\n");
  EXPECT_EQ(quarantined(event), kBad);
}

// The record was written, and the rename that it speaks of was lost: the bytes come again as another version.
TEST_F(LocalHistories, ClaimBeforeTheAdoptRenameIsDurable) {
  const ObjectEvent lost = announced("a.txt", kGood);
  ASSERT_FALSE(FaultyWorker(world, {{.call = "records.put", .fault = kCrashAfter, .step = 1}}).work());
  ASSERT_TRUE(world.objects.remove_version(world.context(), lost.ref, Seal{}).ok());
  const ObjectEvent again = announced("a.txt", kGood);
  lease_runs_out();
  settle();
  EXPECT_EQ(status(lost), FileStatus::kVanished);
  EXPECT_EQ(status(again), FileStatus::kValid);
  EXPECT_EQ(in_output(), 1U);
}

TEST_F(LocalHistories, ReplacementAndAStrangerAtTheName) {
  announced("a.txt", "older\n");
  world.run_until_idle();
  const ObjectEvent event = announced("a.txt", kGood);
  const std::string theirs = "a stranger's\n";
  FaultyWorker worker(
      world,
      {{.call = "objects.complete_replace", .meanwhile = [&] {
          MemorySource body(as_bytes(theirs));
          ASSERT_TRUE(
              world.objects.put(world.context(), world.settings.output, event.ref.key, body, {}, "", false).ok());
        }}});
  ASSERT_TRUE(worker.work());
  ASSERT_TRUE(worker.plan.is_played_out());
  settle();
  EXPECT_EQ(world.bytes(world.settings.output, "a.txt"), theirs);
  EXPECT_EQ(status(event), FileStatus::kFailed);
  EXPECT_EQ(quarantined(event), kGood);
}

TEST_F(LocalHistories, AWriterAfterACrashBeforeAnUnjudgedFileWasMoved) {
  const ObjectEvent event = announced("a.txt", kGood);
  world.settings.attempts_before_failed = 1;
  ASSERT_TRUE(FaultyWorker(world, {{.call = "objects.open", .fault = failing(ErrorCode::kUnavailable)}}).work());
  world.clock.advance(std::chrono::hours{1});
  ASSERT_FALSE(FaultyWorker(world, {{.call = "objects.copy", .fault = kCrashBefore}}).work());
  ASSERT_TRUE(world.objects.rewrite(world.context(), event.ref, "longer than before\n").ok());
  lease_runs_out();
  settle();
  EXPECT_EQ(status(event), FileStatus::kFailed);
  EXPECT_EQ(quarantined(event), "longer than before\n");
}

}  // namespace
}  // namespace scalper
