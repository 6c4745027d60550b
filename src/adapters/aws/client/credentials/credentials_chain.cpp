#include "adapters/aws/client/credentials/credentials_chain.h"

namespace scalper::aws {

Result<Credentials> CredentialsChain::get(const CallContext& context) {
  std::string why;
  for (const auto& source : sources_) {
    Result<Credentials> given = source->get(context);
    if (!given.failed_with(ErrorCode::kNotFound)) return given;
    why += (why.empty() ? "" : "; ") + given.error().message();
  }
  return Error(ErrorCode::kNotFound, "no AWS credentials: " + why);
}

void CredentialsChain::forget(const Credentials& refused) {
  for (const auto& source : sources_) source->forget(refused);
}

}  // namespace scalper::aws
