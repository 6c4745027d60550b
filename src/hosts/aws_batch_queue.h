#pragma once
// The queue as a batch sees it whose messages Lambda received for us: Lambda deletes what our answer does not name, so
// acknowledging and giving back are kept here until the batch is done. Everything else is the queue's own affair.

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "model/work_message.h"
#include "pipeline/gate.h"
#include "ports/work_queue.h"

namespace scalper::aws {

// Thread-safe between begin() and the end of the batch.
class BatchQueue final : public WorkQueue {
 public:
  // Whether a message's visibility is renewed with the lease of its files.
  enum class Visibility : std::uint8_t {
    kRenewed,
    // Whoever received it hid it for longer than the batch may take: a renewal would only make that shorter.
    kStays,
  };
  BatchQueue(WorkQueue& queue, Visibility visibility) : queue_(queue), visibility_(visibility) {}

  // Adds a message that speaks of these files; without any it is done already. `receipt` empty: it came without a
  // queue, and its visibility is nobody's.
  void add(const Delivery& message, const std::vector<WorkMessage>& files);
  // Adds one that cannot be understood, or not now: it comes again after `delay`.
  void add_refused(const Delivery& message, Millis delay, std::string why);

  // One for each file, with a receipt that only this object understands.
  [[nodiscard]] std::vector<Delivery> deliveries() const;

  struct Undone {
    std::string message_id;
    std::string receipt;
    std::vector<std::string> files;  // bodies of those that were not acknowledged; none for a refused message
    Millis come_again{0};            // the shortest that was asked for
    std::string why;                 // of a refused message
  };
  // Messages that are not done: one of their files was not acknowledged. What nobody spoke of is not done.
  [[nodiscard]] std::vector<Undone> undone() const;

  [[nodiscard]] Result<void> extend(const CallContext& context, const std::string& receipt, Millis visibility) override;
  [[nodiscard]] Result<void> acknowledge(const CallContext& context, const std::string& receipt) override;
  [[nodiscard]] Result<void> give_back(const CallContext& context, const std::string& receipt, Millis delay) override;

  [[nodiscard]] Result<void> send(const CallContext& context, const std::string& body, Millis delay) override {
    return queue_.send(context, body, delay);
  }
  [[nodiscard]] Result<std::vector<Delivery>> receive(const CallContext& context, std::size_t limit, Millis visibility,
                                                      Millis wait) override {
    return queue_.receive(context, limit, visibility, wait);
  }
  [[nodiscard]] Result<QueueDepth> depth(const CallContext& context) override { return queue_.depth(context); }
  [[nodiscard]] Result<std::vector<DeadLetter>> dead_letters(const CallContext& context, std::size_t limit) override {
    return queue_.dead_letters(context, limit);
  }
  [[nodiscard]] Result<std::size_t> redrive(const CallContext& context, std::size_t limit) override {
    return queue_.redrive(context, limit);
  }

 private:
  struct File {
    std::string body;
    bool acknowledged = false;
    std::optional<Millis> come_again;
  };
  struct Message {
    Delivery delivery;
    std::vector<File> files;
    std::optional<Millis> refused;
    std::string why;
  };
  [[nodiscard]] File* find(const std::string& receipt, Message** message = nullptr);

  WorkQueue& queue_;
  const Visibility visibility_;
  mutable std::mutex mutex_;
  std::vector<Message> messages_;
};

// The same gate over another queue.
[[nodiscard]] Gate gate_over_queue(const Gate& gate, WorkQueue& queue);

}  // namespace scalper::aws
