#pragma once
// The handler `ingest`: events of objects in, files through the gate, and for each message whether it is done.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "hosts/lambda/read_rate.h"
#include "hosts/lambda/time_guard.h"
#include "pipeline/gate.h"

namespace scalper::aws {
class BatchQueue;
}

namespace scalper::lambda {

struct IngestOptions {
  unsigned threads = 1;        // files at once
  WorkQueue* large = nullptr;  // of the worker that takes what no invocation has time for; null: there is none
  Millis margin{std::chrono::seconds{10}};  // kept for handing back, at most half of an invocation's time
  // Of one file, before any was measured: half of the 75 MB/s that a function's network is known to give.
  double assumed_bytes_per_second = 37.5e6;
};

// For one invocation at a time.
class Ingest {
 public:
  // Takes over the gate's on_read and settings.largest_readable.
  Ingest(Gate& gate, const IngestOptions& options);

  // A batch of SQS messages: answers which of them come again, and makes those visible soon. Anything else that
  // read_events() knows: what could not be finished goes to the gate's queue. The context's deadline is when the
  // function's time is up; what is in work a margin before that is handed back.
  // An Error: all of the event must come again.
  [[nodiscard]] Result<std::string> handle(std::string_view payload, const CallContext& context);

  // Instead of handle() where the gate is not ready. A batch comes again soon if that may pass: a failed invocation
  // would leave it hidden for the queue's own, long time. Else, and without a batch, `why` itself.
  [[nodiscard]] Result<std::string> put_back(std::string_view payload, const Error& why, const CallContext& context);

 private:
  [[nodiscard]] Result<std::string> handle_batch(const std::vector<Delivery>& messages, const CallContext& context);
  [[nodiscard]] Result<std::string> handle_event(const Delivery& event, const CallContext& context);
  struct GivenBack {
    std::string receipt;
    Millis come_again{0};
  };
  void give_back(const std::vector<GivenBack>& messages, const CallContext& own);
  // The same with a deadline that leaves time for the answer.
  [[nodiscard]] CallContext before_answer(const CallContext& context);
  // Each message's files on their way as far as they get; says how many events there were that name none.
  std::size_t run(aws::BatchQueue& batch, const std::vector<Delivery>& messages, const CallContext& context);

  Gate& gate_;
  IngestOptions options_;
  ReadRate rate_;
  TimeGuard guard_;
};

}  // namespace scalper::lambda
