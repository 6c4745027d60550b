#include "adapters/aws/sqs_work_queue.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <utility>

#include "base/escape.h"
#include "ports/may_begin.h"

namespace scalper::aws {
namespace {

namespace json = boost::json;

// Between the end of a poll and the deadline: the answer's way here.
constexpr Millis kBeforeDeadline{std::chrono::seconds{1}};

Result<void> check_duration(Millis duration) {
  if (duration < Millis{0}) return Error{ErrorCode::kInvalidArgument, "a time to come is not negative"};
  return {};
}

Error void_receipt() { return {ErrorCode::kNotFound, "the receipt is void"}; }

Result<std::uint64_t> number_in(const json::object& attributes, std::string_view name) {
  const json::value* const value = attributes.if_contains(name);
  if (value == nullptr || !value->is_string()) return Error(ErrorCode::kCorrupt, "sqs: no " + std::string(name));
  const std::string_view text = value->get_string();
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size())
    return Error(ErrorCode::kCorrupt, "sqs: " + std::string(name) + " is no number");
  return number;
}

struct Counts {
  std::uint64_t visible = 0;
  std::uint64_t hidden = 0;
  std::uint64_t delayed = 0;
};

Result<Counts> counts_of(AwsClient& client, const CallContext& context, const std::string& url) {
  constexpr const char* kVisible = "ApproximateNumberOfMessages";
  constexpr const char* kHidden = "ApproximateNumberOfMessagesNotVisible";
  constexpr const char* kDelayed = "ApproximateNumberOfMessagesDelayed";
  SCALPER_TRY_ASSIGN(const json::object answer,
                     sqs::call(client, context, "GetQueueAttributes",
                               {{"QueueUrl", url}, {"AttributeNames", json::array{kVisible, kHidden, kDelayed}}}));
  const json::value* const attributes = answer.if_contains("Attributes");
  if (attributes == nullptr || !attributes->is_object()) return Error(ErrorCode::kCorrupt, "sqs: no attributes");
  Counts counts;
  SCALPER_TRY_ASSIGN(counts.visible, number_in(attributes->get_object(), kVisible));
  SCALPER_TRY_ASSIGN(counts.hidden, number_in(attributes->get_object(), kHidden));
  SCALPER_TRY_ASSIGN(counts.delayed, number_in(attributes->get_object(), kDelayed));
  return counts;
}

}  // namespace

SqsWorkQueue::SqsWorkQueue(AwsClient& client, Clock& clock, SqsQueueOptions options)
    : client_(client),
      clock_(clock),
      options_(std::move(options)),
      deletions_(client, clock, options_.queue_url, "DeleteMessageBatch"),
      changes_(client, clock, options_.queue_url, "ChangeMessageVisibilityBatch") {}

Result<void> SqsWorkQueue::send(const CallContext& context, const std::string& body, Millis delay) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY(check_duration(delay));
  if (body.size() > sqs::kMaxBody) return Error{ErrorCode::kInvalidArgument, "a message has at most 256 KiB"};
  if (body.empty() || !is_valid_utf8(body)) return Error{ErrorCode::kInvalidArgument, "a message is text, not empty"};
  const json::object ask{{"QueueUrl", options_.queue_url},
                         {"MessageBody", body},
                         {"DelaySeconds", sqs::whole_seconds(delay, sqs::kLongestDelay).count()}};
  const auto sent = sqs::call(client_, context, "SendMessage", ask);
  if (!sent.ok()) return sent.error();
  return {};
}

std::chrono::seconds SqsWorkQueue::poll_time(const CallContext& context, MonoTime now, MonoTime end) const {
  const auto wanted = sqs::whole_seconds(end - now, sqs::kLongestPoll);
  if (context.deadline == MonoTime::max()) return wanted;
  const auto room = std::chrono::floor<std::chrono::seconds>(context.deadline - now - kBeforeDeadline);
  return std::clamp(room, std::chrono::seconds{0}, wanted);
}

Result<std::vector<Delivery>> SqsWorkQueue::receive(const CallContext& context, std::size_t limit, Millis visibility,
                                                    Millis wait) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY(check_duration(visibility));
  if (limit < 1 || limit > sqs::kMaxBatch) return Error{ErrorCode::kInvalidArgument, "one call takes 1 to 10 messages"};
  const auto hidden = sqs::whole_seconds(visibility, sqs::kLongestVisibility);
  const MonoTime end = clock_.mono_now() + std::max(wait, Millis{0});
  for (;;) {
    const auto poll = poll_time(context, clock_.mono_now(), end);
    const MonoTime asked_at = clock_.mono_now();
    auto taken = sqs::receive(client_, context, options_.queue_url, limit, hidden, poll);
    if (!taken.ok() && context.stop.stop_requested()) return std::vector<Delivery>{};
    if (!taken.ok()) return taken.error();
    for (const Delivery& delivery : *taken) receipts_.received(delivery.receipt, asked_at);
    const bool is_last = clock_.mono_now() >= end || poll.count() == 0 || context.stop.stop_requested();
    if (!taken->empty() || is_last) return taken;
  }
}

Result<void> SqsWorkQueue::extend(const CallContext& context, const std::string& receipt, Millis visibility) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY(check_duration(visibility));
  if (!sqs::is_possible_receipt(receipt) || receipts_.is_given_back(receipt)) return void_receipt();
  const Millis left = receipts_.time_left(receipt, clock_.mono_now());
  if (left == Millis{0}) return void_receipt();  // 12 hours are over: SQS shows it again, whatever is asked for
  const auto hidden = sqs::whole_seconds(std::min(visibility, left), sqs::kLongestVisibility);
  SCALPER_TRY_ASSIGN(const sqs::Fate fate, changes_.submit(context, {receipt, hidden}));
  if (fate == sqs::Fate::kVoid) return void_receipt();
  return {};
}

Result<void> SqsWorkQueue::acknowledge(const CallContext& context, const std::string& receipt) {
  SCALPER_TRY(may_begin(context, clock_));
  if (!sqs::is_possible_receipt(receipt) || receipts_.is_given_back(receipt)) return {};
  const auto fate = deletions_.submit(context, {receipt, {}});
  if (!fate.ok()) return fate.error();
  receipts_.acknowledged(receipt);
  return {};
}

Result<void> SqsWorkQueue::give_back(const CallContext& context, const std::string& receipt, Millis delay) {
  SCALPER_TRY(may_begin(context, clock_));
  SCALPER_TRY(check_duration(delay));
  if (!sqs::is_possible_receipt(receipt) || receipts_.is_given_back(receipt)) return {};
  const MonoTime now = clock_.mono_now();
  const auto hidden = sqs::whole_seconds(std::min(delay, receipts_.time_left(receipt, now)), sqs::kLongestVisibility);
  const auto fate = changes_.submit(context, {receipt, hidden});
  if (!fate.ok()) return fate.error();
  receipts_.given_back(receipt, now);
  return {};
}

Result<QueueDepth> SqsWorkQueue::depth(const CallContext& context) {
  SCALPER_TRY(may_begin(context, clock_));
  QueueDepth depth;
  depth.oldest_age.reset();
  SCALPER_TRY_ASSIGN(const Counts counts, counts_of(client_, context, options_.queue_url));
  depth.visible = counts.visible;
  depth.in_flight = counts.hidden;
  if (options_.dead_letter_url.empty()) return depth;
  SCALPER_TRY_ASSIGN(const Counts dead, counts_of(client_, context, options_.dead_letter_url));
  depth.dead = dead.visible + dead.hidden + dead.delayed;
  return depth;
}

}  // namespace scalper::aws
