#pragma once
// Roles that are assumed: by a token of another identity provider, or by credentials that one already has.
// Sources: AssumeRole and AssumeRoleWithWebIdentity (STS API reference); "Assume role credential provider" (AWS SDKs
// and tools reference guide).

#include "adapters/aws/client/credentials/source_parts.h"
#include "adapters/aws/client/endpoint.h"
#include "adapters/aws/client/profile_file.h"

namespace scalper::aws {

struct Role {
  std::string arn;
  std::string session_name;  // "": one of ours
  std::string external_id;
  std::string duration_seconds;  // "": STS's own default of an hour
};

// Signed by `by`. kPermissionDenied: STS refuses. kUnavailable, kTimeout, kCorrupt: no answer that is one. No message
// repeats what STS says beyond its error's code.
[[nodiscard]] Result<Credentials> assume_role(const SourceParts& parts, const CallContext& context,
                                              const EndpointSettings& endpoints, const Role& role,
                                              const Credentials& by);

// With the token that a file holds now (EKS, other OpenID Connect providers); not signed.
[[nodiscard]] Result<Credentials> assume_role_with_token(const SourceParts& parts, const CallContext& context,
                                                         const EndpointSettings& endpoints, const Role& role,
                                                         const std::string& token_path);

// AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN, AWS_ROLE_SESSION_NAME. kNotFound: the first is not set.
class WebIdentityCredentials final : public CredentialsSource {
 public:
  explicit WebIdentityCredentials(SourceParts parts) : parts_(std::move(parts)) {}
  [[nodiscard]] Result<Credentials> get(const CallContext& context) override;

 private:
  SourceParts parts_;
};

}  // namespace scalper::aws
