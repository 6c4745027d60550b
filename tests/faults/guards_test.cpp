// Guards, each by the one history that nothing else stops.

#include <set>

#include "ports/memory_source.h"
#include "support/story.h"

namespace scalper {
namespace {

class Guards : public Story {
 protected:
  // Something that is not ours at an output key, over what is there.
  void stranger_at(const std::string& key) {
    const std::string bytes = "a stranger's\n";
    MemorySource body(as_bytes(bytes));
    ASSERT_TRUE(world.objects.put(world.context(), world.settings.output, ObjectKey{key}, body, {}, "", false).ok());
  }
  std::string current_id(const std::string& key) {
    const auto current = world.objects.head(world.context(), {world.settings.output, ObjectKey{key}, VersionId{}});
    return current.ok() ? current->metadata.at(kMetaId) : "nothing";
  }
};

class LocalGuards : public Story {
 protected:
  LocalGuards() : Story({.copy_consumes_source = true, .immutable_versions = false, .copy_gives_checksum = false}) {}

  // The bytes at the target change between copy and verify.
  void expect_alarm(const std::string& other_bytes) {
    const ObjectEvent event = announced("a.txt", kGood);
    FaultyWorker worker(world,
                        {{.call = "objects.head",
                          .meanwhile =
                              [&] {
                                const auto there = world.versions(world.settings.output);
                                ASSERT_EQ(there.size(), 1U);
                                ASSERT_TRUE(world.objects.rewrite(world.context(), there[0].ref, other_bytes).ok());
                              },
                          .step = 5}});
    ASSERT_TRUE(worker.work());
    ASSERT_TRUE(worker.plan.is_played_out());
    settle();
    EXPECT_FALSE(is_final(*world.record(event)));
    EXPECT_EQ(in_output(), 1U);  // never a second copy on top
  }
};

// The verdict was valid, and yet the file is not where valid files are: a rerun is what its finding asks for.
TEST_F(Guards, ARerunMovesAFileThatAStrangerKeptFromOutput) {
  stranger_at("a.txt");
  const ObjectEvent event = announced("a.txt", kGood);
  settle();
  ASSERT_EQ(status(event), FileStatus::kFailed);
  ASSERT_TRUE(review(event, ReviewAction::kRerun).ok());
  settle();
  EXPECT_EQ(status(event), FileStatus::kFailed) << "the stranger is there still";
  EXPECT_EQ(in_quarantine(), 1U);
  ASSERT_TRUE(world.objects.hide(world.context(), world.settings.output, ObjectKey{"a.txt"}).ok());
  ASSERT_TRUE(review(event, ReviewAction::kRerun).ok());
  settle();
  EXPECT_EQ(status(event), FileStatus::kValid);
  EXPECT_EQ(world.bytes(world.settings.output, "a.txt"), kGood);
  EXPECT_EQ(in_quarantine(), 0U);
}

TEST_F(Guards, ARerunOfSuchAFileMayAlsoFindItInvalid) {
  stranger_at("a.txt");
  const ObjectEvent event = announced("a.txt", kGood);
  settle();
  const ContractSet strict{"strict", {{"strict.yaml", "contract: strict\nmatch: {prefix: \"\"}\nsize: {max: 1}\n"}}};
  ASSERT_TRUE(world.contract_source.publish(world.context(), strict).ok());
  ASSERT_TRUE(review(event, ReviewAction::kRerun).ok());
  settle();
  EXPECT_EQ(status(event), FileStatus::kInvalid);
  EXPECT_EQ(in_quarantine(), 1U);
}

// Its bytes never left the input: there is no verdict and no place that could stand again.
TEST_F(Guards, AReviewOfAnUnreadableFileThatIsNotFoundEndsWithTheFileStillToBeDone) {
  const ObjectEvent event = announced("a.txt", kGood);
  FaultyWorker denied(world, {{.call = "objects.open", .fault = failing(ErrorCode::kPermissionDenied)}});
  ASSERT_TRUE(denied.work());
  ASSERT_EQ(status(event), FileStatus::kFailed);
  ASSERT_TRUE(review(event, ReviewAction::kRerun).ok());
  FaultyWorker missing(world, {{.call = "objects.open", .fault = failing(ErrorCode::kNotFound)}});
  ASSERT_TRUE(missing.work());
  ASSERT_TRUE(missing.plan.is_played_out());
  EXPECT_FALSE(is_final(*world.record(event)));
  settle();
  EXPECT_EQ(status(event), FileStatus::kValid);
  EXPECT_EQ(in_output(), 1U);
  EXPECT_FALSE(is_in_input(event));
}

// Beside the name as well: a plain copy without an answer could land again once a consumer has taken the first one.
TEST_F(Guards, WherePublishingIsExactNoCopyIntoOutputIsAPlainOne) {
  world.settings.publish_exact = true;
  const ObjectEvent older = world.upload("a.txt", "one\n");
  const ObjectEvent newer = world.upload("a.txt", "two\n");
  world.announce(newer);
  world.run_until_idle();
  world.announce(older);
  FaultyWorker worker(world, {{.call = "objects.copy", .fault = kLater}});
  ASSERT_TRUE(worker.work());
  EXPECT_FALSE(worker.plan.is_played_out());
  EXPECT_EQ(world.bytes(world.settings.output, "a.txt~" + file_id(older.ref).value()), "one\n");
  EXPECT_EQ(status(older), FileStatus::kValid);
}

TEST_F(Guards, ACrashAfterTheDecisionIsNoCrashOfAParser) {
  const ObjectEvent event = announced("a.txt", kGood);
  for (int i = 0; i < 4; ++i) {
    ASSERT_FALSE(FaultyWorker(world, {{.call = "records.put", .fault = kCrashBefore, .step = 6}}).work());
    lease_runs_out();
    sweep_now();
  }
  settle();
  EXPECT_EQ(status(event), FileStatus::kValid);
  EXPECT_EQ(world.record(event)->crashes, 0U);
}

TEST_F(Guards, NoCopyIsTriedOnALeaseThatCanNeverCoverIt) {
  world.settings.call_timeout = world.settings.lease;
  const ObjectEvent event = announced("a.txt", kGood);
  world.run_until_idle(20);
  EXPECT_EQ(in_output(), 0U);
  EXPECT_TRUE(is_in_input(event));
}

TEST_F(Guards, ACopyThatMeetsItselfInQuarantineIsFinishedAtOnce) {
  const ObjectEvent event = announced("a.bin", kBad);
  const Fault met{Fault::Kind::kApplyThenFail, ErrorCode::kAlreadyExists};
  ASSERT_TRUE(FaultyWorker(world, {{.call = "objects.copy", .fault = met}}).work());
  EXPECT_EQ(status(event), FileStatus::kUnverifiable);
  EXPECT_EQ(in_quarantine(), 1U);
}

TEST_F(LocalGuards, ACopyThatLandedAndThenMissesItsSourceIsPublished) {
  const ObjectEvent event = announced("a.txt", kGood);
  const Fault missed{Fault::Kind::kApplyThenFail, ErrorCode::kNotFound};
  ASSERT_TRUE(FaultyWorker(world, {{.call = "objects.copy", .fault = missed}}).work());
  EXPECT_EQ(status(event), FileStatus::kValid);
  EXPECT_EQ(in_output(), 1U);
}

TEST_F(Guards, ItsOwnCopyIsFoundBehindManyOthers) {
  const ObjectEvent event = announced("a.txt", kGood);
  ASSERT_FALSE(FaultyWorker(world, {{.call = "objects.copy", .fault = kCrashAfter}}).work());
  for (int i = 0; i < 130; ++i) stranger_at("a.txt");
  lease_runs_out();
  settle();
  EXPECT_EQ(status(event), FileStatus::kValid);
  EXPECT_EQ(in_output(), 131U);
}

TEST_F(LocalGuards, ACopyOfAnotherSizeIsAnAlarm) { expect_alarm("longer than what was judged\n"); }

TEST_F(LocalGuards, ACopyOfOtherBytesOfTheSameSizeIsAnAlarm) { expect_alarm(std::string(kGood.size(), 'x')); }

TEST_F(LocalGuards, AReleaseDoesNotPublishOtherBytesThanThoseJudged) {
  const ObjectEvent event = announced("a.bin", kBad);
  world.run_until_idle();
  ASSERT_EQ(in_quarantine(), 1U);
  ASSERT_TRUE(
      world.objects.rewrite(world.context(), world.versions(world.settings.quarantine)[0].ref, "something else").ok());
  ASSERT_TRUE(review(event, ReviewAction::kRelease).ok());
  settle();
  EXPECT_EQ(status(event), FileStatus::kUnverifiable);
  EXPECT_EQ(in_output(), 0U);
}

// The hanging one replaces X; then come B and X again, with the very etag that it waits for.
TEST_F(Guards, AHangingReplacementIsFencedByTheMarkerOfItsKey) {
  announced("k.txt", "C\n");
  world.run_until_idle();
  announced("k.txt", "X\n");
  world.run_until_idle();
  const ObjectEvent hanging = announced("k.txt", "A\n");
  FaultyWorker slow(world, {{.call = "objects.complete_replace", .fault = kLater},
                            {.call = "objects.abort_replace", .fault = kCrashBefore}});
  ASSERT_FALSE(slow.work());
  announced("k.txt", "B\n");
  FaultyWorker(world, {}).work();
  const ObjectEvent newest = announced("k.txt", "X\n");
  FaultyWorker(world, {}).work();
  ASSERT_EQ(current_id("k.txt"), file_id(newest.ref).value());
  slow.plan.land_late_effects();
  EXPECT_EQ(current_id("k.txt"), file_id(newest.ref).value());
  lease_runs_out();
  settle();
  EXPECT_EQ(current_id("k.txt"), file_id(newest.ref).value());
  EXPECT_EQ(status(hanging), FileStatus::kValid);
}

// What lands just before the abort is found by the look behind it.
TEST_F(Guards, AReplacementAbortsBeforeItLooks) {
  announced("k.txt", "C\n");
  world.run_until_idle();
  const ObjectEvent event = announced("k.txt", "A\n");
  FaultyWorker slow(world, {{.call = "objects.complete_replace", .fault = kLater},
                            {.call = "objects.abort_replace", .fault = kCrashBefore}});
  ASSERT_FALSE(slow.work());
  lease_runs_out();
  FaultyWorker next(world, {{.call = "objects.abort_replace", .meanwhile = [&] { slow.plan.land_late_effects(); }}});
  ASSERT_TRUE(next.work());
  ASSERT_TRUE(next.plan.is_played_out());
  settle();
  EXPECT_EQ(status(event), FileStatus::kValid);
  EXPECT_EQ(in_output(), 2U);  // C and A, and no second A beside
}

// An upload that no record names can be found by nobody.
TEST_F(Guards, AnUploadThatCannotBeRecordedIsAborted) {
  announced("k.txt", "C\n");
  world.run_until_idle();
  const ObjectEvent event = announced("k.txt", "A\n");
  bool aborted = false;
  const auto denied = failing(ErrorCode::kPermissionDenied);
  FaultyWorker worker(world, {{.call = "records.put", .fault = denied, .step = 4},
                              {.call = "objects.abort_replace", .meanwhile = [&] { aborted = true; }}});
  ASSERT_TRUE(worker.work());
  EXPECT_TRUE(aborted);
  settle();
  EXPECT_EQ(status(event), FileStatus::kValid);
}

// A store that lags, and a bucket that is gone, say the same of a source that is there.
TEST_F(Guards, AReplacementThatMissesItsSourceLooksWhetherItIsGone) {
  for (const ErrorCode code : {ErrorCode::kNotFound, ErrorCode::kPreconditionFailed}) {
    const std::string key = code == ErrorCode::kNotFound ? "gone.txt" : "changed.txt";
    announced(key, "C\n");
    world.run_until_idle();
    const ObjectEvent event = announced(key, "A\n");
    FaultyWorker worker(world, {{.call = "objects.begin_replace", .fault = failing(code)}});
    ASSERT_TRUE(worker.work());
    ASSERT_TRUE(worker.plan.is_played_out());
    EXPECT_NE(status(event), FileStatus::kVanished);
    EXPECT_TRUE(world.record(event)->owner.empty()) << "handed back, not lost";
    settle();
    EXPECT_EQ(status(event), FileStatus::kValid);
  }
}

TEST_F(Guards, ATieGoesBeside) {
  const WallTime noon = world.clock.wall_now();
  const ObjectEvent first = world.upload("k.txt", "one\n");
  world.clock.set_wall(noon);
  const ObjectEvent second = world.upload("k.txt", "two\n");
  ASSERT_EQ(first.time, second.time);
  settle();
  EXPECT_EQ(in_output(), 2U);
  const std::string beside =
      current_id("k.txt") == file_id(first.ref).value() ? file_id(second.ref).value() : file_id(first.ref).value();
  EXPECT_TRUE(world.bytes(world.settings.output, "k.txt~" + beside));
}

TEST_F(Guards, AnIntentThatWasAcceptedMeanwhileStands) {
  const ObjectEvent event = announced("a.bin", kBad);
  world.run_until_idle();
  FaultyWorker ann(
      world, {{.call = "records.put", .meanwhile = [&] { ASSERT_TRUE(review(event, ReviewAction::kReject).ok()); }}});
  const auto late =
      accept_review(ann.gate, world.context(), {file_id(event.ref), ReviewAction::kRelease, "ann", "fine", {}});
  EXPECT_TRUE(late.failed_with(ErrorCode::kPreconditionFailed));
  settle();
  EXPECT_EQ(status(event), FileStatus::kRejected);
}

TEST_F(Guards, EachEpochIsToldUnderANameOfItsOwn) {
  const ObjectEvent event = announced("a.bin", kBad);
  world.run_until_idle();
  ASSERT_TRUE(review(event, ReviewAction::kRelease).ok());
  settle();
  std::set<std::string> names;
  for (const Notice& notice : world.notices.told()) names.insert(notice.id);
  EXPECT_EQ(names.size(), 2U);
}

TEST_F(Guards, MoreThanTenFindingsAreAReportOfTheirOwn) {
  std::string rows = "a,b\n";
  for (int i = 0; i < 25; ++i) rows += "1,2,3\n";
  const ObjectEvent event = announced("a.csv", rows);
  settle();
  const FileRecord record = *world.record(event);
  ASSERT_TRUE(record.decision);
  ASSERT_GT(record.decision->verdict.findings_total, kRecordFindings);
  EXPECT_EQ(record.decision->verdict.findings.size(), kRecordFindings);
  EXPECT_TRUE(record.decision->has_report);
  const auto report = world.bytes(world.settings.quarantine, "reports/" + record.id.value() + "/1");
  ASSERT_TRUE(report);
  EXPECT_GT(report->size(), 1000U);
}

// Complete names what it replaces by an etag, and that comes again: the marker says that others were here.
TEST_F(Guards, AReplacementWhoseMarkerWasTakenBeginsAnew) {
  announced("k.txt", "C\n");
  world.run_until_idle();
  announced("k.txt", "X\n");
  world.run_until_idle();
  const ObjectEvent older = announced("k.txt", "A\n");
  ObjectEvent newest;
  FaultyWorker slow(world, {{.call = "records.put_marker", .meanwhile = [&] {
                               announced("k.txt", "B\n");
                               FaultyWorker(world, {}).work();
                               newest = announced("k.txt", "X\n");
                               FaultyWorker(world, {}).work();
                             }}});
  ASSERT_TRUE(slow.work());
  ASSERT_TRUE(slow.plan.is_played_out());
  EXPECT_EQ(current_id("k.txt"), file_id(newest.ref).value());
  EXPECT_EQ(status(older), FileStatus::kValid);
}

TEST_F(Guards, TheSameBytesOfAStrangerAreNoConflict) {
  stranger_at("a.txt");
  const ObjectEvent event = announced("a.txt", "a stranger's\n");
  settle();
  EXPECT_EQ(status(event), FileStatus::kValid);
  EXPECT_EQ(current_id("a.txt"), file_id(event.ref).value());
}

TEST_F(Guards, AWriteThatLandedUnheardEndsTheTryAllTheSame) {
  for (const int step : {3, 6}) {
    const ObjectEvent event = announced("f" + std::to_string(step) + ".txt", kGood);
    ASSERT_TRUE(FaultyWorker(world, {{.call = "records.put", .fault = kAppliedTimeout, .step = step}}).work());
    EXPECT_EQ(status(event), FileStatus::kValid) << "step " << step;
    EXPECT_FALSE(is_in_input(event)) << "step " << step;
  }
}

}  // namespace
}  // namespace scalper
