#pragma once

#include "adapters/aws/client/credentials.h"
#include "adapters/aws/client/environment.h"

namespace scalper::aws {

// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN: of users, and of Lambda. Without both of the first two
// kNotFound; with one of them kInvalidArgument.
class EnvironmentCredentials final : public CredentialsSource {
 public:
  explicit EnvironmentCredentials(Environment environment) : environment_(std::move(environment)) {}
  [[nodiscard]] Result<Credentials> get(const CallContext& context) override;

 private:
  Environment environment_;
};

}  // namespace scalper::aws
