#include "adapters/aws/client/credentials/default_credentials.h"

#include <utility>
#include <vector>

#include "adapters/aws/client/credentials/container_credentials.h"
#include "adapters/aws/client/credentials/credentials_chain.h"
#include "adapters/aws/client/credentials/environment_credentials.h"
#include "adapters/aws/client/credentials/instance_credentials.h"
#include "adapters/aws/client/credentials/profile_credentials.h"
#include "adapters/aws/client/credentials/refreshing_credentials.h"
#include "adapters/aws/client/credentials/sts_credentials.h"

namespace scalper::aws {

std::unique_ptr<CredentialsSource> default_credentials(const SourceParts& parts) {
  std::vector<std::unique_ptr<CredentialsSource>> sources;
  sources.push_back(std::make_unique<EnvironmentCredentials>(parts.environment));
  sources.push_back(std::make_unique<WebIdentityCredentials>(parts));
  sources.push_back(std::make_unique<ProfileCredentials>(parts));
  sources.push_back(std::make_unique<ContainerCredentials>(parts));
  sources.push_back(std::make_unique<InstanceCredentials>(parts));
  return std::make_unique<RefreshingCredentials>(std::make_unique<CredentialsChain>(std::move(sources)), parts.clock);
}

}  // namespace scalper::aws
