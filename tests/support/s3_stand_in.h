#pragma once
// S3 in memory behind the AWS client, for tests without the service: buckets that keep versions, delete markers,
// conditions, multipart uploads, checksums. It refuses what the service refuses, and more: parameters and headers that
// it does not know. Errors are read by the client's own table of AWS's words. Nothing is late. Thread-safe. Source:
// Amazon S3 API reference 2006-03-01.

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/aws/client/aws_client.h"
#include "adapters/aws/client/xml.h"
#include "ports/clock.h"

namespace scalper {

struct S3StandInOptions {
  bool copies_honour_conditions = true;  // AWS; else CopyObject overwrites in spite of If-None-Match
  bool keeps_checksums = true;           // full-object CRC-64/NVME; else it states none and refuses to be asked for one
  bool repeats_completions = false;      // completed again, an upload is answered as before
  std::uint64_t copy_limit = std::uint64_t{5} << 30;
  std::uint64_t least_part = std::uint64_t{5} << 20;  // of all parts but the last
};

// One version, as a test looks at it.
struct S3Stored {
  std::string version;
  std::string etag;  // without quotes
  std::string bytes;
  WallTime modified{};  // whole seconds; of a multipart upload when it was begun
  bool is_marker = false;
  aws::Fields headers;  // metadata and system headers, as they were sent
  std::string tags;     // as a query
};

class S3StandIn final : public aws::AwsClient {
 public:
  explicit S3StandIn(Clock& clock, S3StandInOptions options = {}) : clock_(clock), options_(options) {}

  void add_bucket(const std::string& bucket);

  [[nodiscard]] Result<aws::AwsResponse> call(const CallContext& context, const aws::AwsRequest& request,
                                              aws::AwsRefusal* refusal) override;
  [[nodiscard]] Result<aws::AwsStream> open(const CallContext& context, const aws::AwsRequest& request,
                                            aws::AwsRefusal* refusal) override;
  [[nodiscard]] Result<std::string> presign(const CallContext&, const aws::AwsRequest&, std::chrono::seconds) override;
  [[nodiscard]] std::string region() const override { return "eu-central-1"; }

  // All versions of a bucket by key, the newest last; markers too.
  [[nodiscard]] std::map<std::string, std::vector<S3Stored>> versions(const std::string& bucket);
  [[nodiscard]] std::size_t uploads();                  // begun, and neither completed nor aborted
  [[nodiscard]] std::vector<std::string> operations();  // of all calls, in order: "CopyObject"

  // An answer that refuses, as the client would tell it: for tests that make calls fail.
  [[nodiscard]] Error refusal(const aws::AwsRequest& request, int status, const std::string& code,
                              aws::AwsRefusal* into) const;

 private:
  struct Refused {
    int status;
    std::string code;
    std::string message = "the stand-in says no";
  };
  struct Part {
    std::string bytes;
    std::string etag;
  };
  struct Upload {
    std::string bucket;
    std::string key;
    WallTime begun{};
    aws::Fields headers;
    std::string tags;
    bool checksummed = false;
    std::map<std::uint64_t, Part> parts;
    std::optional<aws::AwsResponse> done;
  };
  using Answer = Result<aws::AwsResponse>;
  using Versions = std::map<std::string, std::vector<S3Stored>>;  // by key
  struct Asked;                                                   // s3_stand_in_asked.h: one request, taken apart

  // Each throws Refused.
  [[nodiscard]] aws::AwsResponse run(const aws::AwsRequest& request);
  [[nodiscard]] aws::AwsResponse get(const Asked& asked);
  [[nodiscard]] aws::AwsResponse put(const Asked& asked);
  [[nodiscard]] aws::AwsResponse copy(const Asked& asked);
  [[nodiscard]] aws::AwsResponse remove(const Asked& asked);
  [[nodiscard]] aws::AwsResponse tags(const Asked& asked);
  [[nodiscard]] aws::AwsResponse list(const Asked& asked);
  [[nodiscard]] aws::AwsResponse begin_upload(const Asked& asked);
  [[nodiscard]] aws::AwsResponse put_part(const Asked& asked);
  [[nodiscard]] aws::AwsResponse list_parts(const Asked& asked);
  [[nodiscard]] aws::AwsResponse complete(const Asked& asked);
  [[nodiscard]] aws::AwsResponse abort(const Asked& asked);

  [[nodiscard]] Versions& bucket(const std::string& name);
  [[nodiscard]] const S3Stored* current(const Asked& asked);
  [[nodiscard]] const S3Stored& named(const std::string& in, const std::string& key, const std::string& version,
                                      bool has_version);
  [[nodiscard]] const S3Stored& source_of(const Asked& asked);
  [[nodiscard]] Upload& upload(const Asked& asked);
  void demand(const Asked& asked);  // its conditions on what stands at the key
  void check_crc(const Asked& asked, std::string_view bytes) const;
  [[nodiscard]] const S3Stored& store(const std::string& in, const std::string& key, S3Stored stored);
  [[nodiscard]] WallTime now() const;  // whole seconds

  Clock& clock_;
  const S3StandInOptions options_;
  std::mutex mutex_;
  std::map<std::string, Versions> buckets_;
  std::map<std::string, Upload> uploads_;
  std::vector<std::string> operations_;
  std::uint64_t count_ = 0;
};

}  // namespace scalper
