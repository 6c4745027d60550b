#include "adapters/aws/sqs_calls.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <utility>

#include "adapters/aws/json_fields.h"
#include "base/escape.h"
#include "base/trace_context.h"

namespace scalper::aws::sqs {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxReceipt = 4096;  // those that SQS gives have some hundred
constexpr std::size_t kShown = 200;

Error no_answer(const std::string& why) { return {ErrorCode::kCorrupt, "sqs: the answer " + why}; }

Result<Delivery> delivery_of(const json::value& value) {
  const json::object* const message = value.if_object();
  if (message == nullptr) return no_answer("has a message that is none");
  Delivery delivery;
  delivery.message_id = view_in(*message, "MessageId");
  delivery.receipt = view_in(*message, "ReceiptHandle");
  delivery.body = view_in(*message, "Body");
  if (delivery.message_id.empty() || delivery.receipt.empty()) return no_answer("has a message without id or receipt");
  if (const json::value* const attributes = message->if_contains("Attributes"); attributes != nullptr)
    if (const json::object* const named = attributes->if_object()) {
      const std::string_view count = view_in(*named, "ApproximateReceiveCount");
      std::from_chars(count.data(), count.data() + count.size(), delivery.receive_count);
      if (const auto trace = parse_amazon_trace(view_in(*named, "AWSTraceHeader")))
        delivery.traceparent = format_traceparent(*trace);
    }
  return delivery;
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

Result<Fate> fate_of(const json::object& failed) {
  std::string_view code = view_in(failed, "Code");
  if (const auto dot = code.rfind('.'); dot != std::string_view::npos) code.remove_prefix(dot + 1);
  const std::string_view message = view_in(failed, "Message");
  // InvalidParameterValue says of a message that is gone: "... for parameter ReceiptHandle is invalid. Reason: ..."
  if (code == "ReceiptHandleIsInvalid" || code == "MessageNotInflight" ||
      (code == "InvalidParameterValue" && contains(message, "parameter ReceiptHandle")))
    return Fate::kVoid;
  const json::value* const fault = failed.if_contains("SenderFault");
  const bool ours = fault != nullptr && fault->is_bool() && fault->get_bool();
  const ErrorCode kind = contains(code, "Throttl") || code == "OverLimit" ? ErrorCode::kThrottled
                         : ours                                           ? ErrorCode::kInvalidArgument
                                                                          : ErrorCode::kUnavailable;
  return Error(kind, "sqs: " + escape_text(code, kShown) + ": " + escape_text(message, kShown));
}

// The place of an entry by its id; `count` where it is none of ours.
std::size_t place_of(const json::object& entry, std::size_t count) {
  const std::string_view id = view_in(entry, "Id");
  std::size_t place = count;
  const auto [end, failed] = std::from_chars(id.data(), id.data() + id.size(), place);
  return failed == std::errc() && end == id.data() + id.size() ? std::min(place, count) : count;
}

}  // namespace

std::chrono::seconds whole_seconds(Millis time, std::chrono::seconds most) {
  return std::clamp(std::chrono::ceil<std::chrono::seconds>(std::min(time, Millis{most})), std::chrono::seconds{0},
                    most);
}

Result<json::object> call(AwsClient& client, const CallContext& context, std::string_view operation,
                          const json::object& ask) {
  AwsRequest request;
  request.service = "sqs";
  request.headers = {{"content-type", "application/x-amz-json-1.0"},
                     {"x-amz-target", "AmazonSQS." + std::string(operation)}};
  request.body = json::serialize(ask);
  auto response = client.call(context, request);
  if (response.failed_with(ErrorCode::kNotFound))
    return Error(ErrorCode::kInvalidArgument, "the queue is not there: " + response.error().message());
  if (!response.ok()) return response.error();
  if (response->body.empty()) return json::object{};  // operations without an answer
  boost::system::error_code failed;
  json::value value = json::parse(response->body, failed);
  if (failed || !value.is_object()) return no_answer("is no JSON object");
  return std::move(value.as_object());
}

Result<std::vector<Delivery>> receive(AwsClient& client, const CallContext& context, const std::string& queue_url,
                                      std::size_t limit, std::chrono::seconds visibility, std::chrono::seconds poll) {
  const json::object ask{{"QueueUrl", queue_url},
                         {"MaxNumberOfMessages", limit},
                         {"VisibilityTimeout", visibility.count()},
                         {"WaitTimeSeconds", poll.count()},
                         {"MessageSystemAttributeNames", json::array{"ApproximateReceiveCount", "AWSTraceHeader"}}};
  SCALPER_TRY_ASSIGN(const json::object answer, call(client, context, "ReceiveMessage", ask));
  std::vector<Delivery> deliveries;
  for (const json::value& message : list_in(answer, "Messages")) {
    SCALPER_TRY_ASSIGN(Delivery delivery, delivery_of(message));
    deliveries.push_back(std::move(delivery));
  }
  return deliveries;
}

std::vector<Result<Fate>> fates_of(const json::object& answer, std::size_t count) {
  std::vector<Result<Fate>> fates(count, no_answer("says nothing of one entry of the batch"));
  for (const json::value& one : list_in(answer, "Successful"))
    if (const json::object* const entry = one.if_object())
      if (const std::size_t place = place_of(*entry, count); place < count) fates[place] = Fate::kDone;
  for (const json::value& one : list_in(answer, "Failed"))
    if (const json::object* const entry = one.if_object())
      if (const std::size_t place = place_of(*entry, count); place < count) fates[place] = fate_of(*entry);
  return fates;
}

bool is_possible_receipt(std::string_view receipt) {
  return !receipt.empty() && receipt.size() <= kMaxReceipt &&
         std::all_of(receipt.begin(), receipt.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

}  // namespace scalper::aws::sqs
