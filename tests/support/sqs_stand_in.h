#pragma once
// An SQS of one queue behind the AWS client, for tests without the service: it reads what the adapter asks, refuses
// parameters that it does not know, and keeps messages where a queue in memory keeps them. Whole seconds, as there.

#include <boost/json.hpp>
#include <string>

#include "adapters/aws/client/aws_client.h"
#include "ports/work_queue.h"

namespace scalper {

class SqsStandIn final : public aws::AwsClient {
 public:
  explicit SqsStandIn(WorkQueue& messages) : messages_(messages) {}

  [[nodiscard]] Result<aws::AwsResponse> call(const CallContext& context, const aws::AwsRequest& request,
                                              aws::AwsRefusal* refusal) override;
  [[nodiscard]] Result<aws::AwsStream> open(const CallContext&, const aws::AwsRequest&, aws::AwsRefusal*) override {
    return Error(ErrorCode::kInternal, "nobody streams a queue");
  }
  [[nodiscard]] Result<std::string> presign(const CallContext&, const aws::AwsRequest&, std::chrono::seconds) override {
    return Error(ErrorCode::kInternal, "nobody presigns a queue");
  }
  [[nodiscard]] std::string region() const override { return "eu-central-1"; }
  [[nodiscard]] const std::string& url() const { return url_; }

 private:
  [[nodiscard]] Result<boost::json::object> send(const CallContext& context, const boost::json::object& ask);
  [[nodiscard]] Result<boost::json::object> receive(const CallContext& context, const boost::json::object& ask);
  [[nodiscard]] Result<boost::json::object> attributes(const CallContext& context, const boost::json::object& ask);
  [[nodiscard]] Result<boost::json::object> each(const CallContext& context, const boost::json::object& ask,
                                                 bool deletes);

  WorkQueue& messages_;
  const std::string url_ = "https://sqs.eu-central-1.amazonaws.com/111122223333/gate";
};

}  // namespace scalper
