#pragma once
// The credentials of a task of ECS or a pod of EKS, from the endpoint that its container is told.
// Source: "Container credential provider" (AWS SDKs and tools reference guide).

#include "adapters/aws/client/credentials/source_parts.h"

namespace scalper::aws {

// AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI; the token of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE (read at
// each fetch), else of AWS_CONTAINER_AUTHORIZATION_TOKEN. A full URI is https, or leads to this machine or to the
// addresses of ECS and EKS; anything else is kInvalidArgument, since the token would go to a stranger. kNotFound:
// neither is set.
class ContainerCredentials final : public CredentialsSource {
 public:
  explicit ContainerCredentials(SourceParts parts) : parts_(std::move(parts)) {}
  [[nodiscard]] Result<Credentials> get(const CallContext& context) override;

 private:
  [[nodiscard]] Result<std::string> url() const;
  [[nodiscard]] Result<std::string> token() const;
  SourceParts parts_;
};

}  // namespace scalper::aws
