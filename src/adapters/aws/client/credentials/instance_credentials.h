#pragma once
// The role of an EC2 instance, from its metadata service, version 2 only.
// Source: "Use the Instance Metadata Service" (EC2 user guide); "IMDS credential provider" (AWS SDKs and tools
// reference guide).

#include <atomic>

#include "adapters/aws/client/credentials/source_parts.h"

namespace scalper::aws {

// AWS_EC2_METADATA_DISABLED, AWS_EC2_METADATA_SERVICE_ENDPOINT, AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE. A second a try.
// kNotFound: switched off, no role, or nothing answers and never did.
class InstanceCredentials final : public CredentialsSource {
 public:
  explicit InstanceCredentials(SourceParts parts) : parts_(std::move(parts)) {}
  [[nodiscard]] Result<Credentials> get(const CallContext& context) override;

 private:
  [[nodiscard]] Result<std::string> endpoint() const;
  [[nodiscard]] Result<std::string> token(const CallContext& context, const std::string& endpoint);
  [[nodiscard]] Result<std::string> read(const CallContext& context, const std::string& url, const std::string& token,
                                         int& status) const;
  SourceParts parts_;
  std::atomic<bool> answered_ = false;
};

}  // namespace scalper::aws
