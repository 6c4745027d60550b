// Whole paths of the pipeline over the memory adapters.

#include <gtest/gtest.h>

#include <algorithm>

#include "model/file_id.h"
#include "pipeline/process_object.h"
#include "pipeline/review.h"
#include "pipeline/sweep.h"
#include "ports/memory_source.h"
#include "support/forwarding_stores.h"
#include "support/memory_gate.h"

namespace scalper {
namespace {

const std::string kGood = "plain text\n";
const std::string kBad = std::string("\xFF\xFE\x00\x01 no type that is known", 26);

std::string quarantine_key(const ObjectEvent& event) {
  return event.ref.key.value() + "/" + file_id(event.ref).value();
}

class MemoryJourney : public testing::TestWithParam<bool> {
 protected:
  MemoryJourney() : world({.copy_consumes_source = GetParam(), .immutable_versions = !GetParam()}) {}

  FileRecord review(const ObjectEvent& event, ReviewAction action) {
    Gate gate = world.gate();
    auto accepted = accept_review(gate, world.context(), {file_id(event.ref), action, "op", "because", {}});
    EXPECT_TRUE(accepted.ok()) << (accepted.ok() ? "" : accepted.error().message());
    world.run_until_idle();
    return *world.record(event);
  }

  MemoryGate world;
};

TEST_P(MemoryJourney, AGoodFileIsInOutputAndNowhereElse) {
  const ObjectEvent event = world.upload("orders/a.txt", kGood);
  world.announce(event);
  world.run_until_idle();
  const auto record = world.record(event);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->status, FileStatus::kValid);
  EXPECT_TRUE(has_published_target(*record));
  EXPECT_EQ(world.bytes(world.settings.output, "orders/a.txt"), kGood);
  EXPECT_TRUE(world.versions(world.settings.input).empty());
  EXPECT_TRUE(world.versions(world.settings.quarantine).empty());
  EXPECT_EQ(record->attempt, 1U);
  EXPECT_FALSE(record->open);
}

TEST_P(MemoryJourney, AFileOfNoKnownTypeIsInQuarantine) {
  const ObjectEvent event = world.upload("orders/b.bin", kBad);
  world.announce(event);
  world.run_until_idle();
  EXPECT_EQ(world.record(event)->status, FileStatus::kUnverifiable);
  EXPECT_EQ(world.bytes(world.settings.quarantine, quarantine_key(event)), kBad);
  EXPECT_TRUE(world.versions(world.settings.output).empty());
  EXPECT_TRUE(world.versions(world.settings.input).empty());
}

TEST_P(MemoryJourney, ADuplicateEventChangesNothing) {
  const ObjectEvent event = world.upload("a.txt", kGood);
  for (int i = 0; i < 3; ++i) world.announce(event);
  world.run_until_idle();
  const auto before = world.record(event);
  world.announce(event);
  world.run_until_idle();
  EXPECT_EQ(world.record(event), before);
  EXPECT_EQ(world.versions(world.settings.output).size(), 1U);
}

TEST_P(MemoryJourney, TheSweepFindsWhatNoEventAnnounced) {
  const ObjectEvent event = world.upload("lost.txt", kGood);
  Gate gate = world.gate();
  const auto report = sweep(gate, world.context());
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->announced, 1U);
  EXPECT_TRUE(report->complete);
  world.run_until_idle();
  EXPECT_EQ(world.record(event)->status, FileStatus::kValid);
  const auto again = sweep(gate, world.context());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->findings(), 0U);
}

TEST_P(MemoryJourney, ANewerVersionReplacesAnOlderOneOfOurs) {
  const ObjectEvent first = world.upload("feed.txt", "one\n");
  world.announce(first);
  world.run_until_idle();
  const ObjectEvent second = world.upload("feed.txt", "two\n");
  world.announce(second);
  world.run_until_idle();
  EXPECT_EQ(world.record(second)->status, FileStatus::kValid);
  EXPECT_EQ(world.bytes(world.settings.output, "feed.txt"), "two\n");
  EXPECT_TRUE(world.versions(world.settings.input).empty());
}

TEST_P(MemoryJourney, AnOlderVersionGoesBesideANewerOne) {
  if (GetParam()) GTEST_SKIP() << "the local inbox holds one version of a key at a time";
  const ObjectEvent first = world.upload("feed.txt", "one\n");
  const ObjectEvent second = world.upload("feed.txt", "two\n");
  world.announce(second);
  world.run_until_idle();
  world.announce(first);
  world.run_until_idle();
  EXPECT_EQ(world.bytes(world.settings.output, "feed.txt"), "two\n");
  EXPECT_EQ(world.bytes(world.settings.output, "feed.txt~" + file_id(first.ref).value()), "one\n");
  EXPECT_EQ(world.record(first)->status, FileStatus::kValid);
}

TEST_P(MemoryJourney, AStrangerAtTheOutputKeyIsNotOverwritten) {
  const std::string theirs = "not ours\n";
  MemorySource body(as_bytes(theirs));
  ASSERT_TRUE(world.objects.put(world.context(), world.settings.output, ObjectKey{"a.txt"}, body, {}, "", true).ok());
  const ObjectEvent event = world.upload("a.txt", kGood);
  world.announce(event);
  world.run_until_idle();
  const auto record = world.record(event);
  EXPECT_EQ(record->status, FileStatus::kFailed);
  ASSERT_TRUE(record->decision);
  EXPECT_EQ(record->decision->verdict.findings.at(0).code, "route.target_conflict");
  EXPECT_EQ(world.bytes(world.settings.output, "a.txt"), theirs);
  EXPECT_EQ(world.bytes(world.settings.quarantine, quarantine_key(event)), kGood);
}

TEST_P(MemoryJourney, AReleaseMovesTheQuarantinedBytesToOutput) {
  const ObjectEvent event = world.upload("b.bin", kBad);
  world.announce(event);
  world.run_until_idle();
  const FileRecord record = review(event, ReviewAction::kRelease);
  EXPECT_EQ(record.status, FileStatus::kReleased);
  EXPECT_EQ(world.bytes(world.settings.output, "b.bin"), kBad);
  EXPECT_TRUE(world.versions(world.settings.quarantine).empty());
  EXPECT_FALSE(record.open);
  ASSERT_EQ(record.history.size(), 2U);
  ASSERT_TRUE(record.history.back().review);
  EXPECT_EQ(record.history.back().review->note, "because");
  EXPECT_EQ(world.telemetry.counted("FilesUnverifiable"), 1);  // one file came, and it was not a good one
  EXPECT_EQ(world.telemetry.counted("FilesValid"), 0);
}

TEST_P(MemoryJourney, ARejectionMarksAndMovesNothing) {
  const ObjectEvent event = world.upload("b.bin", kBad);
  world.announce(event);
  world.run_until_idle();
  const FileRecord record = review(event, ReviewAction::kReject);
  EXPECT_EQ(record.status, FileStatus::kRejected);
  EXPECT_EQ(world.bytes(world.settings.quarantine, quarantine_key(event)), kBad);
  EXPECT_TRUE(world.versions(world.settings.output).empty());
  EXPECT_FALSE(record.open);
}

TEST_P(MemoryJourney, ARerunThatStaysBadLeavesTheBytesWhereTheyAre) {
  const ObjectEvent event = world.upload("b.bin", kBad);
  world.announce(event);
  world.run_until_idle();
  const FileRecord record = review(event, ReviewAction::kRerun);
  EXPECT_EQ(record.status, FileStatus::kUnverifiable);
  EXPECT_EQ(world.bytes(world.settings.quarantine, quarantine_key(event)), kBad);
  EXPECT_EQ(world.versions(world.settings.quarantine).size(), 1U);
  EXPECT_FALSE(record.open);
}

TEST_P(MemoryJourney, ARerunOfAValidFileIsAReportOnly) {
  const ObjectEvent event = world.upload("a.txt", kGood);
  world.announce(event);
  world.run_until_idle();
  const FileRecord record = review(event, ReviewAction::kRerun);
  EXPECT_EQ(record.status, FileStatus::kValid);
  EXPECT_EQ(world.bytes(world.settings.output, "a.txt"), kGood);
  EXPECT_EQ(record.history.size(), 2U);
}

TEST_P(MemoryJourney, APausedGateClaimsNothing) {
  Gate gate = world.gate();
  ASSERT_TRUE(world.pause.set(gate, world.context(), true, "op", "maintenance").ok());
  const ObjectEvent event = world.upload("a.txt", kGood);
  world.announce(event);
  world.run_until_idle(3);
  EXPECT_FALSE(world.record(event));
  ASSERT_TRUE(world.pause.set(gate, world.context(), false, "op", "done").ok());
  world.run_until_idle();
  EXPECT_EQ(world.record(event)->status, FileStatus::kValid);
}

TEST_P(MemoryJourney, AVersionThatIsGoneIsRememberedAsVanished) {
  const ObjectEvent event = world.upload("a.txt", kGood);
  ASSERT_TRUE(world.objects.remove_version(world.context(), event.ref, Seal{}).ok());
  world.announce(event);
  world.run_until_idle();
  const auto record = world.record(event);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->status, FileStatus::kVanished);
  EXPECT_TRUE(record->expires_at);  // it goes by itself: nobody is asked to look after it
}

class WithoutChecksums : public testing::Test {
 protected:
  Outcome process(const ObjectEvent& event) {
    Gate gate = gate_over(world.gate(), store, world.records);
    const auto outcome = process_object(gate, world.context(), event);
    EXPECT_TRUE(outcome.ok());
    return *outcome;
  }

  MemoryGate world;
  NoChecksums store{world.objects};
};

TEST_F(WithoutChecksums, ACopyIsReadBackOnce) {
  const ObjectEvent event = world.upload("a.txt", kGood);
  EXPECT_TRUE(process(event).acknowledge);
  EXPECT_EQ(world.record(event)->status, FileStatus::kValid);
  EXPECT_EQ(store.reads, 1);
}

TEST_F(WithoutChecksums, OtherBytesOfTheSameSizeAreAnAlarmAndTheSourceStays) {
  store.flips = true;
  const ObjectEvent event = world.upload("a.txt", kGood);
  EXPECT_FALSE(process(event).acknowledge);
  EXPECT_FALSE(is_final(*world.record(event)));
  EXPECT_EQ(world.versions(world.settings.input).size(), 1U);
  const auto events = world.telemetry.events();
  EXPECT_TRUE(std::any_of(events.begin(), events.end(), [](const auto& e) { return e.event == "copy_mismatch"; }));
  // The next try finds its copy, judges it by its bytes again, and makes no second one.
  world.clock.advance(std::chrono::hours{1});
  EXPECT_FALSE(process(event).acknowledge);
  EXPECT_EQ(store.reads, 2);
  EXPECT_EQ(world.versions(world.settings.output).size(), 1U);
}

TEST_F(WithoutChecksums, AReplacementIsReadBackAsWell) {
  ASSERT_TRUE(process(world.upload("a.txt", "older\n")).acknowledge);
  store.reads = 0;
  const ObjectEvent newer = world.upload("a.txt", kGood);
  EXPECT_TRUE(process(newer).acknowledge);
  EXPECT_EQ(world.bytes(world.settings.output, "a.txt"), kGood);
  EXPECT_EQ(store.reads, 1);
}

// Ten pieces of forty seconds each are longer than the lease.
TEST_F(WithoutChecksums, TheLeaseIsKeptWhileACopyIsReadBack) {
  const ObjectEvent event = world.upload("a.txt", std::string(std::size_t{600} * 1024, 'a') + "\n");
  int pieces = 0;
  store.during_read = [&] {
    ++pieces;
    EXPECT_GT(world.record(event)->lease_until, world.clock.wall_now()) << "piece " << pieces;
    world.clock.advance(std::chrono::seconds{40});
  };
  EXPECT_TRUE(process(event).acknowledge);
  EXPECT_GE(pieces, 10);
  EXPECT_EQ(world.record(event)->status, FileStatus::kValid);
}

// A copy by parts: a minute each, and its caller is asked before each and before it is published.
class ByParts final : public ForwardingObjectStore {
 public:
  ByParts(MemoryGate& world, const ObjectEvent& event)
      : ForwardingObjectStore(world.objects), world_(world), event_(event) {}
  [[nodiscard]] Result<CopyAnswer> copy(const CallContext& context, const CopyRequest& request) override {
    SCALPER_TRY(parts(request));
    return ForwardingObjectStore::copy(context, request);
  }
  [[nodiscard]] Result<UploadId> begin_replace(const CallContext& context, const CopyRequest& request) override {
    SCALPER_TRY(parts(request));
    return ForwardingObjectStore::begin_replace(context, request);
  }

  std::function<void()> after_parts;
  int copies = 0;

 private:
  Result<void> parts(const CopyRequest& request) {
    ++copies;
    for (int part = 0; part < 10; ++part) {
      SCALPER_TRY(request.meanwhile());
      EXPECT_GT(world_.record(event_)->lease_until, world_.clock.wall_now() + std::chrono::seconds{90});
      world_.clock.advance(std::chrono::seconds{60});
    }
    if (after_parts) after_parts();
    return request.meanwhile();
  }

  MemoryGate& world_;
  const ObjectEvent& event_;
};

TEST(CopiesByParts, KeepTheLease) {
  MemoryGate world;
  for (const bool exact : {false, true}) {
    world.settings.publish_exact = exact;
    const ObjectEvent event = world.upload(exact ? "exact.txt" : "a.txt", kGood);
    ByParts store(world, event);
    Gate gate = gate_over(world.gate(), store, world.records);
    const auto outcome = process_object(gate, world.context(), event);
    ASSERT_TRUE(outcome.ok());
    EXPECT_TRUE(outcome->acknowledge);
    EXPECT_EQ(store.copies, 1);
    EXPECT_EQ(world.record(event)->status, FileStatus::kValid);
  }
}

TEST(CopiesByParts, PublishNothingForALostClaim) {
  MemoryGate world;
  for (const bool exact : {false, true}) {
    world.settings.publish_exact = exact;
    const ObjectEvent event = world.upload(exact ? "exact.txt" : "a.txt", kGood);
    ByParts store(world, event);
    store.after_parts = [&] {  // it slept, and another took the file
      FileRecord taken = *world.record(event);
      const auto guard = WriteGuard::if_revision(taken.revision);
      taken.owner = OwnerToken{"another"};
      taken.revision += 1;
      taken.lease_until = world.clock.wall_now() + std::chrono::hours{1};
      ASSERT_TRUE(world.records.put(world.context(), taken, guard).ok());
      world.clock.advance(std::chrono::minutes{7});
    };
    Gate gate = gate_over(world.gate(), store, world.records);
    const auto outcome = process_object(gate, world.context(), event);
    ASSERT_TRUE(outcome.ok());
    EXPECT_FALSE(outcome->acknowledge);
    EXPECT_EQ(store.copies, 1) << "no second copy";
    EXPECT_TRUE(world.versions(world.settings.output).empty());
    EXPECT_EQ(world.record(event)->owner.value(), "another");
    EXPECT_EQ(world.telemetry.events().back().event, "try_failed");
  }
}

INSTANTIATE_TEST_SUITE_P(Stores, MemoryJourney, testing::Bool(),
                         [](const auto& instance) { return std::string(instance.param ? "LocalForm" : "S3Form"); });

}  // namespace
}  // namespace scalper
