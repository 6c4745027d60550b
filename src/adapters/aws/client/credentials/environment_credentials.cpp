#include "adapters/aws/client/credentials/environment_credentials.h"

#include "adapters/aws/client/credentials/given.h"

namespace scalper::aws {

Result<Credentials> EnvironmentCredentials::get(const CallContext&) {
  Credentials given{environment_("AWS_ACCESS_KEY_ID"), environment_("AWS_SECRET_ACCESS_KEY"),
                    environment_("AWS_SESSION_TOKEN"), std::nullopt};
  if (given.access_key_id.empty() && given.secret_access_key.empty())
    return Error(ErrorCode::kNotFound, "no AWS credentials in the environment");
  return checked(std::move(given), "the environment");
}

}  // namespace scalper::aws
