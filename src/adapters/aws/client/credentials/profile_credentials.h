#pragma once
// What the chosen profile of the shared files says, in the order of the AWS tools: a role to assume (with a web
// identity token, another profile, or credential_source), IAM Identity Center, keys, credential_process. Source:
// "Shared config and credentials files", "Process credential provider" (AWS SDKs and tools reference guide).

#include "adapters/aws/client/credentials/command.h"
#include "adapters/aws/client/credentials/source_parts.h"
#include "adapters/aws/client/profile_file.h"

namespace scalper::aws {

// The files are read at each fetch. kNotFound: no such files or no credentials in the profile; a profile that
// AWS_PROFILE names and that is nowhere is kInvalidArgument. mfa_serial is kUnsupported: nobody is there to be asked.
class ProfileCredentials final : public CredentialsSource {
 public:
  explicit ProfileCredentials(SourceParts parts, CommandLimits limits = {});
  ~ProfileCredentials() override;
  [[nodiscard]] Result<Credentials> get(const CallContext& context) override;

 private:
  class Reading;
  SourceParts parts_;
  CommandLimits limits_;
};

}  // namespace scalper::aws
