#pragma once
// The queue in SQS: a standard queue, whose redrive policy makes dead letters, and its dead-letter queue.

#include <string>

#include "adapters/aws/client/aws_client.h"
#include "adapters/aws/sqs_batch.h"
#include "adapters/aws/sqs_receipts.h"
#include "ports/clock.h"
#include "ports/work_queue.h"

namespace scalper::aws {

struct SqsQueueOptions {
  std::string queue_url;
  std::string dead_letter_url;  // empty: there is none, dead_letters() and redrive() answer kUnsupported
};

// As the port says, and besides:
// - SQS counts in whole seconds: every time is rounded up. send() delays for 15 minutes at most and hides for 12 hours
//   at most from the delivery on; a longer time becomes that. Both only make a message come early, which is harmless.
// - receive() polls for at most 20 s at a time, and begins no poll that the context's deadline would cut: what was
// given
//   out to a cut poll is hidden for its whole visibility. A poll that the stop token cuts may do so.
// - Acknowledgements, and changes of visibility, of several threads go out in batches, of which each entry has its own
//   end. After give_back() a receipt is void for this process, which SQS would not say.
// - depth() tells no age, dead letters tell no time of death, and their receive count goes on when they are listed.
// - dead_letters() hides what it lists for a moment and shows it again.
// - redrive() receives, sends and deletes, in that order: an interruption leaves a message in both queues, never in
//   none. (StartMessageMoveTask knows no limit, moves while nobody waits, and needs the source queue for itself.)
// - Bodies are whole: TLS and SigV4 cover them, so the MD5 of the answers is not looked at.
// What SQS refuses of a body (control characters) is kInvalidArgument; a message of ours is JSON and has none.
class SqsWorkQueue final : public WorkQueue {
 public:
  // `client` and `clock` outlive it.
  SqsWorkQueue(AwsClient& client, Clock& clock, SqsQueueOptions options);

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
  // How long a poll may be that ends by `end` and well before the deadline; 0: it looks and does not wait.
  [[nodiscard]] std::chrono::seconds poll_time(const CallContext& context, MonoTime now, MonoTime end) const;
  [[nodiscard]] Result<void> may_touch_dead(const CallContext& context);
  [[nodiscard]] Result<std::vector<Delivery>> take_dead(const CallContext& context, std::size_t wanted);
  // Puts into `sent` and `unsent` what became of them.
  [[nodiscard]] Result<void> send_again(const CallContext& context, const std::vector<Delivery>& letters,
                                        std::vector<Delivery>& sent, std::vector<Delivery>& unsent);
  [[nodiscard]] Result<void> delete_dead(const CallContext& context, const std::vector<Delivery>& letters);
  [[nodiscard]] Result<void> show_dead(const CallContext& context, const std::vector<Delivery>& letters);

  AwsClient& client_;
  Clock& clock_;
  const SqsQueueOptions options_;
  sqs::Receipts receipts_;
  sqs::ReceiptCalls deletions_;
  sqs::ReceiptCalls changes_;
};

}  // namespace scalper::aws
