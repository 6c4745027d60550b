#include "hosts/lambda/ingest.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "support/forwarding_queue.h"
#include "support/forwarding_stores.h"
#include "support/lambda_poller.h"
#include "support/story.h"

namespace scalper::lambda {
namespace {

constexpr Millis kVisibility{std::chrono::minutes{90}};  // six times a function's longest time

// A gate in memory behind Lambda and its queue.
class IngestOf : public Story {
 protected:
  IngestOf() { options.threads = 4; }

  CallContext until(Millis left) {
    CallContext context = world.context();
    context.deadline = world.clock.mono_now() + left;
    context.correlation_id = "request-1";
    return context;
  }
  Result<std::string> handle(const std::string& payload, Millis left = std::chrono::minutes{15}) {
    if (!ingest) ingest.emplace(gate, options);
    return ingest->handle(payload, until(left));
  }
  bool poll(Millis left = std::chrono::minutes{15}) {
    return poller.poll(world.context(), [&](const std::string& payload) { return handle(payload, left); });
  }
  void send(const std::string& body) { ASSERT_TRUE(world.queue.send(world.context(), body, Millis{0}).ok()); }
  // What S3 sends for an upload.
  static std::string s3_event(const ObjectEvent& event, const std::string& version_member = {}) {
    const std::string version = version_member.empty() ? R"("versionId":")" + event.ref.version.value() + R"(",)" : "";
    return R"({"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","eventName":"ObjectCreated:Put",)"
           R"("eventTime":"2026-11-22T08:00:00.000Z","s3":{"bucket":{"name":")" +
           event.ref.bucket.value() + R"("},"object":{"key":")" + event.ref.key.value() + R"(","size":)" +
           std::to_string(event.size) + "," + version + R"("sequencer":"0055AED6DCD90281E5"}}}]})";
  }
  std::uint64_t visible() { return world.queue.depth(world.context())->visible; }
  std::uint64_t hidden() { return world.queue.depth(world.context())->in_flight; }
  std::size_t logged(const std::string& event) {
    std::size_t found = 0;
    for (const LogEvent& line : world.telemetry.events()) found += line.event == event ? 1U : 0U;
    return found;
  }

  IngestOptions options;
  Gate gate = world.gate();
  std::optional<Ingest> ingest;
  LambdaPoller poller{world.queue, kVisibility};
};

TEST_F(IngestOf, TakesABatchToItsEnd) {
  std::vector<ObjectEvent> good;
  for (int i = 0; i < 8; ++i) good.push_back(world.upload("good" + std::to_string(i) + ".txt", kGood));
  const ObjectEvent bad = world.upload("bad.bin", kBad);
  for (const ObjectEvent& event : good) send(s3_event(event));
  send(s3_event(bad));
  send(R"({"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"input"})");
  ASSERT_TRUE(poll());
  EXPECT_TRUE(poller.failed.empty());
  for (const ObjectEvent& event : good) EXPECT_EQ(status(event), FileStatus::kValid);
  EXPECT_EQ(status(bad), FileStatus::kUnverifiable);
  EXPECT_EQ(in_output(), 8U);
  EXPECT_EQ(visible() + hidden(), 0U);
  EXPECT_EQ(logged("event_ignored"), 1U);
}

TEST_F(IngestOf, OnlyWhatFailedComesAgainAndSoon) {
  const ObjectEvent good = world.upload("good.txt", kGood);
  send(s3_event(good));
  send("no JSON at all");
  send(R"({"Records":[{"eventVersion":"3.0","eventSource":"aws:s3","eventName":"ObjectCreated:Put"}]})");
  ObjectEvent foreign = good;
  foreign.ref.bucket = BucketName{"other"};
  send(s3_event(foreign));
  ASSERT_TRUE(poll());
  EXPECT_EQ(poller.failed.size(), 3U);
  EXPECT_EQ(status(good), FileStatus::kValid);
  EXPECT_EQ(logged("message_refused"), 3U);
  world.clock.advance(gate.settings.retry_cap);
  EXPECT_EQ(visible(), 3U);  // not only after the queue's own 90 minutes
}

TEST_F(IngestOf, APoisonMessageEndsAmongTheDeadLetters) {
  send("{}");
  for (int i = 0; i < 10; ++i) {
    poll();
    world.clock.advance(gate.settings.retry_cap);
  }
  EXPECT_EQ(world.queue.depth(world.context())->dead, 1U);
}

TEST_F(IngestOf, TheSameFileInManyMessagesIsDoneOnce) {
  const ObjectEvent event = world.upload("a.txt", kGood);
  for (int i = 0; i < 5; ++i) send(s3_event(event));
  for (int i = 0; i < 5 && (visible() + hidden()) > 0; ++i) {
    poll();
    world.clock.advance(std::chrono::minutes{6});
  }
  EXPECT_EQ(visible() + hidden(), 0U);
  EXPECT_EQ(in_output(), 1U);
  EXPECT_EQ(world.record(event)->attempt, 1U);
}

TEST_F(IngestOf, OneMessageIdTwiceIsFailedIfOneOfThemIs) {
  const ObjectEvent event = world.upload("a.txt", kGood);
  const Delivery received{"id-1", "r-1", s3_event(event), 1};
  const Delivery broken{"id-1", "r-2", "{", 1};
  const auto second = handle(sqs_payload({received, broken, received}));
  ASSERT_TRUE(second.ok()) << second.error().message();
  EXPECT_EQ(*second, R"({"batchItemFailures":[{"itemIdentifier":"id-1"}]})");
  EXPECT_EQ(status(event), FileStatus::kValid);
}

TEST_F(IngestOf, WithoutRecordsNothingIsSaidToBeDone) {
  EXPECT_TRUE(handle(R"({"Records":[]})").failed_with(ErrorCode::kInvalidArgument));
  EXPECT_EQ(logged("message_refused"), 1U);
}

TEST_F(IngestOf, AnEventWithoutAVersionSpeaksOfTheCurrentOne) {
  const ObjectEvent event = world.upload("a.txt", kGood);
  ObjectEvent gone = event;
  gone.ref.key = ObjectKey{"never-there.txt"};
  send(s3_event(event, "none"));
  send(s3_event(gone, "none"));
  ASSERT_TRUE(poll());
  EXPECT_TRUE(poller.failed.empty());
  EXPECT_EQ(status(event), FileStatus::kValid);
  EXPECT_EQ(logged("event_ignored"), 1U);
}

TEST_F(IngestOf, TakesEventsThatCameWithoutAQueue) {
  const ObjectEvent direct = world.upload("direct.txt", kGood);
  const ObjectEvent by_hand = world.upload("hand.txt", kGood);
  const auto first = handle(s3_event(direct));
  ASSERT_TRUE(first.ok()) << first.error().message();
  EXPECT_EQ(*first, R"({"done":1,"queued":0,"ignored":0})");
  EXPECT_EQ(*handle(R"({"bucket":"input","key":"hand.txt"})"), R"({"done":1,"queued":0,"ignored":0})");
  EXPECT_EQ(status(direct), FileStatus::kValid);
  EXPECT_EQ(status(by_hand), FileStatus::kValid);
  EXPECT_FALSE(handle(R"({"what":"is this"})").ok());
}

TEST_F(IngestOf, ReviewsAreCarriedOut) {
  const ObjectEvent bad = announced("bad.bin", kBad);
  ASSERT_TRUE(poll());
  ASSERT_EQ(status(bad), FileStatus::kUnverifiable);
  const auto reviewed = review(bad, ReviewAction::kRelease);
  ASSERT_TRUE(reviewed.ok());
  ASSERT_TRUE(poll());
  EXPECT_TRUE(poller.failed.empty());
  EXPECT_EQ(status(bad), FileStatus::kReleased);
  EXPECT_EQ(in_output(), 1U);
}

TEST_F(IngestOf, WhatCannotBeFinishedWithoutAQueueGoesToIt) {
  const ObjectEvent event = world.upload("a.txt", kGood);
  DeafReads deaf(world.objects);
  Gate broken = gate_over(gate, deaf, gate.records);
  Ingest own(broken, options);
  const auto answer = own.handle(s3_event(event), until(std::chrono::minutes{15}));
  ASSERT_TRUE(answer.ok()) << answer.error().message();
  EXPECT_EQ(*answer, R"({"done":0,"queued":1,"ignored":0})");
  world.clock.advance(gate.settings.retry_cap);
  ASSERT_TRUE(poll());
  EXPECT_EQ(status(event), FileStatus::kValid);
}

TEST_F(IngestOf, APausedGateSendsMessagesAnewSoThatNoneDies) {
  ASSERT_TRUE(world.pause.set(gate, world.context(), true, "op", "maintenance").ok());
  const ObjectEvent event = announced("a.txt", kGood);
  int rounds = 0;
  for (int i = 0; i < 120; ++i) {
    rounds += poll() ? 1 : 0;
    EXPECT_TRUE(poller.failed.empty());
    world.clock.advance(std::chrono::minutes{1});
  }
  EXPECT_EQ(rounds, 8);  // in two hours; Lambda counts them
  EXPECT_FALSE(world.record(event));
  EXPECT_EQ(world.queue.depth(world.context())->dead, 0U);
  ASSERT_TRUE(world.pause.set(gate, world.context(), false, "op", "done").ok());
  ASSERT_TRUE(poll());
  EXPECT_EQ(status(event), FileStatus::kValid);
}

TEST_F(IngestOf, ABatchThatComesBeforeTheGateIsReadyComesAgainSoon) {
  announced("a.txt", kGood);
  announced("b.txt", kGood);
  Ingest own(gate, options);
  const auto not_ready = [&](ErrorCode code) {
    return poller.poll(world.context(), [&](const std::string& payload) {
      return own.put_back(payload, Error(code, "the table is away"), until(std::chrono::minutes{1}));
    });
  };
  ASSERT_TRUE(not_ready(ErrorCode::kThrottled));
  EXPECT_EQ(poller.failed.size(), 2U);
  world.clock.advance(gate.settings.retry_cap);
  EXPECT_EQ(visible(), 2U);
  ASSERT_TRUE(not_ready(ErrorCode::kInvalidArgument));  // an operator has to mend it
  EXPECT_TRUE(poller.error && poller.error->code() == ErrorCode::kInvalidArgument);
  EXPECT_EQ(visible(), 0U);
  EXPECT_FALSE(own.put_back(R"({"bucket":"input","key":"a.txt"})", Error(ErrorCode::kThrottled, "away"),
                            until(std::chrono::minutes{1}))
                   .ok());
}

// Time.

TEST_F(IngestOf, AtTheDeadlineFilesAreHandedBackAndCountAsNoCrash) {
  const ObjectEvent event = announced("slow.txt", kGood);
  const ObjectEvent mate = announced("mate.txt", kGood);
  EndlessReads endless(world.objects, "slow.txt");
  StrictRecords strict(world.records, world.clock);  // writes nothing for whoever has stopped
  Gate slow = gate_over(gate, endless, strict);
  Ingest own(slow, options);
  ASSERT_TRUE(poller.poll(world.context(),
                          [&](const std::string& payload) { return own.handle(payload, until(Millis{200})); }));
  EXPECT_EQ(poller.failed.size(), 1U);
  EXPECT_EQ(status(mate), FileStatus::kValid);
  const auto record = world.record(event);
  ASSERT_TRUE(record);
  EXPECT_TRUE(record->owner.empty());
  EXPECT_FALSE(record->parsing);
  EXPECT_EQ(record->crashes, 0U);
  EXPECT_EQ(visible(), 1U);  // at once
  ASSERT_TRUE(poll());
  EXPECT_EQ(status(event), FileStatus::kValid);
}

TEST_F(IngestOf, FilesThatFitOnlyOneByOneAreNotBegunTogether) {
  options.assumed_bytes_per_second = 1000;  // 225 bytes in the 300 ms until the files are handed back
  const std::string bytes(150, 'x');
  const ObjectEvent one = announced("one.txt", bytes);
  const ObjectEvent other = announced("other.txt", bytes);
  HeldReads held(world.objects);
  Gate slow = gate_over(gate, held, gate.records);
  Ingest own(slow, options);
  ASSERT_TRUE(poller.poll(world.context(),
                          [&](const std::string& payload) { return own.handle(payload, until(Millis{600})); }));
  EXPECT_EQ(held.opened, 1);
  EXPECT_EQ(poller.failed.size(), 2U);
  EXPECT_NE(world.record(one).has_value(), world.record(other).has_value());
  world.clock.advance(gate.settings.retry_cap);
  ASSERT_TRUE(poll());
  EXPECT_EQ(status(one), FileStatus::kValid);
  EXPECT_EQ(status(other), FileStatus::kValid);
}

TEST_F(IngestOf, SmallFilesBesideEachOtherAreBegunTogether) {
  options.assumed_bytes_per_second = 1000;
  const ObjectEvent one = announced("one.txt", kGood);
  const ObjectEvent other = announced("other.txt", kGood);
  HeldReads held(world.objects);
  Gate slow = gate_over(gate, held, gate.records);
  Ingest own(slow, options);
  ASSERT_TRUE(poller.poll(world.context(),
                          [&](const std::string& payload) { return own.handle(payload, until(Millis{600})); }));
  EXPECT_EQ(held.opened, 2);
}

TEST_F(IngestOf, WhatIsGivenBackLeavesTimeForTheAnswer) {
  for (int i = 0; i < 4; ++i) send("no JSON at all");
  WatchedQueue watched(world.queue);
  Gate own_gate = gate_with_queue(gate, watched);
  Ingest own(own_gate, options);
  const MonoTime end = world.clock.mono_now() + std::chrono::minutes{1};
  ASSERT_TRUE(poller.poll(world.context(), [&](const std::string& payload) {
    return own.handle(payload, until(std::chrono::minutes{1}));
  }));
  EXPECT_EQ(watched.given_back, 4);
  EXPECT_LE(watched.latest, end - Millis{500});
  world.clock.advance(gate.settings.retry_cap);
  ASSERT_TRUE(poller.poll(world.context(), [&](const std::string& payload) {
    return own.put_back(payload, Error(ErrorCode::kThrottled, "away"), until(std::chrono::seconds{30}));
  }));
  EXPECT_EQ(watched.given_back, 8);
  EXPECT_LE(watched.latest, world.clock.mono_now() + std::chrono::seconds{30} - Millis{500});
}

// The queue hides a batch for six times the function's time; a renewal with the lease would make that six minutes.
TEST_F(IngestOf, AMessageStaysHiddenForTheQueuesOwnTime) {
  announced("a.txt", std::string(3U << 20U, 'x'));
  WatchedQueue watched(world.queue);
  SlowReads slow(world.objects, world.clock, std::chrono::minutes{3});  // longer than a third of the lease
  Gate own_gate = gate_with_queue(gate_over(gate, slow, gate.records), watched);
  Ingest own(own_gate, options);
  ASSERT_TRUE(poller.poll(world.context(), [&](const std::string& payload) {
    return own.handle(payload, until(std::chrono::minutes{15}));
  }));
  EXPECT_TRUE(poller.failed.empty());
  EXPECT_EQ(watched.extended, 0);
}

TEST_F(IngestOf, WithoutTimeNothingIsBegun) {
  const ObjectEvent event = announced("a.txt", kGood);
  ASSERT_TRUE(poll(Millis{0}));
  EXPECT_EQ(poller.failed.size(), 1U);
  EXPECT_FALSE(world.record(event));
  EXPECT_EQ(logged("give_back_failed"), 1U);  // it comes again by the queue's own time
}

TEST_F(IngestOf, AFileTooLongForAnyInvocationIsUnverifiableAndKept) {
  options.assumed_bytes_per_second = 1000;
  const std::string bytes(3U << 20U, 'x');
  const ObjectEvent event = announced("long.txt", bytes);
  const ObjectEvent small = announced("small.txt", kGood);
  ASSERT_TRUE(poll());  // at the speed that is assumed, less than a mebibyte
  EXPECT_EQ(status(event), FileStatus::kUnverifiable);
  EXPECT_EQ(status(small), FileStatus::kValid);
  const FileRecord record = *world.record(event);
  EXPECT_EQ(record.decision->verdict.findings.at(0).code, "limit.time");
  EXPECT_EQ(record.decision->verdict.size, bytes.size());
  EXPECT_EQ(in_quarantine(), 1U);
  EXPECT_FALSE(is_in_input(event));
  // Released as it is: its version is the one that was quarantined.
  ASSERT_TRUE(review(event, ReviewAction::kRelease).ok());
  ASSERT_TRUE(poll());
  EXPECT_EQ(status(event), FileStatus::kReleased);
  EXPECT_EQ(world.bytes(world.settings.output, "long.txt"), bytes);
}

TEST_F(IngestOf, AFileTooLongForAnyInvocationGoesToTheWorkersQueueWhereThereIsOne) {
  MemoryWorkQueue large(world.clock);
  options.large = &large;
  options.assumed_bytes_per_second = 1000;
  const ObjectEvent event = announced("long.txt", std::string(3U << 20U, 'x'));
  const ObjectEvent unsaid = world.upload("unsaid.txt", std::string(3U << 20U, 'x'));
  send(R"({"bucket":"input","key":"unsaid.txt"})");
  ASSERT_TRUE(poll());
  EXPECT_TRUE(poller.failed.empty());
  EXPECT_FALSE(world.record(event));
  EXPECT_FALSE(world.record(unsaid));
  EXPECT_EQ(large.depth(world.context())->visible, 2U);
}

// What a library throws.

TEST_F(IngestOf, AnExceptionFailsTheInvocationAfterTheOthersHaveEnded) {
  const ObjectEvent thrown = announced("thrown.txt", kGood);
  std::vector<ObjectEvent> mates;
  for (int i = 0; i < 5; ++i) mates.push_back(announced("mate" + std::to_string(i) + ".txt", kGood));
  ThrowingReads throwing(world.objects, "thrown.txt");
  Gate broken = gate_over(gate, throwing, gate.records);
  Ingest own(broken, options);
  const auto deliveries = world.queue.receive(world.context(), 10, kVisibility, Millis{0});
  EXPECT_THROW((void)own.handle(sqs_payload(*deliveries), until(std::chrono::minutes{15})), std::runtime_error);
  for (const ObjectEvent& mate : mates) EXPECT_EQ(status(mate), FileStatus::kValid);
  EXPECT_EQ(status(thrown), FileStatus::kProcessing);
}

TEST_F(IngestOf, AFileWhoseTryCrashedRunsAfterItsMates) {
  const ObjectEvent suspect = announced("suspect.txt", kGood);
  FaultyWorker crashed(world, {{.call = "objects.open", .fault = kCrashBefore}});
  ASSERT_FALSE(crashed.work());
  world.clock.advance(std::chrono::minutes{7});
  std::vector<ObjectEvent> mates;
  for (int i = 0; i < 6; ++i) mates.push_back(announced("mate" + std::to_string(i) + ".txt", kGood));
  ASSERT_TRUE(poll());
  EXPECT_TRUE(poller.failed.empty());
  std::vector<std::string> order;
  for (const LogEvent& line : world.telemetry.events())
    if (line.event == "file_final") order.push_back(std::get<std::string>(line.fields.at(2).second));
  ASSERT_EQ(order.size(), 7U);
  EXPECT_EQ(order.back(), "suspect.txt");
  EXPECT_EQ(world.record(suspect)->crashes, 1U);
}

TEST_F(IngestOf, ASuspectIsNotBlamedForTheCrashOfAnother) {
  const ObjectEvent first = announced("first.txt", kGood);
  const ObjectEvent second = announced("second.txt", kGood);
  for (const ObjectEvent& event : {first, second}) {
    FaultyWorker crashed(world, {{.call = "objects.open", .fault = kCrashBefore}});
    ASSERT_FALSE(crashed.take(event));
  }
  lease_runs_out();
  {
    FaultyWorker worker(world, {{.call = "objects.open", .fault = kCrashBefore}});
    Ingest own(worker.gate, options);
    const auto deliveries = world.queue.receive(world.context(), 10, kVisibility, Millis{0});
    ASSERT_EQ(deliveries->size(), 2U);
    EXPECT_THROW((void)own.handle(sqs_payload(*deliveries), until(std::chrono::minutes{15})), ScriptedCrash);
  }
  world.clock.advance(kVisibility);
  ASSERT_TRUE(poll());
  EXPECT_EQ(status(first), FileStatus::kValid);
  EXPECT_EQ(status(second), FileStatus::kValid);
  EXPECT_EQ(world.record(first)->crashes + world.record(second)->crashes, 3U);  // that one is its own
}

TEST_F(IngestOf, ASuspectIsNotBlamedForTheCrashOfAMate) {
  const ObjectEvent suspect = announced("suspect.txt", kGood);
  FaultyWorker crashed(world, {{.call = "objects.open", .fault = kCrashBefore}});
  ASSERT_FALSE(crashed.take(suspect));
  lease_runs_out();
  const ObjectEvent mate = announced("mate.txt", kGood);
  {
    FaultyWorker worker(world, {{.call = "objects.open", .fault = kCrashBefore}});
    options.threads = 1;
    Ingest own(worker.gate, options);
    const auto deliveries = world.queue.receive(world.context(), 10, kVisibility, Millis{0});
    EXPECT_THROW((void)own.handle(sqs_payload(*deliveries), until(std::chrono::minutes{15})), ScriptedCrash);
  }
  world.clock.advance(kVisibility);
  ASSERT_TRUE(poll());
  EXPECT_EQ(world.record(suspect)->crashes, 1U);
  EXPECT_EQ(world.record(mate)->crashes, 1U);
}

TEST_F(IngestOf, AVersionThatIsGoneEndsByTheProtocol) {
  MemoryWorkQueue large(world.clock);
  options.large = &large;  // sizes are asked for
  const ObjectEvent gone = world.upload("gone.txt", kGood);
  sweep_now();
  ASSERT_EQ(status(gone), FileStatus::kReceived);
  const auto swept = world.queue.receive(world.context(), 10, kVisibility, Millis{0});
  for (const Delivery& delivery : *swept) ASSERT_TRUE(world.queue.acknowledge(world.context(), delivery.receipt).ok());
  ASSERT_TRUE(world.objects.remove_version(world.context(), gone.ref, Seal{}).ok());
  send(R"({"bucket":"input","key":"gone.txt","version":")" + gone.ref.version.value() + R"("})");
  for (int i = 0; i < 3; ++i) {
    poll();
    EXPECT_TRUE(poller.failed.empty());
    world.clock.advance(std::chrono::minutes{6});
  }
  EXPECT_EQ(status(gone), FileStatus::kVanished);
  EXPECT_EQ(visible() + hidden(), 0U);
}

}  // namespace
}  // namespace scalper::lambda
