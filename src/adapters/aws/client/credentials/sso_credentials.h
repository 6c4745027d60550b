#pragma once
// A role of IAM Identity Center, with the token that `aws sso login` left. The token is only read, never renewed.
// Source: "IAM Identity Center credential provider" (AWS SDKs and tools reference guide); GetRoleCredentials (IAM
// Identity Center portal API reference).

#include "adapters/aws/client/credentials/source_parts.h"
#include "adapters/aws/client/profile_file.h"

namespace scalper::aws {

// Whether a profile asks for it.
[[nodiscard]] bool is_sso(const Settings& profile);

// By sso_session, or by sso_start_url and sso_region of the profile itself. kInvalidArgument: a setting is missing.
// kPermissionDenied: no token, or one that has ended, with the remedy.
[[nodiscard]] Result<Credentials> sso_credentials(const SourceParts& parts, const CallContext& context,
                                                  const ProfileFiles& files, const Settings& profile);

}  // namespace scalper::aws
