#include "contract/work_queue_suite.h"

#include <algorithm>
#include <mutex>
#include <set>

namespace scalper {

std::vector<Delivery> WorkQueueContract::receive(std::size_t limit, Millis visibility) {
  auto taken = queue->receive(context, limit, visibility, Millis{0});
  EXPECT_DONE(taken);
  return taken.ok() ? *taken : std::vector<Delivery>{};
}

Delivery WorkQueueContract::one(Millis visibility) {
  const auto taken = receive(1, visibility);
  EXPECT_EQ(taken.size(), 1U);
  return taken.empty() ? Delivery{} : taken[0];
}

std::vector<std::string> WorkQueueContract::bodies(std::size_t limit) {
  std::vector<std::string> bodies;
  for (const Delivery& delivery : receive(limit)) bodies.push_back(delivery.body);
  std::sort(bodies.begin(), bodies.end());
  return bodies;
}

QueueDepth WorkQueueContract::depth() {
  const auto depth = queue->depth(context);
  EXPECT_DONE(depth);
  return depth.ok() ? *depth : QueueDepth{};
}

void WorkQueueContract::expect_age(Millis age) {
  const auto told = depth().oldest_age;
  EXPECT_EQ(told.has_value(), subject->tells_age());
  if (subject->tells_age()) {
    EXPECT_EQ(told, age);
  }
}

std::vector<DeadLetter> WorkQueueContract::dead(std::size_t limit) {
  auto letters = queue->dead_letters(context, limit);
  EXPECT_DONE(letters);
  return letters.ok() ? *letters : std::vector<DeadLetter>{};
}

void WorkQueueContract::let_die(const std::string& body) {
  send(body);
  for (std::uint32_t i = 0; i < WorkQueueSubject::kMaxReceives; ++i)
    EXPECT_DONE(queue->give_back(context, one().receipt, Millis{0}));
  EXPECT_TRUE(receive().empty());
}

TEST_P(WorkQueueContract, AnEmptyQueueAnswersNothing) {
  EXPECT_TRUE(receive().empty());
  const QueueDepth d = depth();
  EXPECT_EQ(d.visible + d.in_flight + d.dead, 0U);
  expect_age(Millis{0});
  EXPECT_TRUE(dead().empty());
  const auto moved = queue->redrive(context, 10);
  ASSERT_DONE(moved);
  EXPECT_EQ(*moved, 0U);
}

TEST_P(WorkQueueContract, DeliversWhatWasSent) {
  const std::vector<std::string> sent{"plain", "{\"key\":\"caf\xc3\xa9\\n\"}", "line\nfeed\ttab 'quote' \"double\"",
                                      std::string(256 * 1024, 'x')};
  for (const std::string& body : sent) {
    send(body);
    const Delivery delivery = one();
    EXPECT_TRUE(delivery.body == body);
    EXPECT_EQ(delivery.receive_count, 1U);
    EXPECT_FALSE(delivery.message_id.empty());
    EXPECT_FALSE(delivery.receipt.empty());
    EXPECT_DONE(queue->acknowledge(context, delivery.receipt));
  }
  EXPECT_EQ(depth().in_flight, 0U);
}

TEST_P(WorkQueueContract, RefusesABodyThatIsTooLarge) {
  EXPECT_CODE(kInvalidArgument, queue->send(context, std::string(256 * 1024 + 1, 'x'), Millis{0}));
  EXPECT_TRUE(receive().empty());
}

TEST_P(WorkQueueContract, TakesOneToTenMessages) {
  for (int i = 0; i < 12; ++i) send(std::to_string(i));
  for (const std::size_t limit : {std::size_t{0}, std::size_t{11}, SIZE_MAX})
    EXPECT_CODE(kInvalidArgument, queue->receive(context, limit, kVisibility, Millis{0}));
  std::set<std::string> ids;
  std::size_t taken = 0;
  for (const std::size_t limit : {3U, 10U, 10U})
    for (const Delivery& delivery : receive(limit)) {
      ids.insert(delivery.message_id);
      ++taken;
    }
  EXPECT_EQ(taken, 12U);
  EXPECT_EQ(ids.size(), 12U) << "each message once, under a name of its own";
}

TEST_P(WorkQueueContract, HidesADeliveredMessageForItsVisibility) {
  send("a");
  const Delivery first = one(unit);
  EXPECT_TRUE(receive().empty());
  subject->pass(subject->early());
  EXPECT_TRUE(receive().empty());
  subject->pass(subject->late());
  const Delivery second = one(unit);
  EXPECT_EQ(second.message_id, first.message_id);
  EXPECT_NE(second.receipt, first.receipt);
  EXPECT_EQ(second.receive_count, 2U);
}

TEST_P(WorkQueueContract, DelaysAMessage) {
  send("later", unit);
  send("now");
  EXPECT_EQ(bodies(), (std::vector<std::string>{"now"}));
  EXPECT_EQ(depth().visible, 0U);
  subject->pass(subject->early());
  EXPECT_TRUE(receive().empty());
  subject->pass(subject->late());
  EXPECT_EQ(bodies(), (std::vector<std::string>{"later"}));
}

TEST_P(WorkQueueContract, ExtendsFromNowOn) {
  send("a");
  const Delivery delivery = one(unit);
  subject->pass(unit / 2);
  ASSERT_DONE(queue->extend(context, delivery.receipt, unit));
  subject->pass(subject->early());
  EXPECT_TRUE(receive().empty());
  subject->pass(subject->late());
  EXPECT_EQ(one().receive_count, 2U);
}

TEST_P(WorkQueueContract, ExtendsAgainAndAgainWithOneReceipt) {
  send("a");
  const Delivery delivery = one(unit);
  for (int i = 0; i < 5; ++i) {
    subject->pass(unit / 2);
    ASSERT_DONE(queue->extend(context, delivery.receipt, unit));
    EXPECT_TRUE(receive().empty());
  }
  EXPECT_DONE(queue->acknowledge(context, delivery.receipt));
  subject->pass(subject->long_time());
  EXPECT_TRUE(receive().empty());
}

TEST_P(WorkQueueContract, ExtendsByNothingToGiveItUpAtOnce) {
  send("a");
  ASSERT_DONE(queue->extend(context, one().receipt, Millis{0}));
  EXPECT_EQ(one().receive_count, 2U);
}

TEST_P(WorkQueueContract, AnAcknowledgedMessageIsGone) {
  send("a");
  const Delivery delivery = one(unit);
  ASSERT_DONE(queue->acknowledge(context, delivery.receipt));
  EXPECT_DONE(queue->acknowledge(context, delivery.receipt)) << "again";
  EXPECT_CODE(kNotFound, queue->extend(context, delivery.receipt, kVisibility));
  EXPECT_DONE(queue->give_back(context, delivery.receipt, Millis{0}));
  subject->pass(subject->long_time());
  EXPECT_TRUE(receive().empty());
  const QueueDepth d = depth();
  EXPECT_EQ(d.visible + d.in_flight + d.dead, 0U);
}

TEST_P(WorkQueueContract, AnOldReceiptIsVoid) {
  send("a");
  const Delivery first = one(unit);
  subject->pass(subject->whole());
  const Delivery second = one(unit);
  EXPECT_CODE(kNotFound, queue->extend(context, first.receipt, subject->long_time()));
  EXPECT_DONE(queue->acknowledge(context, first.receipt));
  EXPECT_DONE(queue->give_back(context, first.receipt, Millis{0}));
  EXPECT_TRUE(receive().empty()) << "the void receipt gave nothing back";
  EXPECT_EQ(depth().in_flight, 1U) << "the void receipt acknowledged nothing";
  EXPECT_DONE(queue->extend(context, second.receipt, unit));
  subject->pass(subject->whole());
  EXPECT_EQ(one().receive_count, 3U);
}

TEST_P(WorkQueueContract, ForeignReceiptsAreVoid) {
  send("a");
  one();
  for (const std::string& receipt : {std::string(), std::string("x"), std::string("../../etc/passwd"), std::string("1"),
                                     std::string("' OR 1=1 --"), std::string(100000, 'r')}) {
    EXPECT_CODE(kNotFound, queue->extend(context, receipt, kVisibility));
    EXPECT_DONE(queue->acknowledge(context, receipt));
    EXPECT_DONE(queue->give_back(context, receipt, Millis{0}));
  }
  EXPECT_EQ(depth().in_flight, 1U);
  EXPECT_TRUE(receive().empty());
}

TEST_P(WorkQueueContract, GivesBackAfterADelay) {
  send("a");
  const Delivery first = one();
  ASSERT_DONE(queue->give_back(context, first.receipt, unit));
  EXPECT_TRUE(receive().empty());
  EXPECT_CODE(kNotFound, queue->extend(context, first.receipt, Millis{1}))
      << "given back is given up: a renewal that comes late must not hide it";
  subject->pass(subject->early());
  EXPECT_TRUE(receive().empty());
  subject->pass(subject->late());
  const Delivery second = one();
  EXPECT_EQ(second.receive_count, 2U) << "the count goes on";
  ASSERT_DONE(queue->give_back(context, second.receipt, Millis{0}));
  EXPECT_EQ(one().receive_count, 3U);
}

TEST_P(WorkQueueContract, CountsWhatIsVisibleInFlightAndHowOld) {
  for (const char* body : {"a", "b", "c"}) send(body);
  EXPECT_EQ(depth().visible, 3U);
  EXPECT_EQ(depth().in_flight, 0U);
  subject->pass(subject->whole());
  send("d");
  expect_age(unit);
  const auto taken = receive(2);
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_EQ(depth().visible, 2U);
  EXPECT_EQ(depth().in_flight, 2U);
  for (const Delivery& delivery : taken) EXPECT_DONE(queue->acknowledge(context, delivery.receipt));
  EXPECT_EQ(depth().in_flight, 0U);
  for (const Delivery& delivery : receive()) EXPECT_DONE(queue->acknowledge(context, delivery.receipt));
  expect_age(Millis{0});
}

TEST_P(WorkQueueContract, CountsAnExpiredDeliveryAsVisible) {
  send("a");
  one(unit);
  EXPECT_EQ(depth().in_flight, 1U);
  subject->pass(subject->whole());
  EXPECT_EQ(depth().visible, 1U);
  EXPECT_EQ(depth().in_flight, 0U);
  expect_age(unit);  // it goes on through deliveries
}

TEST_P(WorkQueueContract, AMessageDiesOfTooManyDeliveries) {
  send("bad");
  std::string id;
  for (std::uint32_t i = 1; i <= WorkQueueSubject::kMaxReceives; ++i) {
    const Delivery delivery = one(unit);
    EXPECT_EQ(delivery.receive_count, i);
    id = delivery.message_id;
    EXPECT_EQ(depth().dead, 0U);
    subject->pass(subject->whole());
  }
  send("good");
  EXPECT_EQ(bodies(), (std::vector<std::string>{"good"})) << "the dead one holds up no other";
  const auto letters = dead();
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(letters[0].message_id, id);
  EXPECT_EQ(letters[0].body, "bad");
  EXPECT_GE(letters[0].receive_count, WorkQueueSubject::kMaxReceives);
  EXPECT_EQ(letters[0].died_at.has_value(), subject->tells_death());
  if (subject->tells_death()) {
    EXPECT_EQ(letters[0].receive_count, WorkQueueSubject::kMaxReceives);
    EXPECT_EQ(letters[0].died_at, subject->clock().wall_now());
  }
  EXPECT_EQ(depth().dead, 1U);
  EXPECT_EQ(depth().visible, 0U);
  subject->pass(subject->long_time());
  for (const Delivery& delivery : receive()) EXPECT_EQ(delivery.body, "good");
}

TEST_P(WorkQueueContract, AReceiptOfADeadMessageIsVoid) {
  send("bad");
  std::string receipt;
  for (std::uint32_t i = 0; i < WorkQueueSubject::kMaxReceives; ++i) {
    receipt = one(unit).receipt;
    subject->pass(subject->whole());
  }
  EXPECT_TRUE(receive().empty());
  EXPECT_CODE(kNotFound, queue->extend(context, receipt, kVisibility));
  EXPECT_DONE(queue->acknowledge(context, receipt));
  EXPECT_DONE(queue->give_back(context, receipt, Millis{0}));
  EXPECT_EQ(dead().size(), 1U);
  EXPECT_TRUE(receive().empty());
}

TEST_P(WorkQueueContract, RedrivesDeadLetters) {
  for (const char* body : {"a", "b", "c"}) let_die(body);
  EXPECT_EQ(dead(2).size(), 2U);
  EXPECT_EQ(dead(100).size(), 3U);
  const auto two = queue->redrive(context, 2);
  ASSERT_DONE(two);
  EXPECT_EQ(*two, 2U);
  EXPECT_EQ(depth().dead, 1U);
  EXPECT_EQ(depth().visible, 2U);
  const auto taken = receive(10, unit);
  ASSERT_EQ(taken.size(), 2U);
  for (const Delivery& delivery : taken) EXPECT_EQ(delivery.receive_count, 1U) << "counted from 0 again";
  const auto last = queue->redrive(context, 100);
  ASSERT_DONE(last);
  EXPECT_EQ(*last, 1U);
  EXPECT_TRUE(dead().empty());
}

TEST_P(WorkQueueContract, ARedrivenMessageMayDieAgain) {
  let_die("a");
  ASSERT_DONE(queue->redrive(context, 1));
  for (std::uint32_t i = 1; i <= WorkQueueSubject::kMaxReceives; ++i) {
    const Delivery delivery = one();
    EXPECT_EQ(delivery.receive_count, i);
    ASSERT_DONE(queue->give_back(context, delivery.receipt, Millis{0}));
  }
  EXPECT_TRUE(receive().empty());
  EXPECT_EQ(dead().size(), 1U);
}

TEST_P(WorkQueueContract, BeginsNothingWhenStoppedOrTooLate) {
  send("a");
  const Delivery delivery = one();
  send("b");
  std::stop_source stop;
  stop.request_stop();
  CallContext stopped;
  stopped.stop = stop.get_token();
  CallContext late;
  late.deadline = subject->clock().mono_now() - Millis{1};
  for (const auto& [c, code] : {std::pair{stopped, ErrorCode::kCancelled}, std::pair{late, ErrorCode::kTimeout}}) {
    EXPECT_TRUE(fails_with(code, queue->send(c, "x", Millis{0})));
    EXPECT_TRUE(fails_with(code, queue->receive(c, 1, kVisibility, Millis{0})));
    EXPECT_TRUE(fails_with(code, queue->extend(c, delivery.receipt, Millis{0})));
    EXPECT_TRUE(fails_with(code, queue->acknowledge(c, delivery.receipt)));
    EXPECT_TRUE(fails_with(code, queue->give_back(c, delivery.receipt, Millis{0})));
    EXPECT_TRUE(fails_with(code, queue->depth(c)));
    EXPECT_TRUE(fails_with(code, queue->dead_letters(c, 1)));
    EXPECT_TRUE(fails_with(code, queue->redrive(c, 1)));
  }
  EXPECT_EQ(depth().visible, 1U);
  EXPECT_EQ(depth().in_flight, 1U);
}

TEST_P(WorkQueueContract, ThreadsShareTheMessagesWithoutAnyTwice) {
  constexpr int kMessages = 60;
  for (int i = 0; i < kMessages; ++i) send(std::to_string(i));
  std::mutex mutex;
  std::vector<std::string> seen;
  run_together(4, [&](int) {
    for (;;) {
      const auto taken = queue->receive(context, 3, kVisibility, Millis{0});
      ASSERT_DONE(taken);
      if (taken->empty()) return;
      for (const Delivery& delivery : *taken) {
        EXPECT_DONE(queue->acknowledge(context, delivery.receipt));
        const std::lock_guard lock(mutex);
        seen.push_back(delivery.body);
      }
    }
  });
  EXPECT_EQ(seen.size(), static_cast<std::size_t>(kMessages));
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(std::unique(seen.begin(), seen.end()), seen.end());
  EXPECT_EQ(depth().visible + depth().in_flight, 0U);
}

TEST_P(WorkQueueContract, ThreadsWaitForAFirstMessage) {
  run_together(2, [&](int i) {
    if (i == 0) {
      send("a");
      return;
    }
    const auto taken = queue->receive(context, 10, kVisibility, std::chrono::hours{1});
    ASSERT_DONE(taken);
    EXPECT_EQ(taken->size(), 1U);
  });
}

TEST_P(WorkQueueContract, ThreadsWaitUntilTheyAreStopped) {
  std::stop_source stop;
  CallContext stoppable;
  stoppable.stop = stop.get_token();
  std::atomic<bool> waiting{false};
  run_together(2, [&](int i) {
    if (i == 0) {
      while (!waiting) std::this_thread::yield();
      stop.request_stop();
      return;
    }
    waiting = true;
    const auto taken = queue->receive(stoppable, 10, kVisibility, std::chrono::hours{1});
    // Stopped while it waits is an empty answer; stopped before it began is kCancelled.
    EXPECT_TRUE(taken.ok() ? taken->empty() : taken.failed_with(ErrorCode::kCancelled));
  });
}

// The time passes in the other thread, faster than the one that waits may look.
TEST_P(WorkQueueContract, ThreadsWaitUntilTheTimeIsOverOrADelayEnds) {
  const auto waited = [&](Millis wait) {
    std::atomic<bool> done{false};
    std::vector<Delivery> taken;
    run_together(2, [&](int i) {
      if (i == 1) {
        auto answer = queue->receive(context, 10, kVisibility, wait);
        EXPECT_DONE(answer);
        if (answer.ok()) taken = *answer;
        done = true;
      }
      while (!done) {
        subject->pass(Millis{100});
        std::this_thread::yield();
      }
    });
    return taken.size();
  };
  EXPECT_EQ(waited(Millis{1000}), 0U);
  send("later", Millis{3000});
  EXPECT_EQ(waited(std::chrono::days{365}), 1U);
}

}  // namespace scalper
