#pragma once
// A queue that hands every call on, for tests that change one of them; and one that does.

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/gate.h"
#include "ports/work_queue.h"

namespace scalper {

class ForwardingWorkQueue : public WorkQueue {
 public:
  explicit ForwardingWorkQueue(WorkQueue& inner) : inner_(inner) {}

  [[nodiscard]] Result<void> send(const CallContext& context, const std::string& body, Millis delay) override {
    return inner_.send(context, body, delay);
  }
  [[nodiscard]] Result<std::vector<Delivery>> receive(const CallContext& context, std::size_t limit, Millis visibility,
                                                      Millis wait) override {
    return inner_.receive(context, limit, visibility, wait);
  }
  [[nodiscard]] Result<void> extend(const CallContext& context, const std::string& receipt,
                                    Millis visibility) override {
    return inner_.extend(context, receipt, visibility);
  }
  [[nodiscard]] Result<void> acknowledge(const CallContext& context, const std::string& receipt) override {
    return inner_.acknowledge(context, receipt);
  }
  [[nodiscard]] Result<void> give_back(const CallContext& context, const std::string& receipt, Millis delay) override {
    return inner_.give_back(context, receipt, delay);
  }
  [[nodiscard]] Result<QueueDepth> depth(const CallContext& context) override { return inner_.depth(context); }
  [[nodiscard]] Result<std::vector<DeadLetter>> dead_letters(const CallContext& context, std::size_t limit) override {
    return inner_.dead_letters(context, limit);
  }
  [[nodiscard]] Result<std::size_t> redrive(const CallContext& context, std::size_t limit) override {
    return inner_.redrive(context, limit);
  }

 private:
  WorkQueue& inner_;
};

// Does not tell how old its messages are, as SQS; and may say that there are more of them.
class AgelessQueue final : public ForwardingWorkQueue {
 public:
  using ForwardingWorkQueue::ForwardingWorkQueue;
  [[nodiscard]] Result<QueueDepth> depth(const CallContext& context) override {
    auto depth = ForwardingWorkQueue::depth(context);
    if (!depth.ok()) return depth;
    depth->visible += more;
    depth->oldest_age.reset();
    return depth;
  }

  std::uint64_t more = 0;
};

// Notes until when the changes of visibility may take, and what is extended.
class WatchedQueue final : public ForwardingWorkQueue {
 public:
  using ForwardingWorkQueue::ForwardingWorkQueue;
  [[nodiscard]] Result<void> extend(const CallContext&, const std::string&, Millis) override {
    ++extended;
    return {};
  }
  [[nodiscard]] Result<void> give_back(const CallContext& context, const std::string& receipt, Millis delay) override {
    {
      const std::lock_guard lock(mutex_);
      latest = std::max(latest, context.deadline);
    }
    ++given_back;
    return ForwardingWorkQueue::give_back(context, receipt, delay);
  }
  MonoTime latest = MonoTime::min();
  std::atomic<int> extended{0};
  std::atomic<int> given_back{0};

 private:
  std::mutex mutex_;
};

// The same gate over another queue.
[[nodiscard]] inline Gate gate_with_queue(const Gate& gate, WorkQueue& queue) {
  return Gate{.objects = gate.objects,
              .records = gate.records,
              .queue = queue,
              .contracts = gate.contracts,
              .pause = gate.pause,
              .notices = gate.notices,
              .telemetry = gate.telemetry,
              .clock = gate.clock,
              .new_owner = gate.new_owner,
              .random = gate.random,
              .settings = gate.settings,
              .on_read = gate.on_read};
}

}  // namespace scalper
