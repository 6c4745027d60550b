#include "support/sqs_stand_in.h"

#include <set>

namespace scalper {
namespace {

namespace json = boost::json;

Error refused(const std::string& why) { return {ErrorCode::kInvalidArgument, "the stand-in of SQS: " + why}; }

// Only these parameters.
Result<void> check_names(const json::object& ask, const std::set<std::string_view>& known) {
  for (const auto& member : ask)
    if (!known.contains(member.key())) return refused("unknown parameter " + std::string(member.key()));
  return {};
}

Result<Millis> seconds_in(const json::object& ask, std::string_view name, std::int64_t most) {
  const json::value* const value = ask.if_contains(name);
  if (value == nullptr) return Millis{0};
  const auto seconds = value->to_number<std::int64_t>();
  if (seconds < 0 || seconds > most) return refused(std::string(name) + " is out of its range");
  return Millis{std::chrono::seconds{seconds}};
}

std::string text_of(const json::value& object, std::string_view name) {
  return std::string(object.at(name).as_string());
}

}  // namespace

Result<aws::AwsResponse> SqsStandIn::call(const CallContext& context, const aws::AwsRequest& request,
                                          aws::AwsRefusal* /*refusal*/) {
  if (request.service != "sqs" || request.method != "POST") return refused("no call of SQS");
  std::string operation;
  for (const auto& [name, value] : request.headers)
    if (name == "x-amz-target") operation = value;
  const json::object ask = json::parse(request.body).as_object();
  if (text_of(ask, "QueueUrl") != url_) return refused("another queue");
  Result<json::object> answer = refused("unknown operation " + operation);
  if (operation == "AmazonSQS.SendMessage") answer = send(context, ask);
  if (operation == "AmazonSQS.ReceiveMessage") answer = receive(context, ask);
  if (operation == "AmazonSQS.GetQueueAttributes") answer = attributes(context, ask);
  if (operation == "AmazonSQS.DeleteMessageBatch") answer = each(context, ask, true);
  if (operation == "AmazonSQS.ChangeMessageVisibilityBatch") answer = each(context, ask, false);
  if (!answer.ok()) return answer.error();
  return aws::AwsResponse{200, {}, json::serialize(*answer)};
}

Result<json::object> SqsStandIn::send(const CallContext& context, const json::object& ask) {
  SCALPER_TRY(check_names(ask, {"QueueUrl", "MessageBody", "DelaySeconds"}));
  SCALPER_TRY_ASSIGN(const Millis delay, seconds_in(ask, "DelaySeconds", 900));
  SCALPER_TRY(messages_.send(context, text_of(ask, "MessageBody"), delay));
  return json::object{{"MessageId", "m"}};
}

Result<json::object> SqsStandIn::receive(const CallContext& context, const json::object& ask) {
  SCALPER_TRY(check_names(
      ask, {"QueueUrl", "MaxNumberOfMessages", "VisibilityTimeout", "WaitTimeSeconds", "MessageSystemAttributeNames"}));
  const auto limit = ask.at("MaxNumberOfMessages").to_number<std::size_t>();
  if (limit < 1 || limit > 10) return refused("MaxNumberOfMessages is out of its range");
  SCALPER_TRY_ASSIGN(const Millis visibility, seconds_in(ask, "VisibilityTimeout", 43200));
  SCALPER_TRY_ASSIGN(const auto deliveries, messages_.receive(context, limit, visibility, Millis{0}));
  json::array messages;
  for (const Delivery& delivery : deliveries)
    messages.push_back(json::object{
        {"MessageId", delivery.message_id},
        {"ReceiptHandle", delivery.receipt},
        {"Body", delivery.body},
        {"Attributes", json::object{{"ApproximateReceiveCount", std::to_string(delivery.receive_count)}}}});
  return json::object{{"Messages", std::move(messages)}};
}

Result<json::object> SqsStandIn::attributes(const CallContext& context, const json::object& ask) {
  SCALPER_TRY(check_names(ask, {"QueueUrl", "AttributeNames"}));
  SCALPER_TRY_ASSIGN(const QueueDepth depth, messages_.depth(context));
  return json::object{
      {"Attributes", json::object{{"ApproximateNumberOfMessages", std::to_string(depth.visible)},
                                  {"ApproximateNumberOfMessagesNotVisible", std::to_string(depth.in_flight)},
                                  {"ApproximateNumberOfMessagesDelayed", "0"}}}};
}

Result<json::object> SqsStandIn::each(const CallContext& context, const json::object& ask, bool deletes) {
  SCALPER_TRY(check_names(ask, {"QueueUrl", "Entries"}));
  const json::array& entries = ask.at("Entries").as_array();
  if (entries.empty() || entries.size() > 10) return refused("a batch has 1 to 10 entries");
  json::array successful;
  json::array failed;
  for (const json::value& entry : entries) {
    SCALPER_TRY(check_names(entry.as_object(), {"Id", "ReceiptHandle", "VisibilityTimeout"}));
    const std::string receipt = text_of(entry, "ReceiptHandle");
    SCALPER_TRY_ASSIGN(const Millis hidden, seconds_in(entry.as_object(), "VisibilityTimeout", 43200));
    const auto done = deletes ? messages_.acknowledge(context, receipt) : messages_.extend(context, receipt, hidden);
    if (done.ok())
      successful.push_back(json::object{{"Id", entry.at("Id")}});
    else
      failed.push_back(json::object{{"Id", entry.at("Id")},
                                    {"Code", "ReceiptHandleIsInvalid"},
                                    {"Message", done.error().message()},
                                    {"SenderFault", true}});
  }
  return json::object{{"Successful", std::move(successful)}, {"Failed", std::move(failed)}};
}

}  // namespace scalper
