#pragma once

#include <memory>

#include "adapters/aws/client/credentials/source_parts.h"

namespace scalper::aws {

// As the AWS tools ask: environment, web identity, profile, container, instance; kept and refreshed
// (RefreshingCredentials).
[[nodiscard]] std::unique_ptr<CredentialsSource> default_credentials(const SourceParts& parts);

}  // namespace scalper::aws
