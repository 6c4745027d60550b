#pragma once
// What the tests of S3ObjectStore share: a store over a client that answers as a test says.

#include <gtest/gtest.h>

#include <string>

#include "adapters/aws/s3_object_store.h"
#include "adapters/aws/s3_text.h"
#include "contract/subject.h"
#include "digest/crc64nvme.h"
#include "support/byte_sources.h"
#include "support/fake_clock.h"
#include "support/scripted_aws_client.h"

namespace scalper::aws {

class S3Script : public testing::Test {
 protected:
  explicit S3Script(S3Settings settings = {.conditions = CopyConditions::kCopy, .copy_lanes = 1})
      : store(client, clock, std::move(settings)) {}

  [[nodiscard]] static std::string crc_of(const std::string& bytes) {
    return format_crc64nvme(crc64nvme(as_bytes(bytes)));
  }
  // The headers of an object of `size` bytes.
  [[nodiscard]] static Fields object(std::uint64_t size, Fields more = {}) {
    Fields headers{{"etag", "\"e1\""},
                   {"content-length", std::to_string(size)},
                   {"last-modified", "Wed, 25 Nov 2026 22:04:02 GMT"},
                   {"content-type", "text/csv"}};
    headers.insert(headers.end(), more.begin(), more.end());
    return headers;
  }

  // Of the call number `n`, or of the last one: a header or a parameter, "-" where there is none.
  [[nodiscard]] std::string header(std::string_view name, std::size_t n = SIZE_MAX) const {
    return field(asked(n).headers, name);
  }
  [[nodiscard]] std::string parameter(std::string_view name, std::size_t n = SIZE_MAX) const {
    return field(asked(n).query, name);
  }
  [[nodiscard]] const AwsRequest& asked(std::size_t n = SIZE_MAX) const {
    static const AwsRequest none;
    if (client.asked.empty()) return none;
    return client.asked.at(std::min(n, client.asked.size() - 1));
  }
  // "HEAD /k" for each call.
  [[nodiscard]] std::vector<std::string> calls() const {
    std::vector<std::string> calls;
    for (const AwsRequest& request : client.asked) {
      calls.push_back(request.method + " " + request.path);
      for (const auto& [name, value] : request.query)
        if (name != "versionId") calls.back() += " " + name;
    }
    return calls;
  }

  FakeClock clock;
  ScriptedAwsClient client;
  S3ObjectStore store;
  CallContext context;
  const BucketName input{"input"};
  const BucketName output{"output"};
  const ObjectRef source{input, ObjectKey{"a b+c/\xc3\xbc%.csv"}, VersionId{"v1"}};

 private:
  [[nodiscard]] static std::string field(const Fields& fields, std::string_view name) {
    for (const auto& [own, value] : fields)
      if (own == name) return value;
    return "-";
  }
};

using Calls = std::vector<std::string>;

}  // namespace scalper::aws
