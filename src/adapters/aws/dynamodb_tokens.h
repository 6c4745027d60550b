#pragma once
// Access tokens as items `token#<sha256>` of the records' table (docs/aws-records.md). Safe from many threads.
//
// Looking one up is one GetItem, and needs no other permission. A list reads the index open_records, in a partition of
// its own, and each token: it lags behind writes by what the service takes to fill an index.

#include <string>

#include "adapters/aws/client/aws_client.h"
#include "ports/clock.h"
#include "ports/tokens.h"

namespace scalper::aws {

class DynamoDbTokens final : public Tokens {
 public:
  // Client and clock outlive it.
  DynamoDbTokens(AwsClient& client, Clock& clock, std::string table)
      : client_(client), clock_(clock), table_(std::move(table)) {}

  [[nodiscard]] Result<std::optional<AccessToken>> find(const CallContext&, const std::string& hash) override;
  [[nodiscard]] Result<std::vector<AccessToken>> list(const CallContext&) override;
  [[nodiscard]] Result<void> add(const CallContext&, const AccessToken& token) override;
  [[nodiscard]] Result<void> revoke(const CallContext&, const std::string& hash, WallTime at) override;

 private:
  // The keys of all that are there, at most one more than there may be.
  [[nodiscard]] Result<std::vector<std::string>> keys(const CallContext& context);
  // Until no other write comes between.
  [[nodiscard]] Result<bool> try_to_revoke(const CallContext& context, const std::string& key, WallTime at);

  AwsClient& client_;
  Clock& clock_;
  const std::string table_;
};

}  // namespace scalper::aws
