#pragma once
// Calls about receipts, several threads' together: SQS bills by the call, and a batch of ten is one.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "adapters/aws/sqs_calls.h"
#include "ports/clock.h"

namespace scalper::aws::sqs {

struct Entry {
  std::string receipt;                             // is_possible_receipt()
  std::optional<std::chrono::seconds> visibility;  // of a change; none of a deletion
};

// The first who comes calls at once, alone; who comes during a call shares the next one. So nobody waits for company,
// and under load a call carries ten. Thread-safe.
class ReceiptCalls {
 public:
  // "DeleteMessageBatch" or "ChangeMessageVisibilityBatch". `client` and `clock` outlive it.
  ReceiptCalls(AwsClient& client, Clock& clock, std::string queue_url, std::string operation);

  // An Error is this entry's own: a call that ended for the one who made it is made again by the others.
  [[nodiscard]] Result<Fate> submit(const CallContext& context, const Entry& entry);
  // How many wait for their turn now.
  [[nodiscard]] std::size_t waiting();

 private:
  struct Ticket {
    const Entry* entry;
    std::optional<Result<Fate>> fate;
    bool is_out = false;  // in the call that is being made
  };

  // Own first, then whoever waits. Under the lock.
  [[nodiscard]] std::vector<Ticket*> take_batch(Ticket& own);
  [[nodiscard]] Result<std::vector<Result<Fate>>> call_batch(const CallContext& context,
                                                             const std::vector<Ticket*>& batch);

  AwsClient& client_;
  Clock& clock_;
  const std::string queue_url_;
  const std::string operation_;
  std::mutex mutex_;
  std::condition_variable turn_;
  std::deque<Ticket*> waiting_;
  bool is_calling_ = false;
};

}  // namespace scalper::aws::sqs
