#pragma once
// What Lambda does with a queue that triggers a function: it receives, hands over a batch, and deletes what the answer
// does not name as failed. An answer that it cannot read it takes for "all succeeded": so does this one.

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "ports/work_queue.h"

namespace scalper {

// The payload of a batch as Lambda builds it.
[[nodiscard]] inline std::string sqs_payload(const std::vector<Delivery>& deliveries) {
  namespace json = boost::json;
  json::array records;
  for (const Delivery& delivery : deliveries) {
    records.push_back(
        json::object{{"messageId", delivery.message_id},
                     {"receiptHandle", delivery.receipt},
                     {"body", delivery.body},
                     {"attributes", json::object{{"ApproximateReceiveCount", std::to_string(delivery.receive_count)},
                                                 {"SentTimestamp", "1545082649183"}}},
                     {"messageAttributes", json::object{}},
                     {"eventSource", "aws:sqs"},
                     {"eventSourceARN", "arn:aws:sqs:us-east-2:123456789012:files"},
                     {"awsRegion", "us-east-2"}});
  }
  return json::serialize(json::object{{"Records", records}});
}

class LambdaPoller {
 public:
  using Function = std::function<Result<std::string>(const std::string& payload)>;

  LambdaPoller(WorkQueue& queue, Millis visibility) : queue_(queue), visibility_(visibility) {}

  // One batch of at most ten; false: there was nothing. `failed` has the message ids that came back.
  bool poll(const CallContext& context, const Function& function) {
    failed.clear();
    error.reset();
    const auto deliveries = queue_.receive(context, 10, visibility_, Millis{0});
    EXPECT_TRUE(deliveries.ok());
    if (deliveries->empty()) return false;
    const auto answer = function(sqs_payload(*deliveries));
    if (!answer.ok()) {  // the invocation failed: nothing is deleted
      error = answer.error();
      return true;
    }
    boost::system::error_code unreadable;
    const auto value = boost::json::parse(*answer, unreadable);
    if (!unreadable)
      for (const auto& one : value.as_object().at("batchItemFailures").as_array())
        failed.insert(std::string(one.as_object().at("itemIdentifier").as_string()));
    for (const Delivery& delivery : *deliveries) {
      if (failed.contains(delivery.message_id)) continue;
      EXPECT_TRUE(queue_.acknowledge(context, delivery.receipt).ok());
    }
    return true;
  }

  std::set<std::string> failed;
  std::optional<Error> error;

 private:
  WorkQueue& queue_;
  Millis visibility_;
};

}  // namespace scalper
