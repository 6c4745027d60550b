#pragma once
// Targets on S3: a signed form up to 5 GB (its policy names the key, the length and the checksum), above that a
// multipart upload with a signed URL for each part.
// Sources: "Browser-based uploads using POST" and "Uploading and copying objects using multipart upload" (S3).

#include <functional>

#include "adapters/aws/client/aws_client.h"
#include "adapters/aws/client/post_policy.h"
#include "adapters/aws/s3_upload.h"
#include "ports/clock.h"
#include "ports/upload_targets.h"

namespace scalper::aws {

struct SignedForm {
  std::string url;
  Fields fields;
  WallTime expires{};
};
using SignForm = std::function<Result<SignedForm>(const CallContext&, const PostPolicy&, std::chrono::seconds)>;

struct S3UploadTargetsOptions {
  BucketName input;
  std::uint64_t largest_form = std::uint64_t{5} << 30U;  // bytes; S3 takes no longer object in one request
  std::uint64_t least_part = std::uint64_t{64} << 20U;   // 5 MiB to 5 GiB
};

// An id is the base64 of "<key> NUL <upload> NUL <size>", with '-' and '_'. Nothing in it is secret to its holder, and
// who makes one up has a wish for his own key: S3 knows the upload, or it does not.
class S3UploadTargets final : public UploadTargets {
 public:
  // Client and clock outlive it.
  S3UploadTargets(AwsClient& client, Clock& clock, SignForm sign_form, S3UploadTargetsOptions options)
      : client_(client),
        clock_(clock),
        uploads_(client),
        sign_form_(std::move(sign_form)),
        options_(std::move(options)) {}

  [[nodiscard]] Result<UploadTarget> issue(const CallContext&, const UploadOrder& order) override;
  [[nodiscard]] Result<ObjectKey> key_of(const CallContext&, const std::string& id) override;
  [[nodiscard]] Result<std::vector<PartTarget>> sign_parts(const CallContext&, const std::string& id,
                                                           std::uint64_t first, std::uint64_t count) override;
  [[nodiscard]] Result<ObjectRef> complete(const CallContext&, const std::string& id) override;
  [[nodiscard]] Result<void> abort(const CallContext&, const std::string& id) override;

 private:
  struct Named;  // what an id says
  [[nodiscard]] Result<Named> read_id(const std::string& id) const;
  [[nodiscard]] std::uint64_t part_size(std::uint64_t size) const;
  [[nodiscard]] std::uint64_t size_of_part(const Named& named, std::uint64_t number) const;
  [[nodiscard]] Result<UploadTarget> begin_parts(const CallContext& context, const UploadOrder& order);

  AwsClient& client_;
  Clock& clock_;
  S3Uploads uploads_;
  const SignForm sign_form_;
  const S3UploadTargetsOptions options_;
};

}  // namespace scalper::aws
