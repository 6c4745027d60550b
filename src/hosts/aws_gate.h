#pragma once
// START HERE for AWS: a whole gate over S3, DynamoDB, SQS and SNS. The one place where its parts are put together; the
// Lambda and `scalper worker` let it run.

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "adapters/aws/client/aws_client.h"
#include "adapters/aws/client/environment.h"
#include "api/service.h"
#include "hosts/aws_settings.h"
#include "pipeline/gate.h"
#include "pipeline/volume_guard.h"

namespace scalper {

struct AwsGateOptions {
  aws::AwsNeeds needs;             // what the settings must name
  int log = 1;                     // descriptor of log lines and metrics
  bool metrics = true;             // false: what is counted here is not told
  RecordStore* records = nullptr;  // used instead of the table; borrowed
  WorkQueue* queue = nullptr;      // used instead of the queue; borrowed
};

class AwsGate {
 public:
  // Reads settings and makes clients; no call goes out. kInvalidArgument names what is missing or wrong, and the way
  // out.
  [[nodiscard]] static Result<std::unique_ptr<AwsGate>> open(const aws::Environment& environment,
                                                             const AwsGateOptions& options);
  ~AwsGate();
  AwsGate(const AwsGate&) = delete;
  AwsGate& operator=(const AwsGate&) = delete;

  [[nodiscard]] Gate& gate();
  [[nodiscard]] api::Service& service();
  [[nodiscard]] VolumeGuard volume_guard() const;
  [[nodiscard]] WorkQueue* large_queue();  // null: there is none
  [[nodiscard]] const aws::AwsSettings& settings() const;
  [[nodiscard]] aws::AwsClient& client();

  // Before the first file, once; thread-safe. Each bucket is there and keeps versions, else files could be lost: a
  // refusal says what to do. And since when the pipeline has been: what is older belongs to backfill.
  [[nodiscard]] Result<void> prepare(const CallContext& context);

  // Around an invocation of the Lambda: names it in every log line and in every call, and puts out its metrics.
  void begin_invocation(const std::string& request_id, const std::string& trace_id);
  void end_invocation();

 private:
  struct Parts;
  explicit AwsGate(std::unique_ptr<Parts> parts);
  [[nodiscard]] Result<void> check_buckets(const CallContext& context);
  [[nodiscard]] Result<WallTime> adopted_at(const CallContext& context);

  std::unique_ptr<Parts> parts_;
  std::mutex mutex_;
  std::atomic<bool> prepared_{false};
  bool cold_ = true;
};

}  // namespace scalper
