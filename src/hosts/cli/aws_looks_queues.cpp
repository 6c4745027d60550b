#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "adapters/aws/json_fields.h"
#include "adapters/aws/sqs_calls.h"
#include "base/escape.h"
#include "hosts/cli/aws_looks.h"

namespace scalper::cli {
namespace {

namespace json = boost::json;
using aws::text_in;

constexpr std::size_t kShown = 300;
constexpr std::uint64_t kShortVisibility = 120;                 // of a function that may run for 20 s
constexpr std::uint64_t kVisibilityOverTimeout = 6;             // "at least six times the function timeout"
constexpr std::uint64_t kFewReceives = 5;                       // likewise
constexpr std::uint64_t kShortRetention = 4ULL * 24 * 60 * 60;  // SQS's default; a weekend and a day

std::string named(const std::string& url) {
  return "queue " + escape_text(url.substr(std::min(url.rfind('/') + 1, url.size())), 100);
}

std::uint64_t number_in(const json::object& object, std::string_view name) {
  const std::string text = text_in(object, name);
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

json::object object_of(const std::string& text) {
  boost::system::error_code failed;
  const json::value value = json::parse(text, failed);
  return !failed && value.is_object() ? value.get_object() : json::object{};
}

// Its attributes; empty after a complaint.
json::object attributes_of(const Look& look, const std::string& url) {
  auto answer = aws::sqs::call(look.client, CallContext{}, "GetQueueAttributes",
                               {{"QueueUrl", url}, {"AttributeNames", json::array{"All"}}});
  if (answer.ok())
    if (const json::value* attributes = answer->if_contains("Attributes");
        attributes != nullptr && attributes->is_object())
      return attributes->get_object();
  if (answer.ok()) {
    look.said.fail(named(url), "says nothing of itself", "");
  } else {
    const bool denied = answer.failed_with(ErrorCode::kPermissionDenied);
    look.said.fail(named(url), answer.error().message(),
                   denied ? "allow sqs:GetQueueAttributes" : "make it, or mend its URL in the environment");
  }
  return {};
}

void judge_encryption(const Look& look, const std::string& subject, const json::object& attributes) {
  const std::string key = text_in(attributes, "KmsMasterKeyId");
  if (!key.empty()) look.keys.insert(key);
  if (!key.empty()) return look.said.ok(subject, "is encrypted with the key " + escape_text(key, kShown));
  if (text_in(attributes, "SqsManagedSseEnabled") == "true") return look.said.ok(subject, "is encrypted by SQS");
  look.said.warn(subject, "is not encrypted", "the attribute SqsManagedSseEnabled=true");
}

void judge_visibility(const Look& look, const std::string& subject, const json::object& attributes) {
  const std::uint64_t visibility = number_in(attributes, "VisibilityTimeout");
  const std::string says = "hides a message for " + std::to_string(visibility) +
                           " s, which suits functions that may run for " +
                           std::to_string(visibility / kVisibilityOverTimeout) + " s";
  if (visibility >= kShortVisibility) return look.said.ok(subject, says);
  look.said.warn(subject, says, "VisibilityTimeout at least six times the function's timeout");
}

void judge_redrive(const Look& look, const std::string& subject, const json::object& policy) {
  if (text_in(policy, "deadLetterTargetArn").empty())
    return look.said.warn(subject,
                          "has no dead-letter queue: what fails for ever is tried for ever, and nobody is told",
                          "a RedrivePolicy with maxReceiveCount 5 or more");
  const json::value* const count = policy.if_contains("maxReceiveCount");  // a number, or digits
  std::uint64_t receives = number_in(policy, "maxReceiveCount");
  if (count != nullptr && count->is_number()) receives = count->to_number<std::uint64_t>();
  const std::string says = "gives a message up after " + std::to_string(receives) + " tries";
  if (receives >= kFewReceives) return look.said.ok(subject, says);
  look.said.warn(subject, says + ": throttling alone may take as many", "maxReceiveCount 5 or more");
}

void judge_retention(const Look& look, const std::string& subject, const json::object& attributes) {
  const std::uint64_t retention = number_in(attributes, "MessageRetentionPeriod");
  const std::string says = "keeps a message for " + std::to_string(retention / 3600) + " h";
  if (retention >= kShortRetention) return look.said.ok(subject, says);
  look.said.warn(subject, says + "; then only the sweep knows of its file", "MessageRetentionPeriod 1209600");
}

}  // namespace

QueueFacts look_at_queue(const Look& look, const std::string& url) {
  const std::string subject = named(url);
  const json::object attributes = attributes_of(look, url);
  if (attributes.empty()) return {};
  const json::object redrive = object_of(text_in(attributes, "RedrivePolicy"));
  look.said.ok(subject,
               "is there, " + std::to_string(number_in(attributes, "ApproximateNumberOfMessages")) + " waiting, " +
                   std::to_string(number_in(attributes, "ApproximateNumberOfMessagesNotVisible")) + " in work");
  judge_visibility(look, subject, attributes);
  judge_retention(look, subject, attributes);
  judge_redrive(look, subject, redrive);
  judge_encryption(look, subject, attributes);
  return {text_in(attributes, "QueueArn"), text_in(attributes, "KmsMasterKeyId"),
          text_in(redrive, "deadLetterTargetArn"), text_in(attributes, "Policy")};
}

void look_at_dead_letters(const Look& look, const std::string& url, const QueueFacts& queue) {
  if (url.empty())
    return look.said.warn("dead letters", "SCALPER_DLQ_URL is not set: none are counted, listed or put back",
                          "set it to the URL of the queue's dead-letter queue");
  const std::string subject = named(url);
  const json::object attributes = attributes_of(look, url);
  if (attributes.empty()) return;
  const std::string arn = text_in(attributes, "QueueArn");
  if (!queue.arn.empty() && arn != queue.dead_target)
    look.said.fail(subject,
                   "is not the one that the queue gives its dead letters to" +
                       (queue.dead_target.empty() ? "" : ", which is " + escape_text(queue.dead_target, kShown)),
                   "mend SCALPER_DLQ_URL, or the queue's RedrivePolicy");
  judge_retention(look, subject, attributes);
  judge_encryption(look, subject, attributes);
  const std::uint64_t letters = number_in(attributes, "ApproximateNumberOfMessages");
  if (letters == 0) return look.said.ok(subject, "holds no dead letters");
  look.said.warn(subject, "holds " + std::to_string(letters) + " dead letters",
                 "'scalper queue --aws' lists them; once the cause is gone, 'scalper redrive --aws'");
}

void look_at_large_queue(const Look& look, const std::string& url) {
  if (url.empty()) return;
  const json::object attributes = attributes_of(look, url);
  if (attributes.empty()) return;
  look.said.ok(named(url), "is there for large files, " +
                               std::to_string(number_in(attributes, "ApproximateNumberOfMessages")) + " waiting");
  judge_encryption(look, named(url), attributes);
}

}  // namespace scalper::cli
