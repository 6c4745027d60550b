#include <algorithm>
#include <array>
#include <optional>

#include "adapters/aws/client/xml.h"
#include "adapters/aws/s3_notification.h"
#include "base/escape.h"
#include "hosts/cli/aws_looks.h"
#include "hosts/cli/queue_policy.h"

namespace scalper::cli {
namespace {

constexpr std::size_t kShown = 300;

std::string named(const BucketName& bucket) { return "bucket " + escape_text(bucket.value(), 255); }

std::string with_bucket(std::string_view command, const BucketName& bucket) {
  return "aws s3api " + std::string(command) + " --bucket " + escape_text(bucket.value(), 255);
}

aws::AwsRequest bucket_request(std::string_view method, const BucketName& bucket, std::string_view part) {
  aws::AwsRequest request;
  request.service = "s3";
  request.method = method;
  request.bucket = bucket.value();
  if (!part.empty()) request.query.emplace_back(part, "");
  return request;
}

struct Part {
  std::string_view name;        // of the query
  std::string_view says;        // "encryption"
  std::string_view permission;  // that it takes
  std::string_view absent;      // S3's word for "there is none"
};

// The document, an empty one where there is none; nothing after a warning.
std::optional<aws::XmlElement> part_of(const Look& look, const BucketName& bucket, const Part& part) {
  aws::AwsRefusal refusal;
  const auto answer = look.client.call(CallContext{}, bucket_request("GET", bucket, part.name), &refusal);
  if (answer.ok()) {
    auto document = aws::parse_xml(answer->body);
    if (document.ok()) return std::move(document).value();
    look.said.warn(named(bucket), std::string(part.says) + ": " + document.error().message(), "");
    return std::nullopt;
  }
  if (refusal.code == part.absent) return aws::XmlElement{};
  const bool denied = answer.failed_with(ErrorCode::kPermissionDenied);
  look.said.warn(named(bucket),
                 std::string(part.says) + (denied ? " may not be looked at" : ": " + answer.error().message()),
                 denied ? "allow " + std::string(part.permission) : "");
  return std::nullopt;
}

bool look_whether_there(const Look& look, const BucketName& bucket) {
  const auto answer = look.client.call(CallContext{}, bucket_request("HEAD", bucket, ""));
  if (!answer.ok()) {
    const bool absent = answer.failed_with(ErrorCode::kNotFound);
    look.said.fail(named(bucket), absent ? "is not there" : answer.error().message(),
                   absent ? "make it, or mend its name in the environment"
                          : "allow s3:ListBucket; a bucket of another account needs a policy there");
    return false;
  }
  const std::string region = escape_text(answer->header("x-amz-bucket-region"), 40);
  if (!region.empty() && region != look.client.region()) {
    look.said.fail(named(bucket), "is in " + region + ", the gate in " + look.client.region(),
                   "all parts of a gate are in one region; AWS_REGION says which");
    return false;
  }
  look.said.ok(named(bucket), region.empty() ? "is there" : "is there, in " + region);
  return true;
}

void look_at_versions(const Look& look, const BucketName& bucket) {
  const auto document = part_of(look, bucket, {"versioning", "versioning", "s3:GetBucketVersioning", "-"});
  if (!document) return;
  const std::string status = document->text_at({"Status"});
  if (status == "Enabled") return look.said.ok(named(bucket), "keeps versions");
  look.said.fail(named(bucket),
                 status.empty() ? "keeps no versions" : "keeps versions no more (" + escape_text(status) + ")",
                 with_bucket("put-bucket-versioning --versioning-configuration Status=Enabled", bucket));
}

void look_at_encryption(const Look& look, const BucketName& bucket) {
  const auto document = part_of(
      look, bucket,
      {"encryption", "encryption", "s3:GetEncryptionConfiguration", "ServerSideEncryptionConfigurationNotFoundError"});
  if (!document) return;
  const aws::XmlElement* rule = document->child("Rule");
  const std::string algorithm =
      rule == nullptr ? "" : rule->text_at({"ApplyServerSideEncryptionByDefault", "SSEAlgorithm"});
  const std::string key =
      rule == nullptr ? "" : rule->text_at({"ApplyServerSideEncryptionByDefault", "KMSMasterKeyID"});
  if (algorithm.empty())
    return look.said.warn(named(bucket), "has no default encryption",
                          "a store that is not AWS's may not say; AWS always encrypts");
  if (!key.empty()) look.keys.insert(key);
  look.said.ok(named(bucket), "encrypts by " + escape_text(algorithm, kShown) +
                                  (key.empty() ? ""
                                               : " with the key " + escape_text(key, kShown) +
                                                     ", which the gate and its readers need kms:Decrypt and "
                                                     "kms:GenerateDataKey for"));
}

void look_at_public_access(const Look& look, const BucketName& bucket) {
  const auto document = part_of(
      look, bucket,
      {"publicAccessBlock", "public access", "s3:GetBucketPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration"});
  if (!document) return;
  constexpr std::array kAll = {"BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"};
  if (std::all_of(kAll.begin(), kAll.end(), [&](const char* one) { return document->text_at({one}) == "true"; }))
    return look.said.ok(named(bucket), "blocks public access");
  look.said.warn(
      named(bucket), "does not block all public access",
      with_bucket("put-public-access-block --public-access-block-configuration "
                  "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
                  bucket));
}

bool expires(const aws::XmlElement& rule) {
  return rule.child("Expiration") != nullptr || rule.child("NoncurrentVersionExpiration") != nullptr;
}

void look_at_lifecycle(const Look& look, const BucketName& bucket, BucketRole role) {
  const auto document =
      part_of(look, bucket, {"lifecycle", "lifecycle", "s3:GetLifecycleConfiguration", "NoSuchLifecycleConfiguration"});
  if (!document) return;
  bool aborts = false;
  bool ends = false;
  for (const aws::XmlElement& rule : document->children) {
    if (rule.name != "Rule" || rule.text_at({"Status"}) != "Enabled") continue;
    aborts = aborts || rule.child("AbortIncompleteMultipartUpload") != nullptr;
    ends = ends || expires(rule);
  }
  if (role == BucketRole::kInput && ends)
    look.said.warn(named(bucket), "has a lifecycle rule that ends versions: a file that waits longer is gone unchecked",
                   "end versions in output and quarantine, never in input");
  if (aborts) return look.said.ok(named(bucket), "ends uploads that were never completed");
  look.said.warn(named(bucket), "keeps parts of uploads that were never completed, for money",
                 "a lifecycle rule with AbortIncompleteMultipartUpload, DaysAfterInitiation 7");
}

bool is_created(const std::string& event) { return event == "s3:ObjectCreated:*" || event == "s3:*"; }

// Says what a queue configuration that leads to our queue is worth.
void judge_queue_events(const Look& look, const std::string& subject, const aws::XmlElement& configuration) {
  const bool all = std::any_of(configuration.children.begin(), configuration.children.end(),
                               [](const auto& child) { return child.name == "Event" && is_created(child.text); });
  if (!all)
    return look.said.warn(subject,
                          "tells the queue of some kinds of new objects only; the sweep finds the others, later",
                          "the event s3:ObjectCreated:* instead of single ones");
  const aws::XmlElement* filter = configuration.child("Filter");
  if (filter != nullptr && filter->child("S3Key") != nullptr && !filter->child("S3Key")->children.empty())
    return look.said.warn(subject, "tells the queue of keys that pass a filter only; the sweep finds the others, later",
                          "take the filter away, where that is not meant");
  look.said.ok(subject, "tells the queue of every new object");
}

// arn:<partition>:sqs:<region>:<account>:<name>
std::string part_of_arn(std::string_view arn, std::size_t number) {
  for (; number > 0 && !arn.empty(); --number) arn.remove_prefix(std::min(arn.find(':'), arn.size() - 1) + 1);
  return std::string(arn.substr(0, arn.find(':')));
}

// `source`: its ARN, where that is known.
void judge_sender(const Look& look, const QueueFacts& queue, const std::string& who, const std::string& source) {
  const std::string subject = "events";
  if (queue.kms_key == "alias/aws/sqs")
    look.said.fail(subject, "the queue is encrypted with SQS's own KMS key, which " + who + " may not use",
                   "SSE-SQS, or a key of yours whose policy lets " + who + " use it");
  const Sending sending = may_send(queue.policy, who, source, part_of_arn(queue.arn, 4));
  const std::string because = sending.why.empty() ? "" : ": " + sending.why;
  const std::string conditions = "aws:SourceArn and aws:SourceAccount as its conditions";
  switch (sending.right) {
    case Sending::Right::kFor: return look.said.ok(subject, "the queue's policy lets " + who + " send");
    case Sending::Right::kAnybody:
      return look.said.warn(subject, "the queue's policy lets " + who + " send, on behalf of any account",
                            "the statement with " + conditions);
    case Sending::Right::kPerhaps:
      return look.said.warn(subject, "the queue's policy may let " + who + " send" + because, "");
    case Sending::Right::kNone: break;
  }
  look.said.fail(subject, "the queue's policy does not let " + who + " send" + because,
                 "a statement that allows sqs:SendMessage to the service " + who + ", with " + conditions);
}

}  // namespace

void look_at_bucket(const Look& look, const BucketName& bucket, BucketRole role) {
  if (!look_whether_there(look, bucket)) return;
  if (role != BucketRole::kContracts) look_at_versions(look, bucket);
  look_at_encryption(look, bucket);
  look_at_public_access(look, bucket);
  if (role != BucketRole::kContracts) look_at_lifecycle(look, bucket, role);
}

void look_at_events(const Look& look, const BucketName& input, const QueueFacts& queue) {
  const std::string subject = named(input);
  const auto notification = aws::get_notification(look.client, CallContext{}, input);
  if (!notification.ok()) {
    const bool denied = notification.failed_with(ErrorCode::kPermissionDenied);
    return look.said.warn(subject, denied ? "whom it tells may not be looked at" : notification.error().message(),
                          denied ? "allow s3:GetBucketNotification" : "");
  }
  if (queue.arn.empty()) return;  // said already
  for (const aws::XmlElement& child : notification->root.children) {
    if (child.name != "QueueConfiguration" || child.text_at({"Queue"}) != queue.arn) continue;
    judge_queue_events(look, subject, child);
    return judge_sender(look, queue, "s3.amazonaws.com", "arn:" + part_of_arn(queue.arn, 1) + ":s3:::" + input.value());
  }
  if (notification->reaches_event_bridge()) {
    look.said.ok(subject, "tells EventBridge; whether a rule there leads to the queue, only --canary shows");
    return judge_sender(look, queue, "events.amazonaws.com", "");
  }
  if (notification->root.child("TopicConfiguration") != nullptr)
    return look.said.warn(subject, "tells a topic; whether that leads to the queue, only --canary shows", "");
  look.said.fail(subject, "tells nobody of new objects; only the sweep finds them",
                 "a notification of s3:ObjectCreated:* to " + escape_text(queue.arn, kShown) +
                     ", or 'scalper connect " + escape_text(input.value(), 255) + "' and a rule of EventBridge");
}

}  // namespace scalper::cli
