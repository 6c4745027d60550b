// The whole contract of access tokens on an emulator of DynamoDB.

#include "adapters/aws/dynamodb_tokens.h"

#include "contract/tokens_suite.h"
#include "support/emulated_table.h"

namespace scalper::aws {
namespace {

class EmulatedTokensSubject final : public TokensSubject {
 public:
  Tokens& tokens() override { return tokens_; }
  Clock& clock() override { return aws_.clock; }

 private:
  EmulatedAws aws_;
  EmulatedTable table_{aws_.client};
  DynamoDbTokens tokens_{aws_.client, aws_.clock, table_.name()};
};

INSTANTIATE_TEST_SUITE_P(DynamoDb, TokensContract,
                         testing::Values(TokensCase{"Emulator",
                                                    [] { return std::make_unique<EmulatedTokensSubject>(); }}),
                         subject_name<TokensSubject>);

}  // namespace
}  // namespace scalper::aws
