#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "adapters/aws/client/credentials.h"

namespace scalper::aws {

// Asks sources in order, until one has credentials or fails in another way than kNotFound. Keeps nothing. kNotFound
// where none has any; its message names each and why.
class CredentialsChain final : public CredentialsSource {
 public:
  explicit CredentialsChain(std::vector<std::unique_ptr<CredentialsSource>> sources) : sources_(std::move(sources)) {}
  [[nodiscard]] Result<Credentials> get(const CallContext& context) override;
  void forget(const Credentials& refused) override;

 private:
  std::vector<std::unique_ptr<CredentialsSource>> sources_;
};

}  // namespace scalper::aws
