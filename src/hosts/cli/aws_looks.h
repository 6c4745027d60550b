#pragma once
// What the doctor looks at on AWS, each by calls that change nothing. What is said of an answer is here alone, so that
// tests may script the answers.
// Sources: S3, SQS, SNS and DynamoDB API references; "Creating and configuring an Amazon SQS event source mapping"
// (Lambda) for visibility, maxReceiveCount and policies.

#include <set>
#include <string>
#include <string_view>

#include "adapters/aws/client/aws_client.h"
#include "hosts/aws_settings.h"
#include "hosts/cli/diagnosis.h"

namespace boost::json {
class object;
}

namespace scalper::cli {

struct Look {
  aws::AwsClient& client;
  Diagnoses& said;
  std::set<std::string>& keys;  // KMS keys that were met on the way
};

// Who the caller is. False: the credentials are none, and every other look would fail alike.
[[nodiscard]] bool look_at_caller(const Look& look);

enum class BucketRole : std::uint8_t { kInput, kOutput, kQuarantine, kContracts };
// Whether it is there; then region, versions, encryption, public access, lifecycle.
void look_at_bucket(const Look& look, const BucketName& bucket, BucketRole role);

// Of the queue of events, as far as others have to do with it.
struct QueueFacts {
  std::string arn;          // empty: it could not be looked at
  std::string kms_key;      // empty: none, or SQS's own
  std::string dead_target;  // the ARN of its redrive policy
  std::string policy;       // JSON
};
[[nodiscard]] QueueFacts look_at_queue(const Look& look, const std::string& url);
void look_at_dead_letters(const Look& look, const std::string& url, const QueueFacts& queue);
void look_at_large_queue(const Look& look, const std::string& url);

// Whether what comes into the bucket is told to the queue.
void look_at_events(const Look& look, const BucketName& input, const QueueFacts& queue);

// Whether each key that was met can be used at all; those of AWS itself cannot be looked at, and need not be.
void look_at_keys(const Look& look);

void look_at_table(const Look& look, const std::string& table);
void look_at_topic(const Look& look, const std::string& arn);
void look_at_bus(const Look& look, const std::string& bus);

// What the caller may do, by calls that cannot do anything: keys that are not there, conditions that cannot hold,
// receipts that are none. The function's role is somebody else; --canary shows what that one may.
void look_at_permissions(const Look& look, const aws::AwsSettings& settings);

// Keys and indexes of a table, one text each: "by_key kp:HASH:S kk:RANGE:B KEYS_ONLY". Of what CreateTable takes and of
// what DescribeTable answers alike.
[[nodiscard]] std::set<std::string> shape_of(const boost::json::object& table);
// Those of schemas/records-table.json.
[[nodiscard]] std::set<std::string> records_shape();

}  // namespace scalper::cli
