#pragma once
// What a gate on AWS is told by its environment, read and checked once at the start.

#include <cstdint>
#include <string>

#include "adapters/aws/client/environment.h"
#include "base/result.h"
#include "model/names.h"
#include "ports/telemetry.h"

namespace scalper::aws {

// Where contracts come from: a folder, a prefix of a bucket, or neither: the built-in contract judges everything.
struct ContractsPlace {
  std::string folder;
  BucketName bucket;
  std::string prefix;  // without '/' at both ends; "" for the whole bucket
};

struct AwsSettings {
  std::string pipeline;
  BucketName input;
  BucketName output;
  BucketName quarantine;
  std::string table;            // empty: none
  std::string queue_url;        // empty: none, the sweep is the source
  std::string dead_letter_url;  // empty: none is looked at
  std::string large_queue_url;  // empty: none
  std::string notice_topic;     // its ARN; empty: none is told
  std::string notice_bus;       // name or ARN; empty: none is told
  ContractsPlace contracts;
  bool publish_exact = false;
  std::uint64_t max_files_per_hour = 0;  // 0: no limit
  LogLevel log_level = LogLevel::kInfo;
};

// What may be missing: a worker can keep its records in a file, and find its files by the sweep alone; who only reads
// records needs the table and neither buckets nor contracts.
struct AwsNeeds {
  bool table = true;
  bool queue = true;
  bool files = true;
};

// By the variables of hosts/environment.h; `environment` gives fallbacks where it has some. kInvalidArgument names
// every variable that is missing or wrong, with what belongs there. Refused as well: two of the buckets being one
// (files would go round for ever), a bucket under an access point's name (it may be any of them), contracts in a bucket
// of files, two of the queues being one, FIFO queues and topics.
[[nodiscard]] Result<AwsSettings> read_aws_settings(const Environment& environment, AwsNeeds needs = {});

}  // namespace scalper::aws
