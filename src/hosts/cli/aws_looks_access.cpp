// Who one is, the topic, and what one may do.
#include <boost/json.hpp>
#include <charconv>

#include "adapters/aws/caller_identity.h"
#include "adapters/aws/client/uri_encoding.h"
#include "adapters/aws/client/xml.h"
#include "adapters/aws/dynamodb_calls.h"
#include "adapters/aws/s3_calls.h"
#include "base/escape.h"
#include "hosts/cli/aws_looks.h"

namespace scalper::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kShown = 300;
constexpr const char* kNoSuchKey = ".scalper-probe/none";
constexpr const char* kNoSuchRecord = "control#doctor";
constexpr std::string_view kNoReceipt = "AQEBnone";

enum class May : std::uint8_t { kYes, kNo, kUnknown };

class Permissions {
 public:
  explicit Permissions(const Look& look) : look_(look) {}

  void add(const std::string& action, const std::string& resource, May may) {
    if (may == May::kYes) ++yes_;
    if (may == May::kUnknown) look_.said.warn("permissions", action + " on " + resource + ": no clear answer", "");
    if (may == May::kNo)
      look_.said.fail("permissions", "you may not " + action + " on " + resource, "allow " + action + " there");
  }
  void end() {
    look_.said.ok("permissions", std::to_string(yes_) +
                                     " calls of the verbs were let through; what may be written, and what "
                                     "the function's role may, only --canary shows");
  }

 private:
  const Look& look_;
  int yes_ = 0;
};

May may_of(const Result<void>& done) {
  if (done.failed_with(ErrorCode::kPermissionDenied)) return May::kNo;
  const bool silent = !done.ok() && (is_retryable(done.error().code()));
  return silent ? May::kUnknown : May::kYes;
}

Result<void> end_of(const auto& result) {
  if (result.ok()) return {};
  return result.error();
}

void try_bucket(const Look& look, Permissions& permissions, const BucketName& bucket) {
  const std::string name = escape_text(bucket.value(), 255);
  aws::AwsRequest list;
  list.service = "s3";
  list.method = "GET";
  list.bucket = bucket.value();
  list.query = {{"versions", ""}, {"max-keys", "1"}};
  permissions.add("s3:ListBucketVersions", name, may_of(end_of(look.client.call(CallContext{}, list))));
  const auto head = aws::object_request("HEAD", {bucket, ObjectKey{kNoSuchKey}, VersionId{}});
  permissions.add("s3:GetObject (and s3:ListBucket)", name, may_of(end_of(look.client.call(CallContext{}, head))));
}

void try_table(const Look& look, Permissions& permissions, const std::string& table) {
  const json::object key{{"pk", {{"S", kNoSuchRecord}}}};
  const auto tried = [&](const std::string& operation, json::object ask, const std::string& resource) {
    const auto done = aws::dynamo::call(look.client, CallContext{}, table, operation, std::move(ask));
    permissions.add("dynamodb:" + operation, resource, may_of(end_of(done)));
  };
  const std::string name = escape_text(table);
  tried("GetItem", {{"Key", key}, {"ConsistentRead", true}}, name);
  tried("PutItem", {{"Item", key}, {"ConditionExpression", "attribute_exists(pk)"}}, name);  // it is not there
  for (const auto& [index, attribute] :
       {std::pair("by_status", "sp"), std::pair("by_key", "kp"), std::pair("open_records", "op")})
    tried("Query",
          {{"IndexName", index},
           {"Limit", 1},
           {"KeyConditionExpression", std::string(attribute) + " = :one"},
           {"ExpressionAttributeValues", {{":one", {{"S", "doctor"}}}}}},
          name + "/index/" + index);
}

void try_queue(const Look& look, Permissions& permissions, const std::string& url, const std::string& operation,
               json::object ask) {
  if (url.empty()) return;
  ask["QueueUrl"] = url;
  ask["ReceiptHandle"] = kNoReceipt;
  aws::AwsRequest request;
  request.service = "sqs";
  request.headers = {{"content-type", "application/x-amz-json-1.0"}, {"x-amz-target", "AmazonSQS." + operation}};
  request.body = json::serialize(ask);
  permissions.add("sqs:" + operation, escape_text(url, kShown),
                  may_of(end_of(look.client.call(CallContext{}, request))));
}

}  // namespace

bool look_at_caller(const Look& look) {
  aws::AwsRefusal refusal;
  const auto identity = aws::caller_identity(look.client, CallContext{}, &refusal);
  if (identity.ok()) {
    look.said.ok("you", "are " + escape_text(identity->arn, kShown) + ", in account " +
                            escape_text(identity->account, 40) + ", region " + escape_text(look.client.region(), 40));
    return true;
  }
  // Somebody answered, and not because of who asks: a store that has no STS.
  if (refusal.status != 0 && !identity.failed_with(ErrorCode::kPermissionDenied) &&
      !is_retryable(identity.error().code())) {
    look.said.warn("you", "nobody says who you are: " + identity.error().message(), "");
    return true;
  }
  const bool unreached = is_retryable(identity.error().code());
  look.said.fail("you", identity.error().message(),
                 unreached
                     ? "AWS is not reached from here: network, proxy, AWS_ENDPOINT_URL, AWS_CA_BUNDLE"
                     : "credentials by AWS_PROFILE, by AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or by a role; "
                       "'scalper doctor --env' lists where they are looked for");
  return false;
}

void look_at_topic(const Look& look, const std::string& arn) {
  if (arn.empty()) return look.said.ok("topic", "none is named, nobody is told of verdicts");
  const std::string subject = "topic " + escape_text(arn.substr(arn.rfind(':') + 1), 256);
  aws::AwsRequest request;
  request.service = "sns";
  request.headers = {{"content-type", "application/x-www-form-urlencoded; charset=utf-8"}};
  request.body = aws::encode_query({{"Action", "GetTopicAttributes"}, {"Version", "2010-03-31"}, {"TopicArn", arn}});
  const auto answer = look.client.call(CallContext{}, request);
  if (!answer.ok()) {
    const bool denied = answer.failed_with(ErrorCode::kPermissionDenied);
    if (denied) return look.said.warn(subject, "may not be looked at", "allow sns:GetTopicAttributes");
    return look.said.fail(subject, answer.error().message(), "make it, or mend SCALPER_NOTICE_TOPIC_ARN");
  }
  const auto document = aws::parse_xml(answer->body);
  const aws::XmlElement* result = document.ok() ? document->child("GetTopicAttributesResult") : nullptr;
  const aws::XmlElement* attributes = result == nullptr ? nullptr : result->child("Attributes");
  std::string subscribers = "0";
  if (attributes != nullptr)
    for (const aws::XmlElement& entry : attributes->children)
      if (entry.text_at({"key"}) == "SubscriptionsConfirmed") subscribers = entry.text_at({"value"});
  if (subscribers == "0") return look.said.warn(subject, "is there, and nobody listens to it", "subscribe somebody");
  look.said.ok(subject, "is there, with " + escape_text(subscribers, 20) + " subscribers");
}

void look_at_bus(const Look& look, const std::string& bus) {
  if (bus.empty()) return;
  const std::string subject = "event bus " + escape_text(bus, kShown);
  aws::AwsRequest request;
  request.service = "events";
  request.headers = {{"content-type", "application/x-amz-json-1.1"}, {"x-amz-target", "AWSEvents.DescribeEventBus"}};
  request.body = json::serialize(json::object{{"Name", bus}});
  const auto answer = look.client.call(CallContext{}, request);
  if (answer.ok()) return look.said.ok(subject, "is there");
  const bool denied = answer.failed_with(ErrorCode::kPermissionDenied);
  if (denied) return look.said.warn(subject, "may not be looked at", "allow events:DescribeEventBus");
  look.said.fail(subject, answer.error().message(), "make it, or mend SCALPER_NOTICE_BUS");
}

void look_at_permissions(const Look& look, const aws::AwsSettings& settings) {
  Permissions permissions(look);
  for (const BucketName& bucket : {settings.input, settings.output, settings.quarantine})
    try_bucket(look, permissions, bucket);
  try_table(look, permissions, settings.table);
  try_queue(look, permissions, settings.queue_url, "ChangeMessageVisibility", {{"VisibilityTimeout", 0}});
  try_queue(look, permissions, settings.dead_letter_url, "DeleteMessage", {});
  permissions.end();
}

}  // namespace scalper::cli
