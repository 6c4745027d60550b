#pragma once
// The contract of the WorkQueue port: every sentence of ports/work_queue.h, for every adapter. How an adapter joins is
// said in object_store_suite.h.

#include "contract/subject.h"
#include "ports/clock.h"
#include "ports/work_queue.h"

namespace scalper {

class WorkQueueSubject {
 public:
  // The queue under test must be made with this maximum.
  static constexpr std::uint32_t kMaxReceives = 3;

  virtual ~WorkQueueSubject() = default;
  [[nodiscard]] virtual WorkQueue& queue() = 0;
  [[nodiscard]] virtual Clock& clock() = 0;
  // Lets time go by, as the queue and the clock see it. Also called while another thread waits in receive().
  virtual void pass(Millis time) = 0;

  // Where time is real, calls take some of it: `unit()` is long enough that they do not matter beside it, early() is
  // the part of a unit after which it is certainly not over yet, and late() what then is missing until it certainly is.
  [[nodiscard]] virtual Millis unit() { return Millis{1000}; }
  [[nodiscard]] virtual Millis early() { return unit() - Millis{1}; }
  [[nodiscard]] virtual Millis late() { return Millis{1}; }
  [[nodiscard]] Millis whole() { return early() + late(); }
  // Longer than any visibility that a test asked for in units.
  [[nodiscard]] virtual Millis long_time() { return 1000 * unit(); }

  // What the queue does not know: the age of its oldest message; when its dead letters died, and how often they were
  // delivered before.
  [[nodiscard]] virtual bool tells_age() { return true; }
  [[nodiscard]] virtual bool tells_death() { return true; }
};

using WorkQueueCase = SubjectCase<WorkQueueSubject>;

class WorkQueueContract : public testing::TestWithParam<WorkQueueCase> {
 protected:
  static constexpr Millis kVisibility{30000};

  void SetUp() override {
    subject = GetParam().make();
    queue = &subject->queue();
    unit = subject->unit();
  }

  void send(const std::string& body, Millis delay = Millis{0}) { ASSERT_DONE(queue->send(context, body, delay)); }
  // What is visible now; fails the test where the queue does not answer.
  std::vector<Delivery> receive(std::size_t limit = 10, Millis visibility = kVisibility);
  // One message that must be there.
  Delivery one(Millis visibility = kVisibility);
  std::vector<std::string> bodies(std::size_t limit = 10);
  QueueDepth depth();
  // The depth's oldest age, where the queue tells one: exactly, as time does not pass by itself.
  void expect_age(Millis age);
  std::vector<DeadLetter> dead(std::size_t limit = 100);
  // Sends it and lets it die of too many deliveries.
  void let_die(const std::string& body);

  std::unique_ptr<WorkQueueSubject> subject;
  WorkQueue* queue = nullptr;
  Millis unit{0};
  CallContext context;
};

}  // namespace scalper
