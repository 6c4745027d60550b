#pragma once
// A queue in memory. Everything is gone with the process.

#include <condition_variable>
#include <list>
#include <map>
#include <mutex>
#include <string>

#include "adapters/memory/ids.h"
#include "ports/clock.h"
#include "ports/work_queue.h"

namespace scalper {

struct MemoryWorkQueueOptions {
  IdMode ids = IdMode::kRandom;
  std::uint32_t max_receives = 5;  // a message that would be delivered once more becomes a dead letter
};

// Visibility follows the clock's monotonic time. A waiting receive() wakes at once for a message that is sent, and
// looks at the clock every few milliseconds of real time besides; with `wait` = 0 it never sleeps.
class MemoryWorkQueue final : public WorkQueue {
 public:
  explicit MemoryWorkQueue(Clock& clock, MemoryWorkQueueOptions options = {});

  [[nodiscard]] Result<void> send(const CallContext&, const std::string& body, Millis delay) override;
  [[nodiscard]] Result<std::vector<Delivery>> receive(const CallContext&, std::size_t limit, Millis visibility,
                                                      Millis wait) override;
  [[nodiscard]] Result<void> extend(const CallContext&, const std::string& receipt, Millis visibility) override;
  [[nodiscard]] Result<void> acknowledge(const CallContext&, const std::string& receipt) override;
  [[nodiscard]] Result<void> give_back(const CallContext&, const std::string& receipt, Millis delay) override;
  [[nodiscard]] Result<QueueDepth> depth(const CallContext&) override;
  [[nodiscard]] Result<std::vector<DeadLetter>> dead_letters(const CallContext&, std::size_t limit) override;
  [[nodiscard]] Result<std::size_t> redrive(const CallContext&, std::size_t limit) override;

 private:
  struct Message {
    std::string id;
    std::string body;
    std::uint32_t receive_count = 0;
    MonoTime sent_at{};
    std::string receipt;  // of the last delivery; empty before the first and after it was given back
    WallTime died_at{};
  };
  // By the time from which it is visible; those of one time in the order in which they came.
  using Waiting = std::multimap<MonoTime, Message>;

  // Called with mutex_ held.
  std::vector<Delivery> take(std::size_t limit, MonoTime now, WallTime wall, Millis visibility);
  [[nodiscard]] Waiting::iterator find(const std::string& receipt);
  Waiting::iterator move_to(Waiting::iterator message, MonoTime visible_at);

  Clock& clock_;
  const MemoryWorkQueueOptions options_;
  Ids ids_;
  std::mutex mutex_;
  std::condition_variable_any arrived_;
  Waiting messages_;
  std::map<std::string, Waiting::iterator> by_receipt_;
  std::list<Message> dead_;  // oldest first
};

}  // namespace scalper
